/**
 * Batch normalisation (https://arxiv.org/abs/1502.03167).
 *
 * @module
 */
import { IndexError, RuntimeError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { elementwiseFormat, formatShape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { checkBoolean } from '../pooling/arguments.js'
import {
  checkNumber,
  checkOptional,
  checkParameters,
  checkPerChannel,
  type Optional,
  spatialSize,
} from './arguments.js'
import type { Grouping } from './groups.js'
import { normalize } from './normalize.js'
import { statistics, updateRunning } from './runningStatistics.js'

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Normalise by the batch's own statistics and update the running ones. Default: false. */
  training?: boolean
  /** How much of the running statistics one batch replaces. Default: 0.1. */
  momentum?: number
  /** Added to the variance. Default: 1e-5. */
  eps?: number
}

/**
 * Normalises each channel over the batch: weight (x - mean) / sqrt(variance + eps) + bias.
 *
 * @param input [N, C, ...]
 * @param runningMean [C]; in training it is updated in place (and may be null), otherwise it is the mean
 * @param runningVar [C]; likewise, and the variance that goes into it is the unbiased one
 * @param weight [C]. Default: ones
 * @param bias [C]. Default: zeros
 * @throws ValueError in training where a channel has one value
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html
 */
export function batchNorm(
  input: Tensor,
  runningMean: Optional,
  runningVar: Optional,
  weight?: Optional,
  bias?: Optional,
  options: BatchNormOptions = {},
): Tensor {
  const { shape, strides, ndim } = checkTensor('batch_norm', 'input', input)
  const tensors = { running_mean: runningMean, running_var: runningVar, weight, bias }
  checkOptional('batch_norm', tensors)
  const {
    training = false,
    momentum = 0.1,
    eps = 1e-5,
  } = checkOptions('batch_norm', options, ['training', 'momentum', 'eps'])
  checkBoolean('batch_norm', 'training', training)
  if (ndim < 2) {
    throw new IndexError(
      `Dimension out of range (expected to be in range of [-${Math.max(ndim, 1)}, ${Math.max(ndim, 1) - 1}], but got 1)`,
    )
  }
  const [samples, channels] = shape as [number, number]
  const run = spatialSize(shape)
  if (training && samples * run === 1) {
    throw new ValueError(
      `Expected more than 1 value per channel when training, got input size torch.Size(${formatShape(shape)})`,
    )
  }
  for (const name of STATISTICS) checkStatistic(channels, name, tensors[name], training)
  checkPerChannel(channels, 'weight', weight)
  checkPerChannel(channels, 'bias', bias)
  checkParameters('batch_norm', input, tensors)

  const memoryFormat = elementwiseFormat(shape, strides)
  const grouping: Grouping = { outer: samples, groups: channels, sub: 1, run, channels }
  const { output, moments } = normalize({
    input,
    weight: weight ?? null,
    bias: bias ?? null,
    grouping,
    inMemory: memoryFormat === 'channels_last' ? { ...grouping, outer: samples * run, run: 1 } : grouping,
    memoryFormat,
    eps: checkNumber('batch_norm', 'eps', eps),
    fixed: training ? undefined : statistics(runningMean!, runningVar!),
    operation: 'NativeBatchNorm',
  })
  const found = training && (runningMean || runningVar) && input.numel() > 0 ? moments() : null
  if (found) {
    updateRunning(runningMean, runningVar, found, samples * run, checkNumber('batch_norm', 'momentum', momentum))
  }
  return output
}

const STATISTICS = ['running_mean', 'running_var'] as const

/** Refuses a statistic of other channels, and one that is missing and needed. */
function checkStatistic(channels: number, name: string, statistic: Optional, training: boolean): void {
  checkPerChannel(channels, name, statistic)
  if (!training && !statistic) throw new RuntimeError(`${name} must be defined in evaluation mode`)
}
