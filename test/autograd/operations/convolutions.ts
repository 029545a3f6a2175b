/**
 * Convolutions with every option, every axis with other numbers. Where the stride leaves a remainder, it is another
 * one on each axis: what is left over at the end of an axis must get a gradient of zero.
 */
import type { PaddingMode } from '../../../src/conv/spec.js'
import { convolution } from '../../../src/nn/functional/conv.js'
import * as F from '../../../src/nn/functional/index.js'
import { check, complexOf, real, type Table } from './check.js'

const MODES: readonly PaddingMode[] = ['reflect', 'replicate', 'circular']

export const convolutions: Table = {
  'functional.conv1d': [
    check((x, w, b) => F.conv1d(x, w, b), [real(2, 3, 5), real(4, 3, 2), real(4)]),
    check((x, w) => F.conv1d(x, w, null, { stride: 3, padding: 2, dilation: 2 }), [real(1, 2, 7), real(3, 2, 1)]),
    check((x, w) => F.conv1d(x, w, null, { padding: 'same', dilation: 3 }), [real(2, 6), real(3, 2, 4)]),
    check((x, w, b) => F.conv1d(x, w, b, { groups: 2, stride: 2 }), [real(1, 4, 6), real(6, 2, 3), real(6)]),
    check((x, w, b) => F.conv1d(x, w, b, { stride: 2 }), [complexOf(1, 2, 6), complexOf(1, 2, 3), complexOf(1)]),
    ...MODES.map(mode =>
      check((x, w) => convolution(1, x, w, null, { padding: 2, stride: 2 }, mode), [real(1, 2, 4), real(1, 2, 3)]),
    ),
  ],
  'functional.conv2d': [
    check((x, w, b) => F.conv2d(x, w, b), [real(2, 3, 4, 5), real(1, 3, 2, 4), real(1)]),
    // (7 + 2 - 3) % 4 = 2 rows and (8 - 3) % 2 = 1 column are left over
    check(
      (x, w) => F.conv2d(x, w, null, { stride: [4, 2], padding: [1, 0], dilation: [1, 2] }),
      [real(1, 2, 7, 8), real(4, 2, 3, 2)],
    ),
    check((x, w) => F.conv2d(x, w, null, { padding: 'same', dilation: [2, 1] }), [real(1, 4, 3), real(2, 1, 3, 4)]),
    check(
      (x, w, b) => F.conv2d(x, w, b, { groups: 2, padding: [0, 2], stride: [2, 3] }),
      [real(1, 4, 5, 3), real(2, 2, 3, 1), real(2)],
    ),
    check((x, w) => F.conv2d(x, w, null, { groups: 3 }), [real(1, 3, 4, 5), real(6, 1, 2, 3)]),
    check(
      (x, w, b) => F.conv2d(x, w, b, { stride: [2, 1], padding: [1, 0] }),
      [complexOf(1, 2, 4, 3), complexOf(1, 2, 3, 2), complexOf(1)],
    ),
    ...MODES.map(mode =>
      check(
        (x, w) => convolution(2, x, w, null, { padding: [1, 2], stride: [2, 3], dilation: [2, 1] }, mode),
        [real(1, 1, 4, 5), real(1, 1, 2, 3)],
      ),
    ),
    // more padding on the right than on the left
    check((x, w) => convolution(2, x, w, null, { padding: 'same' }, 'circular'), [real(1, 1, 3, 5), real(1, 1, 2, 4)]),
  ],
  'functional.conv3d': [
    check(
      (x, w, b) => F.conv3d(x, w, b, { stride: [2, 3, 1], padding: [1, 0, 2], dilation: [1, 2, 2] }),
      [real(1, 2, 4, 5, 3), real(2, 2, 3, 2, 1), real(2)],
    ),
    check((x, w) => F.conv3d(x, w, null, { groups: 2, padding: 'same' }), [real(2, 2, 3, 4), real(2, 1, 2, 1, 3)]),
    check(
      (x, w) => convolution(3, x, w, null, { padding: [1, 0, 1], stride: [1, 2, 1] }, 'reflect'),
      [real(1, 1, 2, 3, 4), real(1, 1, 2, 1, 3)],
    ),
    check((x, w) => F.conv3d(x, w), [complexOf(1, 1, 2, 3, 4), complexOf(1, 1, 1, 2, 3)]),
  ],
  'functional.convTranspose1d': [
    check((x, w, b) => F.convTranspose1d(x, w, b), [real(2, 3, 4), real(3, 2, 5), real(2)]),
    check(
      (x, w) => F.convTranspose1d(x, w, null, { stride: 3, padding: 1, outputPadding: 2, dilation: 2 }),
      [real(2, 4), real(2, 1, 3)],
    ),
    check(
      (x, w, b) => F.convTranspose1d(x, w, b, { stride: 2 }),
      [complexOf(1, 2, 3), complexOf(2, 1, 4), complexOf(1)],
    ),
  ],
  'functional.convTranspose2d': [
    check(
      (x, w, b) => F.convTranspose2d(x, w, b, { stride: [2, 3], padding: [1, 2], outputPadding: [1, 0] }),
      [real(1, 2, 4, 3), real(2, 1, 4, 3), real(1)],
    ),
    check(
      (x, w) => F.convTranspose2d(x, w, null, { groups: 2, dilation: [2, 1], outputPadding: [1, 0], stride: [1, 2] }),
      [real(1, 4, 2, 3), real(4, 1, 2, 1)],
    ),
    check((x, w) => F.convTranspose2d(x, w, null, { stride: [1, 2] }), [complexOf(1, 1, 2, 3), complexOf(1, 2, 4, 3)]),
  ],
  'functional.convTranspose3d': [
    check(
      (x, w, b) => F.convTranspose3d(x, w, b, { stride: [1, 2, 2], padding: [1, 0, 1], outputPadding: [0, 1, 0] }),
      [real(1, 2, 3, 1, 2), real(2, 1, 2, 1, 3), real(1)],
    ),
    check((x, w) => F.convTranspose3d(x, w, null, { groups: 2 }), [real(2, 1, 2, 3), real(2, 1, 3, 2, 1)]),
  ],
  'functional.unfold': [
    check(x => F.unfold(x, [2, 3], { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }), [real(1, 2, 3, 6)]),
    check(x => F.unfold(x, [2, 1]), [complexOf(1, 2, 3)]),
  ],
  'functional.fold': [
    check(x => F.fold(x, [4, 5], [2, 3], { stride: [1, 2], padding: [0, 1] }), [real(1, 6, 9)]),
    check(x => F.fold(x, [2, 3], [2, 1]), [complexOf(4, 3)]),
  ],
}
