import { describe, expect, test } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import { record } from '../../src/autograd/node.js'
import * as activation from '../../src/ops/elementwise/activation.js'
import { clamp, clampMax, clampMin } from '../../src/ops/elementwise/clamp.js'
import {
  angle,
  complex,
  conj,
  imag,
  polar,
  real,
  sgn,
  viewAsComplex,
  viewAsReal,
} from '../../src/ops/elementwise/complex.js'
import { maximum, minimum } from '../../src/ops/elementwise/extremum.js'
import { pow } from '../../src/ops/elementwise/power.js'
import * as smooth from '../../src/ops/elementwise/smoothActivation.js'
import { celu } from '../../src/ops/elementwise/threshold.js'
import * as unary from '../../src/ops/elementwise/unary.js'
import { where } from '../../src/ops/elementwise/where.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { checkGradient } from '../gradients.js'
import { tensorOf } from './elementwise.fixture.js'

/** Positive, negative, and away from every kink. */
const ANY = tensorOf([0.3, -0.7, 1.6, -1.9, 2.4, -2.6, 3.7, -4.2, 5.1, 7.3, -0.15, 0.05])
const POSITIVE = tensorOf([0.3, 0.7, 1.6, 1.9, 2.4, 3.6])
/** Shapes that broadcast, with another size on every axis. */
const A = tensorOf([0.4, -1.3, 2.2, 0.9, -0.6, 1.7, 3.1, -2.35], [2, 1, 4])
const B = tensorOf([1.5, -0.8, 2.7], [3, 1])

const FIRST_AND_SECOND: Record<string, [(...x: Tensor[]) => Tensor, Tensor[]]> = {
  add: [(x, y) => x!.add(y!, { alpha: 2.5 }), [A, B]],
  'add to itself': [x => x!.add(x!), [A]],
  sub: [(x, y) => x!.sub(y!, { alpha: 2.5 }), [A, B]],
  mul: [(x, y) => x!.mul(y!), [A, B]],
  'mul by itself': [x => x!.mul(x!).mul(x!), [A]],
  div: [(x, y) => x!.div(y!), [A, B]],
  'div of a number': [x => tensorOf([2]).div(x!), [ANY]],
  'pow 3': [x => pow(x!, 3), [ANY]],
  'pow 2.5': [x => pow(x!, 2.5), [POSITIVE]],
  'pow 0': [x => pow(x!, 0), [ANY]],
  'pow of tensors': [(x, e) => pow(x!, e!), [POSITIVE, tensorOf([1.5, -0.5, 2, 0.7, 3, 1.2])]],
  'pow of a number': [e => pow(2.5, e!), [ANY]],
  square: [x => x!.square(), [ANY]],
  neg: [x => x!.neg(), [ANY]],
  reciprocal: [x => x!.reciprocal(), [ANY]],
  remainder: [(x, y) => x!.remainder(y!), [A, B]],
  fmod: [(x, y) => x!.fmod(y!), [A, B]],
  maximum: [(x, y) => maximum(x!, y!), [A, B]],
  minimum: [(x, y) => minimum(x!, y!), [A, B]],
  clamp: [x => clamp(x!, -1, 2), [ANY]],
  'clamp by tensors': [(x, y, z) => clamp(x!, y!, z!), [A, B, tensorOf([2, 0.3, 1.9, 0.95])]],
  clampMin: [(x, y) => clampMin(x!, y!), [A, B]],
  clampMax: [(x, y) => clampMax(x!, y!), [A, B]],
  where: [(x, y) => where(x!.gt(y!), x!.square(), y!), [A, B]],
  maskedFill: [(x, y) => x!.mul(x!).maskedFill(x!.gt(1), y!.sum()), [A, B]],
  'lerp by a number': [(x, y) => x!.lerp(y!, 0.3), [A, B]],
  'lerp by a tensor': [(x, y, w) => x!.lerp(y!, w!), [A, B, tensorOf([0.1, 0.6, 1.3, -0.2])]],
  abs: [unary.abs, [ANY]],
  exp: [unary.exp, [ANY]],
  expm1: [unary.expm1, [ANY]],
  log: [unary.log, [POSITIVE]],
  log2: [unary.log2, [POSITIVE]],
  log10: [unary.log10, [POSITIVE]],
  log1p: [unary.log1p, [POSITIVE]],
  sqrt: [unary.sqrt, [POSITIVE]],
  rsqrt: [unary.rsqrt, [POSITIVE]],
  sin: [unary.sin, [ANY]],
  cos: [unary.cos, [ANY]],
  tan: [unary.tan, [tensorOf([0.3, -0.7, 1.2, -1.1, 2.9])]],
  tanh: [unary.tanh, [ANY]],
  sigmoid: [unary.sigmoid, [ANY]],
  erf: [unary.erf, [ANY]],
  relu: [activation.relu, [ANY]],
  relu6: [activation.relu6, [ANY]],
  leakyRelu: [x => activation.leakyRelu(x!, 0.3), [ANY]],
  prelu: [(x, w) => activation.prelu(x!.view(2, 3, 2), w!), [ANY, tensorOf([0.2, -0.3, 1.4])]],
  elu: [x => smooth.elu(x!, 0.7), [ANY]],
  selu: [smooth.selu, [ANY]],
  gelu: [x => smooth.gelu(x!), [ANY]],
  'gelu by tanh': [x => smooth.gelu(x!, { approximate: 'tanh' }), [ANY]],
  silu: [activation.silu, [ANY]],
  mish: [smooth.mish, [ANY]],
  softplus: [x => smooth.softplus(x!, { beta: 2, threshold: 12 }), [ANY]],
  logsigmoid: [smooth.logsigmoid, [ANY]],
  hardtanh: [x => activation.hardtanh(x!, -0.5, 2), [ANY]],
  hardsigmoid: [activation.hardsigmoid, [ANY]],
  hardswish: [activation.hardswish, [ANY]],
  'relu in place': [x => x!.mul(2).relu_().mul(x!), [ANY]],
  'mul in place': [(x, y) => x!.mul(y!).mul_(x!).add_(y!), [A.expand(2, 3, 4), B]],
  'copy in place': [(x, y) => x!.mul(2).copy_(y!).mul(x!), [A.expand(2, 3, 4), B]],
  to: [x => x!.to('float32').to('float64').mul(x!), [tensorOf([0.5, 2, -1.25])]],
}

