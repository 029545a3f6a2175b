/**
 * Batch normalisation (https://arxiv.org/abs/1502.03167) and instance normalisation (https://arxiv.org/abs/1607.08022),
 * which is the same with every sample by itself.
 *
 * @module
 */
import { noGrad } from '../autograd/modes.js'
import { IndexError, RuntimeError, ValueError } from '../errors.js'
import { toFloat64 } from '../tensor/copy.js'
import { formatShape, numelOf, suggestedFormat } from '../tensor/layout.js'
import { type Tensor, wrapArray } from '../tensor/tensor.js'
import { copy_ } from './inplace.js'
import { normalize } from './normalize.js'
import { checkNumber, checkOptional, checkParameters, checkPerChannel, spatialSize } from './normalize-arguments.js'
import type { Grouping, Moments } from './normalize-groups.js'
import { checkTensor } from './operand.js'
import { checkOptions } from './options.js'
import { checkBoolean } from './pool-arguments.js'

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** Normalise by the batch's own statistics and update the running ones. Default: false. */
  training?: boolean
  /** How much of the running statistics one batch replaces. Default: 0.1. */
  momentum?: number
  /** Added to the variance. Default: 1e-5. */
  eps?: number
}

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions extends Omit<BatchNormOptions, 'training'> {
  /** Normalise by each sample's own statistics. Default: true. */
  useInputStats?: boolean
}

type Optional = Tensor | null | undefined

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
  checkOptional('batch_norm', { running_mean: runningMean, running_var: runningVar, weight, bias })
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
  for (const [name, statistic] of Object.entries({ running_mean: runningMean, running_var: runningVar })) {
    checkPerChannel(channels, { [name]: statistic })
    if (!training && !statistic) throw new RuntimeError(`${name} must be defined in evaluation mode`)
  }
  checkPerChannel(channels, { weight, bias })
  checkParameters('batch_norm', input, { running_mean: runningMean, running_var: runningVar, weight, bias })

  const memoryFormat = suggestedFormat(shape, strides)
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
  if (training && moments && input.numel() > 0) {
    updateRunning(runningMean, runningVar, moments, samples * run, checkNumber('batch_norm', 'momentum', momentum))
  }
  return output
}

/** Running statistics as they are now; none on the meta device. */
function statistics(mean: Tensor, variance: Tensor): Moments | undefined {
  if (mean.device === 'meta' || variance.device === 'meta') return undefined
  return { mean: toFloat64(mean).slice(), variance: toFloat64(variance).slice() }
}

/**
 * running = (1 - momentum) running + momentum new, averaged over samples where there is a statistic for each of them.
 *
 * @param count how many elements each of the moments is of: the running variance is the unbiased one
 */
function updateRunning(mean: Optional, variance: Optional, moments: Moments, count: number, momentum: number): void {
  const unbiased = count / (count - 1)
  for (const [running, found, factor] of [
    [mean, moments.mean, 1],
    [variance, moments.variance, unbiased],
  ] as const) {
    if (!running || running.device === 'meta') continue
    const channels = running.numel()
    const repeats = found.length / channels
    const next = toFloat64(running).map((before, c) => {
      let sum = 0
      for (let g = c; g < found.length; g += channels) sum += found[g]!
      return (1 - momentum) * before + (momentum * factor * sum) / repeats
    })
    noGrad(() => copy_(running, wrapArray(next, running.shape, 'float64')))
  }
}

/**
 * Normalises each channel of each sample by itself.
 *
 * @param input [N, C, ...] with at least one spatial dimension
 * @param runningMean [C]; updated in place with the average over the samples, or used instead of their own statistics
 * @param runningVar [C]; likewise
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.instance_norm.html
 */
export function instanceNorm(
  input: Tensor,
  runningMean?: Optional,
  runningVar?: Optional,
  weight?: Optional,
  bias?: Optional,
  options: InstanceNormOptions = {},
): Tensor {
  const { shape } = checkTensor('instance_norm', 'input', input)
  checkOptional('instance_norm', { running_mean: runningMean, running_var: runningVar, weight, bias })
  const known = ['useInputStats', 'momentum', 'eps']
  const { useInputStats = true, momentum = 0.1, eps = 1e-5 } = checkOptions('instance_norm', options, known)
  const run = spatialSize(shape)
  if (checkBoolean('instance_norm', 'use_input_stats', useInputStats) && run === 1) {
    throw new ValueError(
      `Expected more than 1 spatial element when training, got input size torch.Size(${formatShape(shape)})`,
    )
  }
  if (!useInputStats && !(runningMean && runningVar)) {
    throw new RuntimeError('Expected running_mean and running_var to be defined when use_input_stats is false')
  }
  const [samples, channels] = shape as [number, number]
  checkPerChannel(channels, { running_mean: runningMean, running_var: runningVar, weight, bias })
  checkParameters('batch_norm', input, { running_mean: runningMean, running_var: runningVar, weight, bias })
  const repeated = (values: Float64Array) =>
    Float64Array.from({ length: samples * channels }, (_, g) => values[g % channels]!)
  const fixed = useInputStats ? undefined : statistics(runningMean!, runningVar!)
  const grouping: Grouping = { outer: 1, groups: samples * channels, sub: 1, run, channels }
  const { output, moments } = normalize({
    input,
    weight: weight ?? null,
    bias: bias ?? null,
    grouping,
    inMemory: grouping,
    memoryFormat: 'contiguous',
    eps: checkNumber('instance_norm', 'eps', eps),
    fixed: fixed && { mean: repeated(fixed.mean), variance: repeated(fixed.variance) },
    operation: 'NativeBatchNorm',
  })
  if (useInputStats && moments && numelOf(shape) > 0) {
    updateRunning(runningMean, runningVar, moments, run, checkNumber('instance_norm', 'momentum', momentum))
  }
  return output
}
