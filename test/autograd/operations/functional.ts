/** `nn.functional`: what it adds to the operations, with the options it takes. */

import { nn } from '../../../src/index.js'
import { tensor } from '../../../src/ops/creation/fromData.js'
import { manualSeed } from '../../../src/tensor/random/generator.js'
import { check, positive, real, type Table } from './check.js'

const F = nn.functional

/** Functions of one tensor that can also write over it; then the old value counts once more. */
const ACTIVATIONS = [
  ...(['relu', 'relu6', 'selu', 'silu', 'mish', 'hardsigmoid', 'hardswish'] as const),
  ...(['elu', 'celu', 'leakyRelu', 'hardtanh'] as const),
] as const

/** The default generator draws the same numbers at every call, as a function must give. */
const seeded = <T>(draw: () => T): T => {
  manualSeed(5)
  return draw()
}

const classes = tensor([2, 0], { dtype: 'int64' })
const oneIgnored = tensor([3, 1, 0, 3, 2], { dtype: 'int64' })
const REDUCTIONS = ['none', 'mean', 'sum'] as const
/** Weights of losses, which have no gradient. */
const weights = (...shape: number[]) => positive(...shape).detach()
/** Between 0 and 1, and off both. */
const probabilities = (...shape: number[]) =>
  positive(...shape)
    .detach()
    .mul(0.4)
    .requiresGrad_()

export const functional: Table = {
  ...Object.fromEntries(
    ACTIVATIONS.map(name => [
      `functional.${name}`,
      [
        check(x => F[name](x.mul(1.7)), [real(2, 3)]),
        check(x => F[name](x.mul(1.7), { inplace: true }).mul(x), [real(2, 3)]),
      ],
    ]),
  ),
  'functional.threshold': [
    check(x => F.threshold(x, 0.4, 7), [real(2, 3)]),
    check(x => F.threshold(x.mul(2), 0.4, 7, { inplace: true }).mul(x), [real(2, 3)]),
  ],
  'functional.gelu': [check(x => F.gelu(x, { approximate: 'tanh' }), [real(2, 3)])],
  'functional.glu': [check(x => F.glu(x, 1), [real(3, 4)]), check(x => F.glu(x), [real(3, 2)])],
  'functional.hardshrink': [check(x => F.hardshrink(x, 0.9), [real(2, 3)])],
  'functional.softshrink': [check(x => F.softshrink(x, 0.9), [real(2, 3)])],
  'functional.softplus': [check(x => F.softplus(x, 2, 2.1), [real(2, 3)])],
  'functional.softsign': [check(x => F.softsign(x), [real(2, 3)])],
  'functional.tanhshrink': [check(x => F.tanhshrink(x), [real(2, 3)])],
  'functional.softmax': [check(x => F.softmax(x, 1), [real(2, 3, 4)])],
  'functional.logSoftmax': [check(x => F.logSoftmax(x, 0), [real(2, 3)])],
  'functional.softmin': [check(x => F.softmin(x, 1), [real(2, 3)])],
  'functional.linear': [
    check((x, w, b) => F.linear(x, w, b), [real(2, 3), real(4, 3), real(4)]),
    check((x, w, b) => F.linear(x, w, b), [real(2, 5, 3), real(4, 3), real(4)]),
    check((x, w) => F.linear(x, w), [real(3), real(4, 3)]),
  ],
  'functional.dropout': [
    check(x => seeded(() => F.dropout(x, 0.4)), [real(2, 3)], { layout: 'contiguous' }),
    check(x => seeded(() => F.dropout(x.mul(2), 0.4, { inplace: true })).mul(x), [real(2, 3)], {
      layout: 'contiguous',
    }),
    check(x => F.dropout(x, 0.4, { training: false }), [real(2, 3)]),
  ],
  'functional.dropout1d': [check(x => seeded(() => F.dropout1d(x, 0.4)), [real(2, 3, 4)])],
  'functional.dropout2d': [check(x => seeded(() => F.dropout2d(x, 0.4)), [real(2, 3, 4, 1)])],
  'functional.dropout3d': [check(x => seeded(() => F.dropout3d(x, 0.4)), [real(2, 3, 4, 1, 1)])],
  'functional.crossEntropy': [
    ...REDUCTIONS.flatMap(reduction => [
      check((x, w) => F.crossEntropy(x, classes, { reduction, weight: w }), [real(2, 3), weights(3)]),
      check(x => F.crossEntropy(x, classes, { reduction, labelSmoothing: 0.3 }), [real(2, 3)]),
      check((x, t) => F.crossEntropy(x, t, { reduction }), [real(2, 3), probabilities(2, 3)]),
    ]),
    check(x => F.crossEntropy(x, oneIgnored, { ignoreIndex: 3 }), [real(5, 4)]),
    check(x => F.crossEntropy(x, oneIgnored.view(1, 5), { ignoreIndex: 3 }), [real(1, 4, 5)]),
  ],
  'functional.nllLoss': [
    ...REDUCTIONS.map(reduction => check(x => F.nllLoss(x, classes, { reduction }), [real(2, 3)])),
    check((x, w) => F.nllLoss(x, oneIgnored, { ignoreIndex: 3, weight: w }), [real(5, 4), weights(4)]),
  ],
  'functional.mseLoss': REDUCTIONS.map(reduction =>
    check((x, y) => F.mseLoss(x, y, { reduction }), [real(2, 3), real(2, 3)]),
  ),
  'functional.l1Loss': REDUCTIONS.map(reduction =>
    check((x, y) => F.l1Loss(x, y, { reduction }), [real(2, 3), real(2, 3)]),
  ),
  'functional.smoothL1Loss': [
    ...REDUCTIONS.map(reduction => check((x, y) => F.smoothL1Loss(x, y, { reduction }), [real(2, 3), real(2, 3)])),
    check((x, y) => F.smoothL1Loss(x, y, { beta: 2.3 }), [real(3, 4), real(3, 4)]),
  ],
  'functional.huberLoss': [
    ...REDUCTIONS.map(reduction => check((x, y) => F.huberLoss(x, y, { reduction }), [real(2, 3), real(2, 3)])),
    check((x, y) => F.huberLoss(x, y, { delta: 2.3 }), [real(3, 4), real(3, 4)]),
  ],
  'functional.binaryCrossEntropy': REDUCTIONS.map(reduction =>
    check(
      (x, y, w) => F.binaryCrossEntropy(x, y, { reduction, weight: w }),
      [probabilities(2, 3), probabilities(2, 3), weights(3)],
    ),
  ),
  'functional.binaryCrossEntropyWithLogits': REDUCTIONS.map(reduction =>
    check(
      (x, y, w, p) => F.binaryCrossEntropyWithLogits(x, y, { reduction, weight: w, posWeight: p }),
      [real(2, 3), probabilities(2, 3), weights(3), weights(2, 1)],
    ),
  ),
  'functional.klDiv': [
    ...(['none', 'sum', 'batchmean'] as const).flatMap(reduction => [
      check((x, y) => F.klDiv(x, y, { reduction }), [real(2, 3), probabilities(2, 3)]),
      check((x, y) => F.klDiv(x, y, { reduction, logTarget: true }), [real(2, 3), real(2, 3)]),
    ]),
  ],
}
