import { tensor } from '../../../src/ops/creation/fromData.js'
import * as ops from '../../../src/ops/index.js'
import { check, positive, real, type Table } from './check.js'

/** Shapes that broadcast to [2, 3, 4], every axis another. */
const pair = () => [real(2, 1, 4), real(3, 1)] as const
const three = () => [real(2, 1, 4), real(3, 1), real(4)] as const
const mask = tensor([true, false, true, true, false, true], { dtype: 'bool' }).view(2, 3)

export const elementwise: Table = {
  add: [
    check((x, y) => x.add(y, { alpha: 2.5 }), pair()),
    check(x => x.add(x), [real(2, 3)]),
    check(x => ops.add(3, x, { alpha: -2 }), [real(2, 3)]),
  ],
  sub: [check((x, y) => x.sub(y, { alpha: 2.5 }), pair()), check(x => ops.sub(3, x), [real(2, 3)])],
  mul: [
    check((x, y) => x.mul(y), pair()),
    check(x => x.mul(x).mul(x), [real(2, 3)]),
    check(x => x.mul(2.5), [real(2, 3)]),
  ],
  div: [
    check((x, y) => x.div(y), pair()),
    check(x => ops.div(2, x), [real(2, 3)]),
    check((x, y) => x.div(y, { roundingMode: 'floor' }).add(x), pair()),
    check((x, y) => x.div(y, { roundingMode: 'trunc' }).add(y), pair()),
  ],
  floorDivide: [check((x, y) => x.floorDivide(y).add(x.mul(y)), pair())],
  remainder: [check((x, y) => x.remainder(y), pair()), check(x => x.remainder(0.7), [real(2, 3)])],
  fmod: [check((x, y) => x.fmod(y), pair()), check(x => ops.fmod(2.9, x), [real(2, 3)])],
  pow: [
    check(x => x.pow(3), [real(2, 3)]),
    check(x => x.pow(2), [real(2, 3)]),
    check(x => x.pow(0.5), [positive(2, 3)]),
    check(x => x.pow(-1.5), [positive(2, 3)]),
    check(x => x.pow(0).add(x.pow(1)), [real(2, 3)]),
    check((x, e) => x.pow(e), [positive(2, 1, 4), real(3, 1)]),
    check(e => ops.pow(2.5, e), [real(2, 3)]),
  ],
  square: [check(x => x.square(), [real(2, 3)])],
  neg: [check(x => x.neg(), [real(2, 3)])],
  reciprocal: [check(x => x.reciprocal(), [real(2, 3)])],
  maximum: [check((x, y) => x.maximum(y), pair())],
  minimum: [check((x, y) => x.minimum(y), pair())],
  clamp: [
    check(x => x.clamp(-1, 1.2), [real(2, 3)]),
    check((x, low, high) => x.clamp(low, high), three()),
    check((x, low) => x.clamp({ min: low }), pair()),
    check((x, high) => x.clamp({ max: high }), pair()),
  ],
  clampMin: [check((x, low) => x.clampMin(low), pair()), check(x => x.clampMin(0), [real(2, 3)])],
  clampMax: [check((x, high) => x.clampMax(high), pair()), check(x => x.clampMax(0), [real(2, 3)])],
  where: [
    check((x, y) => x.where(mask, y), [real(2, 1), real(3)]),
    check((x, y) => ops.where(x.gt(y), x.square(), y), pair()),
    check(x => ops.where(mask, 2, x), [real(3)]),
  ],
  maskedFill: [
    check((x, value) => x.square().maskedFill(mask, value.sum()), [real(2, 3), real(4)]),
    check(x => x.maskedFill(mask, 5), [real(2, 3)]),
  ],
  lerp: [check((x, y, w) => x.lerp(y, w), three()), check((x, y) => x.lerp(y, 0.3), pair())],
  ...Object.fromEntries(
    (['abs', 'exp', 'expm1', 'sin', 'cos', 'tanh', 'sigmoid', 'erf', 'sign', 'sgn', 'angle'] as const).map(name => [
      name,
      [check(x => x[name](), [real(2, 3)])],
    ]),
  ),
  ...Object.fromEntries(
    (['log', 'log2', 'log10', 'log1p', 'sqrt', 'rsqrt'] as const).map(name => [
      name,
      [check(x => x[name](), [positive(2, 3)])],
    ]),
  ),
  ...Object.fromEntries(
    // the gradient is 0, which must not stop the other one
    (['floor', 'ceil', 'round', 'trunc'] as const).map(name => [
      name,
      [check(x => x[name]().mul(x).add(x[name]()), [real(2, 3)])],
    ]),
  ),
  tan: [check(x => x.tan(), [tensor([0.3, -0.7, 1.2, -1.1, 2.9, 0.1], { dtype: 'float64' }).requiresGrad_()])],
}
