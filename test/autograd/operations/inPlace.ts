/** Forms in place, on a tensor that was computed, so that the gradient for what it was before counts as well. */
import { tensor } from '../../../src/ops/creation/fromData.js'
import { Generator } from '../../../src/ops/index.js'
import { check, complexOf, positive, real, type Table } from './check.js'

const mask = tensor([true, false, true, true, false, true], { dtype: 'bool' }).view(2, 3)
const pair = () => [real(2, 3), real(3)] as const

/** Functions of the tensor alone; the old value is used once more afterwards. */
const OF_ONE = [
  'square_',
  'neg_',
  'reciprocal_',
  'abs_',
  'exp_',
  'expm1_',
  'sin_',
  'cos_',
  'tanh_',
  'sigmoid_',
  'erf_',
  'sign_',
  'floor_',
  'ceil_',
  'round_',
  'trunc_',
  'relu_',
  'leakyRelu_',
] as const
const OF_POSITIVE = ['log_', 'log2_', 'log10_', 'log1p_', 'sqrt_', 'rsqrt_', 'tan_'] as const

/** Each drawing starts anew: the same numbers for every call, as a function must give. */
const generator = () => new Generator().manualSeed(3)

export const inPlace: Table = {
  uniform_: [check(x => x.mul(2).uniform_(0, 1, { generator: generator() }).mul(x), [real(2, 3)])],
  normal_: [check(x => x.mul(2).normal_(0, 1, { generator: generator() }).mul(x), [real(2, 3)])],
  bernoulli_: [check(x => x.mul(2).bernoulli_(0.5, { generator: generator() }).mul(x), [real(2, 3)])],
  random_: [check(x => x.mul(2).random_(7, { generator: generator() }).mul(x), [real(2, 3)])],
  add_: [
    check((x, y) => x.mul(2).add_(y, { alpha: 3 }), pair()),
    check(x => tensor(0, { dtype: 'float64' }).add_(x.sum()), [real(3)]),
  ],
  sub_: [check((x, y) => x.mul(2).sub_(y), pair())],
  mul_: [
    check((x, y) => x.mul(2).mul_(y), pair()),
    check(
      x => {
        const y = x.mul(2)
        return y.mul_(y).mul_(x)
      },
      [real(2, 3)],
    ),
    check((z, w) => z.mul(2).mul_(w), [complexOf(2, 3), complexOf(3)]),
  ],
  div_: [check((x, y) => x.mul(2).div_(y), pair())],
  floorDivide_: [check((x, y) => x.mul(2).floorDivide_(y).add_(y), pair())],
  remainder_: [check((x, y) => x.mul(2).remainder_(y), pair())],
  fmod_: [check((x, y) => x.mul(2).fmod_(y), pair())],
  pow_: [check((x, y) => x.mul(2).pow_(y), [positive(2, 3), real(3)]), check(x => x.mul(2).pow_(3), [real(2, 3)])],
  clamp_: [check((x, low) => x.mul(2).clamp_({ min: low }), pair())],
  clampMin_: [check((x, low) => x.mul(2).clampMin_(low), pair())],
  clampMax_: [check((x, high) => x.mul(2).clampMax_(high), pair())],
  maskedFill_: [check((x, value) => x.square().maskedFill_(mask, value.sum()), pair())],
  lerp_: [check((x, y, w) => x.mul(2).lerp_(y, w), [real(2, 3), real(3), real(2, 1)])],
  copy_: [check((x, y) => x.mul(2).copy_(y).mul(x), pair())],
  fill_: [check((x, y) => x.mul(2).fill_(y.sum()).mul(x), pair())],
  zero_: [check(x => x.mul(2).zero_().add(x), [real(2, 3)])],
  ...Object.fromEntries(OF_ONE.map(name => [name, [check(x => x.mul(1.5)[name]().mul(x), [real(2, 3)])]])),
  ...Object.fromEntries(OF_POSITIVE.map(name => [name, [check(x => x.mul(0.5)[name]().mul(x), [positive(2, 3)])]])),
}
