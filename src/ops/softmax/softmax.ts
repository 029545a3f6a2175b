/**
 * Softmax and its relatives, computed in double precision after taking away the largest element.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { NotImplementedError, RuntimeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { contiguousData, convert } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { checkDType, type DType, dtypeInfo, isComplex, isFloating, isHalf } from '../../tensor/dtype.js'
import { normalizeDim, numelOf } from '../../tensor/layout.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { amax } from '../reductions/extremes.js'
import { sum } from '../reductions/reduce.js'
import {
  type Dims,
  metaResult,
  planReduction,
  type ReduceOptions,
  type ReductionPlan,
  reduceOptions,
  spread,
} from '../reductions/reduction.js'
import { type ScoreShape, vectorDifferences, vectorPowers, vectorScoreSums } from './vectors.js'

/** Options of {@link softmax} and {@link logSoftmax}. */
export interface SoftmaxOptions {
  /** Convert to this dtype first. */
  dtype?: DType
}

/** exp(x) / sum(exp(x)) along `dim`. */
export function softmax(input: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  const [source, own] = prepare('softmax', input, dim, options)
  const out = alongDim(source, own, softmaxRow)
  return record(out, 'SoftmaxBackward0', [source], [out], (gradient, { saved: [y] }) => {
    const weighted = gradient.mul(y!)
    return [weighted.sub(y!.mul(sum(weighted, own, true)))]
  })
}

/** log(softmax(x)) along `dim`, without the overflow that taking it apart would have. */
export function logSoftmax(input: Tensor, dim: number, options: SoftmaxOptions = {}): Tensor {
  const [source, own] = prepare('log_softmax', input, dim, options)
  const out = alongDim(source, own, logSoftmaxRow)
  return record(out, 'LogSoftmaxBackward0', [source], [out], (gradient, { saved: [y] }) => [
    gradient.sub(y!.exp().mul(sum(gradient, own, true))),
  ])
}

/** log(sum(exp(x))) along `dim`, without overflow; integers give float32. */
export function logsumexp(input: Tensor, dim: Dims, options?: boolean | Pick<ReduceOptions, 'keepdim'>): Tensor {
  const { keepdim } = reduceOptions('logsumexp', options, ['keepdim'])
  if (isComplex(input.dtype)) {
    throw new RuntimeError(
      `logsumexp(): Expected floating point type for result tensor, but got: ${dtypeInfo(input.dtype).scalarName}`,
    )
  }
  const source = isFloating(input.dtype) ? input : input.to('float32')
  const plan = planReduction(source, dim, keepdim)
  const out = rawLogsumexp(source.detach(), plan)
  return record(out, 'LogsumexpBackward0', [source], [source, out], (gradient, { saved: [x, y] }) => [
    spread(gradient, plan).mul(x!.sub(spread(y!, plan)).exp()),
  ])
}

function rawLogsumexp(input: Tensor, plan: ReductionPlan): Tensor {
  if (input.device === 'meta') return metaResult(plan, input.dtype)
  if (plan.count === 0) return allocate(plan.shape, input.dtype).fill_(Number.NEGATIVE_INFINITY)
  const x = convert(input, 'float64')
  const largest = amax(x, plan.dims, true)
  // an infinite largest element is not taken away: inf - inf would be NaN
  const shift = largest.maskedFill(largest.abs().eq(Number.POSITIVE_INFINITY), 0)
  return convert(sum(x.sub(shift).exp(), plan.dims, true).log().add(shift).reshape(plan.shape), input.dtype)
}

function prepare(operation: string, input: Tensor, dim: number, options: SoftmaxOptions): [Tensor, number] {
  checkOptions(operation, options, ['dtype'])
  const source = options.dtype === undefined ? input : input.to(checkDType(options.dtype))
  const own = normalizeDim(dim, source.ndim)
  if (!isFloating(source.dtype)) {
    throw new NotImplementedError(
      `"${operation}_lastdim_kernel_impl" not implemented for '${dtypeInfo(source.dtype).scalarName}'`,
    )
  }
  return [source, own]
}

/** A function of `length` numbers that lie `step` apart, written to the same places of another array. */
type Row = (out: Float64Array, x: Float64Array, start: number, step: number, length: number) => void

const alongDim = timed((_input, _dim, row) => (row === softmaxRow ? 'aten::_softmax' : 'aten::_log_softmax'), rowsAlong)

function rowsAlong(input: Tensor, dim: number, row: Row): Tensor {
  if (isDeferring() && input.device !== 'meta')
    return deferred([input], { shape: input.shape, dtype: input.dtype }, ([own]) => alongDim(own!, dim, row))
  const working = isHalf(input.dtype) ? 'float32' : input.dtype
  const out = allocate(input.shape, working, { device: input.device })
  const finished = () => (working === input.dtype ? out : convert(out, input.dtype))
  if (input.device !== 'meta' && input.numel() > 0) {
    const x = contiguousData(convert(input, working, 'contiguous')) as Float64Array
    const [length, step] = [input.shape[dim] ?? 1, numelOf(input.shape.slice(dim + 1))]
    const shape = { outer: x.length / (length * step), length, inner: step }
    if (alongDimByVectors(out.storage.data as Float64Array, x, shape, row)) return finished()
    for (let block = 0; block < x.length; block += length * step) {
      for (let i = 0; i < step; i++) row(out.storage.data as Float64Array, x, block + i, step, length)
    }
  }
  return finished()
}

/** All rows on a faster backend, unless it returns false. */
function alongDimByVectors(out: Float64Array, x: Float64Array, shape: ScoreShape, row: Row): boolean {
  const sums = vectorScoreSums(x, shape)
  if (sums === null) return false
  const { largest, totals } = sums
  const [to, from] = [out, x] as unknown as [Float32Array, Float32Array]
  return row === softmaxRow
    ? vectorPowers(
        to,
        from,
        shape,
        largest,
        totals.map(total => 1 / total),
      )
    : vectorDifferences(to, from, shape, largest, totals.map(Math.log))
}

function largestOf(x: Float64Array, start: number, step: number, length: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (let k = 0, i = start; k < length; k++, i += step) if (x[i]! > best) best = x[i]!
  return best
}

const softmaxRow: Row = (out, x, start, step, length) => {
  const shift = largestOf(x, start, step, length)
  const powers = new Float64Array(length)
  let total = 0
  for (let k = 0, i = start; k < length; k++, i += step) {
    powers[k] = Math.exp(x[i]! - shift)
    total += powers[k]!
  }
  for (let k = 0, i = start; k < length; k++, i += step) out[i] = powers[k]! / total
}

const logSoftmaxRow: Row = (out, x, start, step, length) => {
  const shift = largestOf(x, start, step, length)
  let total = 0
  for (let k = 0, i = start; k < length; k++, i += step) total += Math.exp(x[i]! - shift)
  const logTotal = Math.log(total)
  for (let k = 0, i = start; k < length; k++, i += step) out[i] = x[i]! - shift - logTotal
}
