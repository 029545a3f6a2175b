/**
 * Instance normalisation (https://arxiv.org/abs/1607.08022): batch normalisation of every sample by itself.
 *
 * @module
 */
import { RuntimeError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { formatShape } from '../../tensor/layout.js'
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
import type { BatchNormOptions } from './batchNorm.js'
import type { Grouping } from './groups.js'
import { normalize } from './normalize.js'
import { statistics, updateRunning } from './runningStatistics.js'

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions extends Omit<BatchNormOptions, 'training'> {
  /** Normalise by each sample's own statistics. Default: true. */
  useInputStats?: boolean
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
  const tensors = { running_mean: runningMean, running_var: runningVar, weight, bias }
  checkOptional('instance_norm', tensors)
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
  for (const [name, tensor] of Object.entries(tensors)) checkPerChannel(channels, name, tensor)
  checkParameters('batch_norm', input, tensors)
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
  const found = useInputStats && (runningMean || runningVar) && input.numel() > 0 ? moments() : null
  if (found) {
    updateRunning(runningMean, runningVar, found, run, checkNumber('instance_norm', 'momentum', momentum))
  }
  return output
}
