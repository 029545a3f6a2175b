/**
 * Operations of several steps round each of them, as PyTorch's float32 loops do, so that they have its bits: what PyTorch 1.13
 * gives for the numbers here is what these compositions give. Only lerp rounds a product and a sum together.
 */
import { describe, expect, test } from 'vitest'
import { autograd, type DType, manualSeed, nn, rand, randn, type Tensor, tensor } from '../../src/index.js'

const F = nn.functional

// enough for the vector kernels
const LENGTH = 5000

function operands(dtype: DType) {
  manualSeed(3)
  const [x, y] = [randn(LENGTH, { dtype }).mul(3), randn(LENGTH, { dtype }).mul(2)]
  return { x, y, positive: rand(LENGTH, { dtype }).add(0.5) }
}

function gradientOf(f: (x: Tensor) => Tensor, x: Tensor, g: Tensor): Tensor {
  const leaf = x.clone().requiresGrad_()
  return autograd.grad(f(leaf), leaf, g)[0]!
}

const bits = (one: Tensor) => Buffer.from(one.contiguous().dataSync().buffer)

type Own = ReturnType<typeof operands>
const shifted = (x: Tensor) => x.add(3).clamp(0, 6)

const CASES: Record<string, readonly [found: (own: Own) => Tensor, steps: (own: Own) => Tensor]> = {
  hardsigmoid: [({ x }) => F.hardsigmoid(x), ({ x }) => shifted(x).div(6)],
  hardswish: [({ x }) => F.hardswish(x), ({ x }) => x.mul(shifted(x)).div(6)],
  'gradient of hardsigmoid': [
    ({ x, y }) => gradientOf(F.hardsigmoid, x, y),
    ({ x, y }) => y.mul(1 / 6).where(x.abs().lt(3), 0),
  ],
  'gradient of hardswish': [
    ({ x, y }) => gradientOf(F.hardswish, x, y),
    ({ x, y }) => y.where(x.ge(3), y.mul(x.div(3).add(0.5)).where(x.ge(-3), 0)),
  ],
  softshrink: [
    ({ x }) => F.softshrink(x, 0.7),
    ({ x }) => x.sub(0.7).where(x.gt(0.7), x.add(0.7).where(x.lt(-0.7), x.mul(0))),
  ],
  rsqrt: [({ positive }) => positive.rsqrt(), ({ positive }) => positive.sqrt().reciprocal()],
  'pow(-0.5)': [({ positive }) => positive.pow(-0.5), ({ positive }) => positive.sqrt().reciprocal()],
  'pow(3)': [({ x }) => x.pow(3), ({ x }) => x.mul(x).mul(x)],
  'pow(-2)': [({ x }) => x.pow(-2), ({ x }) => x.mul(x).reciprocal()],
  mseLoss: [({ x, y }) => F.mseLoss(x, y, { reduction: 'none' }), ({ x, y }) => x.sub(y).square()],
  smoothL1Loss: [
    ({ x, y }) => F.smoothL1Loss(x, y, { reduction: 'none', beta: 0.7 }),
    ({ x, y }) => {
      const d = x.sub(y).abs()
      return d
        .mul(0.5)
        .mul(d)
        .div(0.7)
        .where(d.lt(0.7), d.sub(half(0.7, x)))
    },
  ],
  huberLoss: [
    ({ x, y }) => F.huberLoss(x, y, { reduction: 'none', delta: 0.8 }),
    ({ x, y }) => {
      const d = x.sub(y).abs()
      return d
        .mul(0.5)
        .mul(d)
        .where(d.le(0.8), d.sub(half(0.8, x)).mul(0.8))
    },
  ],
  lerp: [({ x, y }) => x.lerp(y, 0.3), ({ x, y }) => fromStart(x, y, 0.3)],
  'lerp backwards': [({ x, y }) => x.lerp(y, -0.7), ({ x, y }) => fromStart(x, y, -0.7)],
}

/** x + w (y - x) */
function fromStart(x: Tensor, y: Tensor, w: number): Tensor {
  if (x.dtype === 'float64') return x.add(y.sub(x).mul(w))
  return y.sub(x).double().mul(Math.fround(w)).add(x.double()).to(x.dtype)
}

/** Half of a number that the dtype has. */
const half = (value: number, { dtype }: Tensor) => tensor(value, { dtype }).mul(0.5)

describe.each(['float32', 'float64'] as const)('%s', dtype => {
  test.each(Object.entries(CASES))('%s', (_, [found, steps]) => {
    const own = operands(dtype)
    expect(bits(found(own)).equals(bits(steps(own)))).toBe(true)
  })
})
