/**
 * Running sums.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { NotImplementedError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { contiguousData, convert } from '../../tensor/copy.js'
import { checkDType, type DType, dtypeInfo, isDifferentiable, isHalf } from '../../tensor/dtype.js'
import { normalizeDim, numelOf } from '../../tensor/layout.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { flip } from '../rearrangement/rearrange.js'
import { accumulateDType } from './reduce.js'

/** The sums of the elements up to and including each, along `dim`. Sums of integers are int64. */
export function cumsum(input: Tensor, dim: number, options: { dtype?: DType } = {}): Tensor {
  checkOptions('cumsum', options, ['dtype'])
  const dtype = checkDType(options.dtype, accumulateDType(input.dtype))
  if (dtype === 'bool') throw new NotImplementedError(`"cumsum_out_cpu" not implemented for 'Bool'`)
  const own = normalizeDim(dim, input.ndim)
  const out = rawCumsum(input, own, dtype)
  // the elements from each one on: running sums from the other end
  return record(out, 'CumsumBackward0', [input], [], gradient => [flip(cumsum(flip(gradient, [own]), own), [own])])
}

const rawCumsum = timed('aten::cumsum', runningSums)

function runningSums(input: Tensor, dim: number, dtype: DType): Tensor {
  const working = isDifferentiable(dtype) ? (isHalf(dtype) ? 'float32' : dtype) : 'int64'
  const out = allocate(input.shape, working, { device: input.device })
  if (input.device !== 'meta' && input.numel() > 0) {
    const { components } = dtypeInfo(working)
    const x = contiguousData(convert(convert(input, dtype), working, 'contiguous'))
    const step = numelOf(input.shape.slice(dim + 1)) * components
    const length = input.shape[dim] ?? 1
    const y = out.storage.dataToWrite
    for (let block = 0; block < x.length; block += length * step) {
      for (let i = block; i < block + step; i++) {
        if (x instanceof BigInt64Array) sumBigints(y as BigInt64Array, x, i, step, length)
        else sumNumbers(y as Float64Array, x as Float64Array, i, step, length)
      }
    }
  }
  return working === dtype ? out : convert(out, dtype)
}

function sumNumbers(y: Float64Array, x: Float64Array, start: number, step: number, length: number): void {
  let total = 0
  for (let k = 0, i = start; k < length; k++, i += step) {
    total += x[i]!
    y[i] = total
  }
}

function sumBigints(y: BigInt64Array, x: BigInt64Array, start: number, step: number, length: number): void {
  for (let k = 0, i = start; k < length; k++, i += step) y[i] = (k === 0 ? 0n : y[i - step]!) + x[i]!
}
