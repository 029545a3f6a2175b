/**
 * The running mean and variance that batch and instance normalisation keep.
 *
 * @module
 */
import { noGrad } from '../../autograd/modes.js'
import { toFloat64 } from '../../tensor/copy.js'
import { type Tensor, wrapArray } from '../../tensor/tensor.js'
import { copy_, writeElements } from '../inplace.js'
import type { Optional } from './arguments.js'
import type { Moments } from './groups.js'

/** Running statistics as they are now; none on the meta device. */
export function statistics(mean: Tensor, variance: Tensor): Moments | undefined {
  if (mean.device === 'meta' || variance.device === 'meta') return undefined
  return { mean: toFloat64(mean).slice(), variance: toFloat64(variance).slice() }
}

/**
 * running = (1 - momentum) running + momentum new, averaged over samples where there is a statistic for each of them.
 *
 * @param count how many elements each of the moments is of: the running variance is the unbiased one
 */
export function updateRunning(
  mean: Optional,
  variance: Optional,
  moments: Moments,
  count: number,
  momentum: number,
): void {
  const unbiased = count / (count - 1)
  if (mean) updateOne(mean, moments.mean, 1, momentum)
  if (variance) updateOne(variance, moments.variance, unbiased, momentum)
}

function updateOne(running: Tensor, found: Float64Array, factor: number, momentum: number): void {
  if (running.device === 'meta') return
  const channels = running.numel()
  const repeats = found.length / channels
  const update = (values: Float32Array | Float64Array, start: number) => {
    for (let c = 0; c < channels; c++) {
      let sum = 0
      for (let g = c; g < found.length; g += channels) sum += found[g]!
      values[start + c] = (1 - momentum) * values[start + c]! + (momentum * factor * sum) / repeats
    }
  }
  if (writeElements(running, update)) return
  const next = toFloat64(running).slice()
  update(next, 0)
  noGrad(() => copy_(running, wrapArray(next, running.shape, 'float64')))
}
