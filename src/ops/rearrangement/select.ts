/**
 * Elements picked by an index.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { describe, IndexError, RuntimeError } from '../../errors.js'
import { contiguousData, convert } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { dtypeInfo, isHalf } from '../../tensor/dtype.js'
import { forEachRun } from '../../tensor/iterate.js'
import { formatShape, normalizeDim, numelOf, type Shape } from '../../tensor/layout.js'
import { SHORTEST_RUN } from '../../tensor/moveElements.js'
import { allocate, Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { checkTensor, commonDevice } from '../elementwise/operand.js'
import { reshape } from '../views/view.js'

/** The slices along `dim` that `index` lists (a vector, or plain numbers); one may occur any number of times. */
export function indexSelect(input: Tensor, dim: number, index: Tensor | readonly number[]): Tensor {
  const own = normalizeDim(dim, input.ndim)
  const positions = indexList(index)
  const size = input.shape[own] ?? 1
  for (const position of positions) {
    if (position < 0 || position >= size) {
      throw new IndexError(`index out of range in self: index ${position} for dimension ${own} of size ${size}`)
    }
  }
  if (input.ndim === 0) return reshape(pickSlices(reshape(input, [1]), 0, positions), [])
  return pickSlices(input, own, positions)
}

function indexList(index: Tensor | readonly number[]): readonly number[] {
  if (!(index instanceof Tensor)) {
    if (Array.isArray(index) && index.every(Number.isInteger)) return [...(index as readonly number[])]
    throw new TypeError(`index_select(): argument 'index' must be Tensor or whole numbers, not ${describe(index)}`)
  }
  if (index.dtype !== 'int32' && index.dtype !== 'int64') {
    throw new RuntimeError(`index_select(): Expected dtype int32 or int64 for index, but got ${index.dtype}`)
  }
  if (index.ndim > 1) {
    throw new IndexError(`index_select(): Index is supposed to be a vector, but got shape ${formatShape(index.shape)}`)
  }
  if (index.device === 'meta') return new Array<number>(index.numel()).fill(0)
  return Array.from(contiguousData(index) as ArrayLike<number | bigint>, Number)
}

const pickSlices = timed('aten::index_select', copySlices)

function copySlices(input: Tensor, dim: number, positions: readonly number[]): Tensor {
  const out = slicesOf(input, dim, positions)
  return record(out, 'IndexSelectBackward0', [input], [], indexSelectBackward(input.shape, dim, positions))
}

function slicesOf(input: Tensor, dim: number, positions: readonly number[]): Tensor {
  const { dtype, device } = input
  const shape = input.shape.with(dim, positions.length)
  if (isDeferring() && device !== 'meta')
    return deferred([input], { shape, dtype }, ([own]) => slicesOf(own!, dim, positions))
  const out = allocate(shape, dtype, { device })
  if (out.device !== 'meta') {
    const [to, from] = [out.storage.dataToWrite as Float64Array, contiguousData(input) as Float64Array]
    eachSlice(input.shape, dim, positions, dtypeInfo(input.dtype).components, (whole, picked, length) => {
      if (length >= SHORTEST_RUN) to.set(from.subarray(whole, whole + length), picked)
      else for (let k = 0; k < length; k++) to[picked + k] = from[whole + k]!
    })
  }
  return out
}

function indexSelectBackward(shape: Shape, dim: number, positions: readonly number[]): Backward {
  return gradient => [addSlices(shape, dim, positions, gradient)]
}

/** Zeros of `shape` to which the slices of `source` are added at these positions. */
const addSlices = timed('aten::index_add', sumSlices)

function sumSlices(shape: Shape, dim: number, positions: readonly number[], source: Tensor): Tensor {
  const { dtype, device } = source
  const working = isHalf(dtype) ? 'float32' : dtype
  let out = allocate(shape, working, { device })
  if (device !== 'meta') {
    const [to, from] = [
      out.storage.dataToWrite as Float64Array,
      contiguousData(convert(source, working)) as Float64Array,
    ]
    eachSlice(shape, dim, positions, dtypeInfo(dtype).components, (whole, picked, length) => {
      for (let k = 0; k < length; k++) to[whole + k]! += from[picked + k]!
    })
  }
  if (working !== dtype) out = convert(out, dtype)
  return record(out, 'IndexAddBackward0', [source], [], gradient => [pickSlices(gradient, dim, positions)])
}

/** Positions that follow each other are one run. */
interface Run {
  readonly first: number
  count: number
}

function runsOf(positions: readonly number[]): Run[] {
  const runs: Run[] = []
  for (const position of positions) {
    const last = runs.at(-1)
    if (last && position === last.first + last.count) last.count++
    else runs.push({ first: position, count: 1 })
  }
  return runs
}

