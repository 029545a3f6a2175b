/**
 * Operations whose work is put off: their results are tensors without memory until their turn comes.
 *
 * An operation that can be put off asks {@link isDeferring}, and then says what it reads and what its result looks like.
 * Everything else computes at once; whoever looks at elements makes the work on them be done first.
 *
 * @module
 */
import { type DType, dtypeInfo, isComplex } from './dtype.js'
import { type MemoryFormat, numelOf, type Shape } from './layout.js'
import { layoutOf } from './layouts.js'
import { moveElements } from './moveElements.js'
import { afterSteps, collect, Work } from './pendingWork.js'
import { Storage } from './storage.js'
import { Tensor, viewOf } from './tensor.js'

export { isDeferring } from './pendingWork.js'

/** What is known of a result before it is there. */
export interface Promised {
  readonly shape: Shape
  readonly dtype: DType
  /** Default: contiguous. */
  readonly memoryFormat?: MemoryFormat
}

/** Runs `body`, whose operations compute at once: they need nothing that has been put off, and somebody looks at their result. */
export const atOnce = <T>(body: () => T): T => collect(null, body)

/**
 * The result of work that is put off.
 *
 * @param inputs all that `make` reads (or writes besides its result), not on the meta device
 * @param make does the work, given what shows the inputs' elements of now
 * @param stages what `make` would do and remember, so that it can be done before, each by itself. Default: nothing
 */
export function deferred(
  inputs: readonly Tensor[],
  promised: Promised,
  make: (inputs: Tensor[]) => Tensor,
  stages: readonly ((inputs: Tensor[]) => void)[] = [],
): Tensor {
  const { dtype, memoryFormat = 'contiguous' } = promised
  const { shape, strides } = layoutOf(promised.shape, memoryFormat)
  const storage = Storage.promised(dtype, numelOf(shape))
  const result = new Tensor(storage, shape, strides)
  const own = inputs.map(held)
  const storages = own.map(input => input.storage)
  for (const stage of stages) new Work(() => stage(own), storages, null, true)
  const body = () => fulfil(result, make(own), storages)
  new Work(body, [...storages, storage], storage)
  // the tape may come to know the result; the work is not to know the tape
  return viewOf(result, shape, result.strides)
}

/**
 * Puts off work that writes to a tensor; false if that cannot be, and nothing has been done.
 *
 * A target that has no memory yet has none in the end, if the write fails: it would look as if nothing had been ordered.
 *
 * @param inputs what `write` reads besides
 */
export function deferWrite(
  target: Tensor,
  inputs: readonly Tensor[],
  write: (target: Tensor, inputs: Tensor[]) => void,
): boolean {
  // it is the user's, who looks at it without asking
  if (target.storage.isShared) return false
  const [to, own] = [sameView(target), inputs.map(held)]
  // memory that is there already, such as a parameter's, is the user's: it keeps what it had
  const promised = to.storage.isAwaited ? to.storage : null
  const body = () => {
    to.storage.countLateWrite()
    write(to, own)
  }
  new Work(body, [to.storage, ...own.map(input => input.storage)], promised)
  return true
}

/** What shows the elements of now when the work is done, without being on the tape. */
function held(input: Tensor): Tensor {
  const { storage, shape, strides, offset, dtype } = input
  if (!storage.isShared) return sameView(input)
  // the user may write to it at any time, so it is copied, as it lies in memory
  const { components } = dtypeInfo(dtype)
  const extent = shape.reduce((last, size, dim) => last + (size - 1) * strides[dim]!, 1)
  const data = storage.data.slice(offset * components, (offset + (numelOf(shape) && extent)) * components)
  return new Tensor(Storage.copied(dtype, data), shape, strides)
}

const sameView = ({ storage, shape, strides, offset }: Tensor) => new Tensor(storage, shape, strides, offset)

/** Gives a result the elements of what was made for it, which usually is in the same order. */
function fulfil(result: Tensor, made: Tensor, inputs: readonly Storage[]): void {
  const { storage, shape } = result
  const isSame =
    made.offset === 0 &&
    made.dtype === storage.dtype &&
    made.storage.length === storage.length &&
    shape.every((size, dim) => size === 1 || made.strides[dim] === result.strides[dim]) &&
    !inputs.some(input => input.isSameMemory(made.storage))
  if (isSame) {
    storage.adopt(made.storage)
    return
  }
  if (made.dtype !== storage.dtype || isComplex(made.dtype)) throw new Error('a result is not what was promised')
  storage.adopt(Storage.unwritten(made.dtype, storage.length))
  afterSteps(() =>
    moveElements(storage.dataToWrite as Float64Array, made.storage.data as Float64Array, shape, [result, made]),
  )
}
