/** Pooling, normalisation and resampling. */
import { channelShuffle, interpolate, pixelShuffle, pixelUnshuffle } from '../../../src/nn/functional/interpolate.js'
import * as norm from '../../../src/nn/functional/normalization.js'
import * as pool from '../../../src/nn/functional/pooling.js'
import { ones, zeros } from '../../../src/ops/index.js'
import { check, positive, real, type Table } from './check.js'

/** Fresh running statistics for every call, which writes to them. */
const statistics = (channels: number) =>
  [zeros([channels], { dtype: 'float64' }), ones([channels], { dtype: 'float64' })] as const
/** Given ones that are only read. */
const [mean, variance] = [real(3).detach(), positive(3).detach()]

export const layers: Table = {
  'functional.maxPool1d': [
    check(x => pool.maxPool1d(x, 2), [real(2, 3, 5)]),
    check(x => pool.maxPool1d(x, 3, { stride: 2, padding: 1, dilation: 2, ceilMode: true }), [real(2, 7)]),
  ],
  'functional.maxPool2d': [
    // windows that overlap
    check(x => pool.maxPool2d(x, [3, 2], { stride: [2, 1], padding: [1, 0] }), [real(1, 2, 6, 5)]),
    check(x => pool.maxPool2d(x, 2, { dilation: [1, 2], ceilMode: true }), [real(2, 5, 6)]),
    check(x => pool.maxPool2d(x, 2, { returnIndices: true })[0], [real(1, 2, 3, 5)]),
  ],
  'functional.maxPool3d': [check(x => pool.maxPool3d(x, [1, 2, 3], { stride: [1, 2, 1] }), [real(1, 2, 3, 5, 4)])],
  'functional.avgPool1d': [check(x => pool.avgPool1d(x, 3, { stride: 2, padding: 1 }), [real(2, 3, 5)])],
  'functional.avgPool2d': [
    check(x => pool.avgPool2d(x, [2, 3], { stride: [1, 2], padding: [1, 0] }), [real(1, 2, 4, 5)]),
    check(x => pool.avgPool2d(x, [3, 2], { padding: 1, countIncludePad: false, ceilMode: true }), [real(2, 4, 5)]),
    check(x => pool.avgPool2d(x, 2, { divisorOverride: 3 }), [real(1, 2, 4, 5)]),
  ],
  'functional.avgPool3d': [check(x => pool.avgPool3d(x, [1, 2, 3], { stride: [2, 1, 1] }), [real(1, 1, 3, 4, 5)])],
  'functional.adaptiveAvgPool1d': [check(x => pool.adaptiveAvgPool1d(x, 3), [real(2, 3, 7)])],
  'functional.adaptiveAvgPool2d': [check(x => pool.adaptiveAvgPool2d(x, [2, 3]), [real(1, 2, 5, 7)])],
  'functional.adaptiveAvgPool3d': [check(x => pool.adaptiveAvgPool3d(x, [1, 2, 3]), [real(1, 2, 3, 5)])],
  'functional.adaptiveMaxPool1d': [check(x => pool.adaptiveMaxPool1d(x, 3), [real(2, 3, 7)])],
  'functional.adaptiveMaxPool2d': [check(x => pool.adaptiveMaxPool2d(x, [2, 3]), [real(1, 2, 5, 7)])],
  'functional.adaptiveMaxPool3d': [check(x => pool.adaptiveMaxPool3d(x, [1, 2, 3]), [real(1, 2, 3, 5)])],
  'functional.batchNorm': [
    check(
      (x, w, b) => norm.batchNorm(x, ...statistics(3), w, b, { training: true }),
      [real(2, 3, 4), real(3), real(3)],
    ),
    check((x, w, b) => norm.batchNorm(x, mean, variance, w, b), [real(2, 3, 4), real(3), real(3)]),
    check(x => norm.batchNorm(x, null, null, null, null, { training: true, eps: 0.1 }), [real(4, 3)]),
    check(x => norm.batchNorm(x, ...statistics(3), null, null, { training: true }), [real(1, 3, 2, 5)]),
  ],
  'functional.instanceNorm': [
    check((x, w, b) => norm.instanceNorm(x, null, null, w, b), [real(2, 3, 4), real(3), real(3)]),
    check(x => norm.instanceNorm(x, mean, variance, null, null, { useInputStats: false }), [real(2, 3, 4)]),
  ],
  'functional.groupNorm': [
    check((x, w, b) => norm.groupNorm(x, 2, w, b), [real(2, 4, 3), real(4), real(4)]),
    check(x => norm.groupNorm(x, 3, null, null, { eps: 0.1 }), [real(2, 6, 1, 4)]),
  ],
  'functional.layerNorm': [
    check((x, w, b) => norm.layerNorm(x, [3, 4], w, b), [real(2, 3, 4), real(3, 4), real(3, 4)]),
    check(x => norm.layerNorm(x, [4], null, null, { eps: 0.1 }), [real(2, 3, 4)]),
  ],
  'functional.localResponseNorm': [
    check(x => norm.localResponseNorm(x, 3, { alpha: 0.5, beta: 0.6, k: 2 }), [real(2, 5, 3)]),
    check(x => norm.localResponseNorm(x, 2, { alpha: 0.5 }), [real(1, 4, 2, 3)]),
  ],
  'functional.interpolate': [
    check(x => interpolate(x, { size: [5, 7] }), [real(1, 2, 3, 4)]),
    check(x => interpolate(x, { scaleFactor: 2.5, mode: 'linear', alignCorners: false }), [real(1, 2, 3)]),
    check(x => interpolate(x, { size: [5, 2], mode: 'bilinear', alignCorners: true }), [real(1, 2, 3, 4)]),
    check(x => interpolate(x, { scaleFactor: [1.5, 2], mode: 'bilinear' }), [real(1, 2, 3, 4)]),
    check(x => interpolate(x, { size: [7, 3], mode: 'bicubic' }), [real(1, 1, 4, 5)]),
    check(x => interpolate(x, { size: [7, 3], mode: 'bicubic', alignCorners: true }), [real(1, 1, 4, 5)]),
    check(x => interpolate(x, { size: [2, 5, 3], mode: 'trilinear' }), [real(1, 1, 3, 4, 2)]),
    check(x => interpolate(x, { size: [5, 2], mode: 'area' }), [real(1, 2, 3, 4)]),
    check(x => interpolate(x, { size: [5, 2], mode: 'nearest-exact' }), [real(1, 2, 3, 4)]),
  ],
  'functional.pixelShuffle': [check(x => pixelShuffle(x, 2), [real(1, 8, 2, 3)])],
  'functional.pixelUnshuffle': [check(x => pixelUnshuffle(x, 2), [real(1, 3, 4, 2)])],
  'functional.channelShuffle': [check(x => channelShuffle(x, 3), [real(1, 6, 2, 4)])],
}
