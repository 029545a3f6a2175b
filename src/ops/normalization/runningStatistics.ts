/**
 * The running mean and variance that batch and instance normalisation keep.
 *
 * @module
 */
import { noGrad } from '../../autograd/modes.js'
import { toFloat64 } from '../../tensor/copy.js'
import { type Tensor, wrapArray } from '../../tensor/tensor.js'
import { copy_ } from '../inplace.js'
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
  for (const [running, found, factor] of [
    [mean, moments.mean, 1],
    [variance, moments.variance, unbiased],
  ] as const) {
    if (!running || running.device === 'meta') continue
    const channels = running.numel()
    const repeats = found.length / channels
    const before = toFloat64(running)
    const next = new Float64Array(channels)
    for (let c = 0; c < channels; c++) {
      let sum = 0
      for (let g = c; g < found.length; g += channels) sum += found[g]!
      next[c] = (1 - momentum) * before[c]! + (momentum * factor * sum) / repeats
    }
    noGrad(() => copy_(running, wrapArray(next, running.shape, 'float64')))
  }
}
