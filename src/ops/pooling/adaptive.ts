/**
 * Poolings to a given size: the windows are chosen so that the result has it.
 *
 * @module
 */
import { describeValue } from '../../conv/arguments.js'
import { NotImplementedError, RuntimeError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { dtypeInfo, isFloating } from '../../tensor/dtype.js'
import { formatShape, type Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { checkBoolean } from './arguments.js'
import { poolAverage } from './average.js'
import { poolMax } from './max.js'
import type { Rank } from './planes.js'
import type { PoolResult } from './pool.js'
import { adaptiveWindows } from './windows.js'

/** The size of the result: a number for all axes, or one for each; `null` keeps the input's. */
export type AdaptiveSize = number | null | readonly (number | null)[]

/** Options of adaptive max poolings. */
export interface AdaptiveMaxPoolOptions<Indices extends boolean = boolean> {
  /** Return [output, indices]; an index is an int64 position in its sample's plane, row-major. Default: false. */
  returnIndices?: Indices
}

/** See `adaptiveAvgPool2d`. */
export function adaptiveAvgPool(rank: Rank, input: Tensor, outputSize: AdaptiveSize): Tensor {
  const sizes = checkAdaptive('avg', rank, input, outputSize)
  const windows = adaptiveWindows(input.shape.slice(-rank), sizes)
  return poolAverage(input, { rank, windows, operation: `AdaptiveAvgPool${rank === 3 ? 3 : 2}D` })
}

/** See `adaptiveMaxPool2d`. */
export function adaptiveMaxPool<Indices extends boolean>(
  rank: Rank,
  input: Tensor,
  outputSize: AdaptiveSize,
  options: AdaptiveMaxPoolOptions<Indices>,
): PoolResult<Indices> {
  const name = `adaptive_max_pool${rank}d`
  const { returnIndices } = checkOptions(name, options, ['returnIndices'])
  const sizes = checkAdaptive('max', rank, input, outputSize)
  const { output, indices } = poolMax(input, {
    rank,
    windows: adaptiveWindows(input.shape.slice(-rank), sizes),
    operation: `AdaptiveMaxPool${rank === 3 ? 3 : 2}D`,
    returnIndices: checkBoolean(name, 'return_indices', returnIndices ?? false),
  })
  return (indices ? [output, indices] : output) as PoolResult<Indices>
}

/** PyTorch's checks; gives the spatial sizes of the result. */
function checkAdaptive(kind: 'avg' | 'max', rank: Rank, input: Tensor, outputSize: AdaptiveSize): Shape {
  const name = `adaptive_${kind}_pool${rank}d`
  const { shape, ndim, dtype } = checkTensor(name, 'input', input)
  if (ndim !== rank + 1 && ndim !== rank + 2) {
    throw new RuntimeError(`${name}(): Expected ${rank + 1}D or ${rank + 2}D tensor, but got ${formatShape(shape)}`)
  }
  const sizes = axisSizes(name, rank, outputSize).map((size, axis) => size ?? shape[ndim - rank + axis]!)
  if (sizes.some(size => size < 0)) {
    throw new RuntimeError(
      `${name}: elements of output_size must be greater than or equal to 0 but received {${sizes.join(', ')}}`,
    )
  }
  // averages over no channels are fine, in one and two dimensions
  const firstChecked = ndim - rank - (kind === 'avg' && rank < 3 ? 0 : 1)
  const empty = shape.findIndex((size, dim) => size === 0 && dim >= firstChecked)
  if (empty >= 0) {
    throw new RuntimeError(
      `${name}(): Expected input to have non-zero size for non-batch dimensions, but input has sizes ${formatShape(shape)} with dimension ${empty} being empty`,
    )
  }
  if (!isFloating(dtype)) {
    throw new NotImplementedError(`"${name}" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  return sizes
}

function axisSizes(name: string, rank: Rank, outputSize: AdaptiveSize): readonly (number | null)[] {
  const list: readonly unknown[] = Array.isArray(outputSize) ? outputSize : new Array(rank).fill(outputSize)
  if (list.length !== rank) {
    throw new ValueError(
      `${name}(): output_size must be one int or have one for each of ${rank} axes, but got outputSize=${describeValue(outputSize)}`,
    )
  }
  if (list.every(size => size === null || Number.isSafeInteger(size))) return list as readonly (number | null)[]
  throw new TypeError(
    `${name}(): argument 'output_size' must be an integer, null or a list of them, but got outputSize=${describeValue(outputSize)}`,
  )
}