/** In pairs of real numbers, as the finite differences need them. */
const Z = tensorOf([0.3, -0.7, 1.6, 0.9, -1.4, 0.6, 0.5, -2.1], [4, 2])
const W = tensorOf([1.2, 0.4, -0.5, 0.8, 0.9, -1.6, -0.7, -0.3], [4, 2])
const onComplex =
  (f: (...z: Tensor[]) => Tensor) =>
  (...inputs: Tensor[]) =>
    viewAsReal(f(...inputs.map(viewAsComplex)))

const COMPLEX: Record<string, [(...z: Tensor[]) => Tensor, Tensor[]]> = {
  add: [(z, w) => z!.add(w!, { alpha: { re: 0.5, im: 2 } }), [Z, W]],
  sub: [(z, w) => z!.sub(w!), [Z, W]],
  mul: [(z, w) => z!.mul(w!), [Z, W]],
  div: [(z, w) => z!.div(w!), [Z, W]],
  pow: [(z, w) => pow(z!, w!), [Z, W]],
  'pow of a complex number': [z => pow(z!, { re: 1.5, im: -0.5 }), [Z]],
  'pow of a real number': [z => pow(z!, 3), [Z]],
  square: [z => z!.square(), [Z]],
  reciprocal: [z => z!.reciprocal(), [Z]],
  conj: [conj, [Z]],
  sgn: [sgn, [Z]],
  exp: [unary.exp, [Z]],
  log: [unary.log, [Z]],
  log2: [unary.log2, [Z]],
  sqrt: [unary.sqrt, [Z]],
  rsqrt: [unary.rsqrt, [Z]],
  sin: [unary.sin, [Z]],
  cos: [unary.cos, [Z]],
  tan: [unary.tan, [Z]],
  tanh: [unary.tanh, [Z]],
  sigmoid: [unary.sigmoid, [Z]],
  where: [(z, w) => where(real(z!.detach()).gt(0), z!, w!), [Z, W]],
}