/** Calls with the places of each run: in the whole, and among the picked slices; both row-major. */
function eachSlice(
  shape: Shape,
  dim: number,
  positions: readonly number[],
  components: number,
  visit: (whole: number, picked: number, length: number) => void,
): void {
  const length = numelOf(shape.slice(dim + 1)) * components
  const outer = numelOf(shape.slice(0, dim))
  const runs = runsOf(positions)
  for (let row = 0, picked = 0; row < outer; row++) {
    for (const { first, count } of runs) {
      visit((row * shape[dim]! + first) * length, picked, count * length)
      picked += count * length
    }
  }
}

/**
 * The elements whose position along `dim` is given by `index`, an int64 tensor of the result's shape: for `dim` 0,
 * `out[i][j] = input[index[i][j]][j]`.
 */
export const gather = timed('aten::gather', gatherElements)

function gatherElements(input: Tensor, dim: number, index: Tensor): Tensor {
  checkIndex('gather', input.shape, dim, index)
  if (input.ndim === 0) return reshape(gather(reshape(input, [1]), 0, reshape(index, [1])), index.shape)
  const own = normalizeDim(dim, input.ndim)
  const out = allocate(index.shape, input.dtype, { device: commonDevice([input, index]) })
  if (out.device !== 'meta') {
    const [to, from] = [out.storage.dataToWrite as Float64Array, input.storage.data as Float64Array]
    eachPicked(input, own, index, out, dtypeInfo(input.dtype).components, (whole, picked) => {
      to[picked] = from[whole]!
    })
  }
  return record(out, 'GatherBackward0', [input], [index], gatherBackward(input.shape, own))
}

function gatherBackward(shape: Shape, dim: number): Backward {
  return (gradient, { saved: [index] }) => [gatherAdjoint(shape, dim, index!, gradient)]
}

/** Zeros of `shape` to which the elements of `source` are added where `gather` takes them from. */
export const gatherAdjoint = timed('aten::scatter_add', scatterElements)

function scatterElements(shape: Shape, dim: number, index: Tensor, source: Tensor): Tensor {
  const { dtype, device } = source
  const working = isHalf(dtype) ? 'float32' : dtype
  let out = allocate(shape, working, { device })
  if (device !== 'meta') {
    const values = convert(source, working, 'contiguous')
    const [to, from] = [out.storage.dataToWrite as Float64Array, values.storage.data as Float64Array]
    eachPicked(out, dim, index, values, dtypeInfo(dtype).components, (whole, picked) => {
      to[whole]! += from[picked]!
    })
  }
  if (working !== dtype) out = convert(out, dtype)
  return record(out, 'ScatterAddBackward0', [source], [index], (gradient, { saved: [where] }) => [
    gather(gradient, dim, where!),
  ])
}

function checkIndex(operation: string, shape: Shape, dim: number, index: Tensor): void {
  checkTensor(operation, 'index', index)
  const own = normalizeDim(dim, shape.length)
  if (index.dtype !== 'int64') {
    throw new RuntimeError(`${operation}(): Expected dtype int64 for index, but got ${index.dtype}`)
  }
  if (Math.max(index.ndim, 1) !== Math.max(shape.length, 1)) {
    throw new RuntimeError('Index tensor must have the same number of dimensions as input tensor')
  }
  const wrong = index.shape.findIndex((size, i) => i !== own && size > shape[i]!)
  if (wrong < 0) return
  throw new RuntimeError(
    `Size does not match at dimension ${wrong} expected index ${formatShape(index.shape)} to be smaller than self ${formatShape(shape)} apart from dimension ${own}`,
  )
}

/** Calls with the array positions of each index's element: in the whole tensor, and in the picked one. */
function eachPicked(
  whole: Tensor,
  dim: number,
  index: Tensor,
  picked: Tensor,
  components: number,
  visit: (whole: number, picked: number) => void,
): void {
  const positions = index.storage.data as BigInt64Array
  const size = whole.shape[dim]!
  const along = whole.strides[dim]!
  const across = { offset: whole.offset, strides: whole.strides.with(dim, 0) }
  forEachRun(index.shape, [index, across, picked], ([n, i, o], [stepN, stepI, stepO], length) => {
    for (let k = 0; k < length; k++) {
      const position = Number(positions[n! + k * stepN!]!)
      if (position < 0 || position >= size) {
        throw new RuntimeError(`index ${position} is out of bounds for dimension ${dim} with size ${size}`)
      }
      const [from, to] = [i! + k * stepI! + position * along, o! + k * stepO!]
      for (let part = 0; part < components; part++) visit(from * components + part, to * components + part)
    }
  })
}
