/**
 * Group normalisation (https://arxiv.org/abs/1803.08494).
 *
 * @module
 */
import { integer } from '../../conv/arguments.js'
import { IndexError, RuntimeError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { formatShape, suggestedFormat } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { checkNumber, checkOptional, checkParameters, spatialSize } from './arguments.js'
import type { Grouping } from './groups.js'
import { normalize } from './normalize.js'

/** Options of {@link groupNorm} and `layerNorm`. */
export interface NormOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number
}

/**
 * Normalises each sample over groups of C / numGroups neighbouring channels.
 *
 * @param input [N, C, ...]
 * @param weight [C]. Default: ones
 * @param bias [C]. Default: zeros
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
 */
export function groupNorm(
  input: Tensor,
  numGroups: number,
  weight?: Tensor | null,
  bias?: Tensor | null,
  options: NormOptions = {},
): Tensor {
  const { shape, strides, ndim } = checkTensor('group_norm', 'input', input)
  checkOptional('group_norm', { weight, bias })
  const { eps = 1e-5 } = checkOptions('group_norm', options, ['eps'])
  integer('group_norm', 'num_groups', numGroups)
  if (ndim < 2)
    throw new IndexError(
      `Dimension out of range: group_norm takes [N, C, ...], but got input of shape ${formatShape(shape)}`,
    )
  if (numGroups <= 0) throw new RuntimeError(`Expected num groups to be greater than 0, got ${numGroups}`)
  const [samples, channels] = shape as [number, number]
  const run = spatialSize(shape)
  const perGroup = Math.floor((samples * channels) / numGroups)
  if (perGroup * run === 1) {
    const seen = [perGroup, numGroups, ...shape.slice(2)]
    throw new ValueError(`Expected more than 1 value per channel when training, got input size ${formatShape(seen)}`)
  }
  if (channels % numGroups !== 0) {
    throw new RuntimeError(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${formatShape(shape)} and num_groups=${numGroups}`,
    )
  }
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    if (!tensor || (tensor.ndim === 1 && tensor.numel() === channels)) continue
    throw new RuntimeError(
      `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${formatShape(tensor.shape)} and input of shape ${formatShape(shape)}`,
    )
  }
  checkParameters('GroupNormKernelImpl', input, { weight, bias })
  const grouping: Grouping = { outer: 1, groups: samples * numGroups, sub: channels / numGroups, run, channels }
  const { output } = normalize({
    input,
    weight: weight ?? null,
    bias: bias ?? null,
    grouping,
    inMemory: grouping,
    memoryFormat: 'contiguous',
    eps: checkNumber('group_norm', 'eps', eps),
    operation: 'NativeGroupNorm',
  })
  const memoryFormat = suggestedFormat(shape, strides)
  return memoryFormat === 'channels_last' ? output.clone({ memoryFormat }) : output
}
