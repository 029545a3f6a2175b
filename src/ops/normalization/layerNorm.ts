/**
 * Layer normalisation (https://arxiv.org/abs/1607.06450).
 *
 * @module
 */
import { integers } from '../../conv/arguments.js'
import { RuntimeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { formatShape, numelOf, type Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { checkNumber, checkOptional, checkParameters } from './arguments.js'
import type { NormOptions } from './groupNorm.js'
import type { Grouping } from './groups.js'
import { normalize } from './normalize.js'

/**
 * Normalises over the last dimensions.
 *
 * @param normalizedShape the sizes of these dimensions; a number for the last one alone
 * @param weight of the normalized shape. Default: ones
 * @param bias of the normalized shape. Default: zeros
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
 */
export function layerNorm(
  input: Tensor,
  normalizedShape: number | Shape,
  weight?: Tensor | null,
  bias?: Tensor | null,
  options: NormOptions = {},
): Tensor {
  const { shape } = checkTensor('layer_norm', 'input', input)
  checkOptional('layer_norm', { weight, bias })
  const { eps = 1e-5 } = checkOptions('layer_norm', options, ['eps'])
  const own = integers('layer_norm', 'normalized_shape', normalizedShape, 1)
  if (own.length === 0) {
    throw new RuntimeError(
      'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []',
    )
  }
  const expected = formatShape(own)
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (!tensor || formatShape(tensor.shape) === expected) continue
    throw new RuntimeError(
      `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${formatShape(tensor.shape)} and normalized_shape = ${expected}`,
    )
  }
  if (shape.length < own.length || formatShape(shape.slice(-own.length)) !== expected) {
    throw new RuntimeError(
      `Given normalized_shape=${expected}, expected input with shape [*, ${own.join(', ')}], but got input of size${formatShape(shape)}`,
    )
  }
  checkParameters('LayerNormKernelImpl', input, { weight, bias })
  const channels = numelOf(own)
  const rows = numelOf(shape.slice(0, -own.length))
  const grouping: Grouping = { outer: 1, groups: rows, sub: channels, run: 1, channels }
  return normalize({
    input,
    weight: weight ?? null,
    bias: bias ?? null,
    grouping,
    inMemory: grouping,
    memoryFormat: 'contiguous',
    eps: checkNumber('layer_norm', 'eps', eps),
    operation: 'NativeLayerNorm',
  }).output
}