const TO_REAL: Record<string, [(...z: Tensor[]) => Tensor, Tensor[]]> = {
  abs: [z => unary.abs(viewAsComplex(z!)), [Z]],
  angle: [z => angle(viewAsComplex(z!)), [Z]],
  real: [z => real(viewAsComplex(z!)).square(), [Z]],
  imag: [z => imag(viewAsComplex(z!)).square(), [Z]],
  complex: [(x, y) => viewAsReal(complex(x!, y!).square()), [A, B]],
  polar: [(x, y) => viewAsReal(polar(x!, y!)), [A, B]],
  'a real factor': [(x, z) => viewAsReal(x!.mul(viewAsComplex(z!))), [tensorOf([0.4, -1.3, 2.2, 0.9]), Z]],
}

describe('second derivatives at kinks and infinities are PyTorch’s', () => {
  const at = [-Infinity, -3, -1, -0, 0, 1, 3, Infinity]
  // torch.autograd.grad of what torch.autograd.grad(f(x), x, one, create_graph=True) gives, with respect to x and to one
  const CASES: [string, (x: Tensor) => Tensor, (x: number) => number, (x: number) => number][] = [
    ['elu', x => smooth.elu(x, 2), x => (x < 0 ? 2 * Math.exp(x) : 0), x => (x <= 0 ? 2 * Math.exp(x) : 1)],
    ['celu', x => celu(x, 2), x => (x < 0 ? Math.exp(x / 2) / 2 : 0), x => (x <= 0 ? Math.exp(x / 2) : 1)],
    [
      'selu',
      smooth.selu,
      x => (x < 0 ? 1.7580993408473766 * Math.exp(x) : 0),
      x => (x <= 0 ? 1.7580993408473766 * Math.exp(x) : 1.0507009873554805),
    ],
    [
      'hardswish',
      activation.hardswish,
      x => (Math.abs(x) < 3 ? 1 / 3 : 0),
      x => (x < -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
    ],
  ]
  test.each(CASES)('%s', (_, f, ofInput, ofGradient) => {
    const x = tensorOf(at).requiresGrad_()
    const ones = tensorOf(at.map(() => 1)).requiresGrad_()
    const [gradient] = grad(f(x), x, ones, { createGraph: true })
    const [byInput, byGradient] = grad(gradient!.sum(), [x, ones])
    const close = (value: number) => expect.closeTo(value, 12)
    expect(byInput!.tolist()).toEqual(at.map(ofInput).map(close))
    expect(byGradient!.tolist()).toEqual(at.map(ofGradient).map(close))
  })
})

describe('gradients are the finite differences', () => {
  for (const [name, [f, inputs]] of Object.entries(FIRST_AND_SECOND)) {
    // float32 in between: a step of 1e-5 would be lost, and gradients are rounded to it
    const options = name === 'to' ? { epsilon: 2 ** -6, tolerance: 1e-5 } : {}
    test(name, () => checkGradient(f, inputs, { order: 2, ...options }))
  }
  for (const [name, [f, inputs]] of Object.entries(COMPLEX)) {
    test(`complex ${name}`, () => checkGradient(onComplex(f), inputs, { order: 2 }))
  }
  for (const [name, [f, inputs]] of Object.entries(TO_REAL)) {
    test(`complex and real: ${name}`, () => checkGradient(f, inputs, { order: 2 }))
  }

  test('a wrong gradient is noticed', () => {
    expect(() => checkGradient(x => x!.mul(x!.detach()), [ANY])).toThrow('finite difference')
    // right at first order, wrong at second
    const halfRight = (x?: Tensor) =>
      record(x!.detach().square(), 'HalfRight', [x!], [x!], (g, { saved: [y] }) => [g.mul(y!.detach().mul(2))])
    expect(() => checkGradient(halfRight, [ANY])).not.toThrow()
    expect(() => checkGradient(halfRight, [ANY], { order: 2 })).toThrow('finite difference')
  })
})
