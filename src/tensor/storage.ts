/**
 * The memory under tensors. Several tensors (views) share one storage.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import type { Device } from './device.js'
import { type DType, dtypeInfo, type TypedArray } from './dtype.js'
import { giveBack, keepWhenFreed, reuse } from './freedMemory.js'
import { inInferenceMode } from './inference.js'
import { noteOwned, noteShared, noteWrite } from './mirrors.js'

/** What has happened to a piece of memory, under whatever dtype it is seen. */
interface History {
  version: number
  /** Whether it was got in inference mode. */
  readonly inference: boolean
  /** Whether code outside the library has the array, so that it may change and `version` does not tell. */
  readonly shared: boolean
  /** Whether it is a copy that one operation reads. */
  readonly copied: boolean
  /** The last work that has been put off and reads or writes the memory. */
  pending: PendingWork | null
  /** How many times such work has written to it: later than `version` says. */
  lateWrites: number
  /** What was thrown where elements were promised: there are none. */
  failure: { readonly thrown: unknown } | null
  /** How often the tape has saved it, and has not let go of it yet. */
  saved: number
  /** Whether only the tape and the library have it. */
  passing: boolean
}

/** Made only if somebody reads on: its place in the code is then that reader's. */
const GIVEN_UP = {
  get thrown() {
    return new RuntimeError("a tensor's memory was given to another one while it was still in use: please report it")
  },
}

/** Work on tensors that has been put off; see `deferral.ts`. */
export interface PendingWork {
  /** Does it now, with all that comes before it, unless this is called by the work itself. */
  finish(): void
}

const newHistory = (shared: boolean, copied = false): History => ({
  version: 0,
  inference: inInferenceMode(),
  shared,
  copied,
  pending: null,
  lateWrites: 0,
  failure: null,
  saved: 0,
  passing: false,
})

export class Storage {
  /** Elements of the array: two for a complex number. */
  private readonly entries: number

  private constructor(
    readonly dtype: DType,
    readonly device: Device,
    /** Elements (a complex number is one). */
    readonly length: number,
    private array: TypedArray | null,
    private readonly history: History = newHistory(false),
  ) {
    this.entries = length * dtypeInfo(dtype).components
  }

  /** Zero-filled memory; none at all on the meta device. */
  static allocate(dtype: DType, length: number, device: Device = 'cpu'): Storage {
    if (device === 'meta') return new Storage(dtype, device, length, null)
    const array = cleared(dtype, length)
    noteOwned(array)
    return new Storage(dtype, device, length, array)
  }

  /** Memory in which anything may stand, on the CPU: for results whose every element is written before anyone sees them. */
  static unwritten(dtype: DType, length: number): Storage {
    const array = unwritten(dtype, length)
    noteOwned(array)
    return new Storage(dtype, 'cpu', length, array)
  }

  /** No memory yet: work that has been put off gives it some. */
  static promised(dtype: DType, length: number): Storage {
    return new Storage(dtype, 'cpu', length, null)
  }

  /**
   * Memory that already exists; it is not copied.
   *
   * @param shared whether code outside the library keeps the array. Code inside notes what it writes to one that is not shared
   */
  static wrap(dtype: DType, array: TypedArray, shared = false): Storage {
    if (shared) noteShared(array)
    else noteOwned(array)
    return new Storage(dtype, 'cpu', array.length / dtypeInfo(dtype).components, array, newHistory(shared))
  }

  /** Memory with a copy of what is elsewhere, for one operation to read. */
  static copied(dtype: DType, array: TypedArray): Storage {
    return new Storage(dtype, 'cpu', array.length / dtypeInfo(dtype).components, array, newHistory(false, true))
  }

  /** The same memory seen as another dtype over the same typed array: complex numbers as pairs of reals, or back. */
  reinterpret(dtype: DType): Storage {
    const length = (this.length * dtypeInfo(this.dtype).components) / dtypeInfo(dtype).components
    this.history.pending?.finish()
    return new Storage(dtype, this.device, Math.floor(length), this.array, this.history)
  }

  /** Takes the memory of another storage of the same dtype and length: what was promised. */
  adopt({ array }: Storage): void {
    this.array = array
  }

  /** There will be no elements, under whatever dtype: whoever asks for them gets this error. */
  fail(thrown: unknown): void {
    this.array = null
    this.history.failure = { thrown }
  }

  /**
   * Gives the memory to the next tensors. Nobody has this storage any more, under whatever dtype, nor its array: whoever
   * asks for it all the same gets an error.
   */
  giveUp(): void {
    const { array, history } = this
    if (array === null || history.shared || history.pending !== null) return
    this.array = null
    this.history.failure = GIVEN_UP
    giveBack(array)
  }

  /**
   * Whether only the tape has what stands in the memory, besides the code of the library that is at work on it: then it is
   * given up when the tape lets go of it.
   */
  get isPassing(): boolean {
    return this.history.passing
  }

  set isPassing(value: boolean) {
    this.history.passing = value
  }

  /** Gives the memory up, unless the tape has it. */
  giveUpUnsaved(): void {
    if (this.history.saved === 0) this.giveUp()
  }

  /** Notes that the tape saves it once more. */
  countSaved(): void {
    this.history.saved++
  }

  /** Notes that the tape has a copy of what it saved once. The memory stays in use: something else is written there. */
  countCopied(): void {
    this.history.saved--
  }

  /** Notes that the tape lets go of what it saved once. */
  countReleased(): void {
    this.history.saved--
    if (this.history.passing) this.giveUpUnsaved()
  }

  /** Whether memory has been promised and is not there. */
  get isAwaited(): boolean {
    return this.array === null && this.device !== 'meta'
  }

  /** Whether there are no elements, because the work that should have made them has thrown. */
  get hasFailed(): boolean {
    return this.history.failure !== null
  }

  /** The work that has been put off and reads or writes the memory, if it is not done. */
  get pending(): PendingWork | null {
    return this.history.pending
  }

  set pending(work: PendingWork | null) {
    this.history.pending = work
  }

  /** Notes that work which was put off has written to the memory. */
  countLateWrite(): void {
    this.history.lateWrites++
  }

  /** Differs whenever elements have changed through the library: {@link version}, and writes that came later than it says. */
  get contents(): number {
    return this.history.version + this.history.lateWrites
  }

  /** Whether it was got in inference mode, so that all that is seen in it are inference tensors. */
  get isInference(): boolean {
    return this.history.inference
  }

  /** Whether the elements may change without a change of {@link version}. */
  get isShared(): boolean {
    return this.history.shared
  }

  /** Whether it is a copy for one operation: what is made of it is of no use to others. */
  get isCopied(): boolean {
    return this.history.copied
  }

  /** Whether both are the same memory, under whatever dtype. */
  isSameMemory(other: Storage): boolean {
    return this.history === other.history
  }

  /** Counts changes in place, so that a value saved for backward and changed since is noticed. */
  get version(): number {
    return this.history.version
  }

  set version(value: number) {
    this.history.version = value
  }

  /**
   * The typed array itself. Only what runs on the CPU may ask. Work on it that has been put off is done first. The array
   * keeps its memory, as does `partOf` it; another view alone does not, and the memory may then serve another tensor.
   *
   * @throws {TypeError} on the meta device
   * @throws {RuntimeError} if its buffer has been transferred or has shrunk, so that there is less memory than elements
   */
  get data(): TypedArray {
    if (this.history.pending !== null) this.history.pending.finish()
    const { array } = this
    if (this.history.failure !== null) throw this.history.failure.thrown
    if (array === null) {
      throw new TypeError(`Cannot read a tensor on the ${this.device} device: it has a shape and no data`)
    }
    if (this.history.shared && bytesLeft(array) < this.entries * array.BYTES_PER_ELEMENT)
      throw lost(this.entries, array)
    return array
  }

  /** {@link data}, for whoever is going to write to it. */
  get dataToWrite(): TypedArray {
    const { data } = this
    noteWrite(data)
    return data
  }
}

/**
 * Bytes from the start of an array to the end of its buffer. The buffer is asked, not the array: once V8 (11.3) has
 * optimised for arrays of resizable buffers too, the length of an array stays what it was when the buffer is detached.
 */
const bytesLeft = (array: TypedArray) => array.buffer.byteLength - array.byteOffset

/** Of an array whose memory is not all there any more. */
function lost(entries: number, array: TypedArray): RuntimeError {
  const left = Math.max(0, Math.floor(bytesLeft(array) / array.BYTES_PER_ELEMENT))
  const has = `a tensor's memory is gone: its array has ${left} of ${entries} elements left.`
  return new RuntimeError(
    array.buffer.byteLength === 0
      ? `${has} Its ArrayBuffer is detached: it was transferred (the transfer list of postMessage or structuredClone, transfer()), or is a WebAssembly memory that has grown. Transfer a copy instead (tensor.clone().dataSync()), or make a new tensor of the array that the receiver got.`
      : `${has} Its ArrayBuffer was resized. Give the tensor an array whose size stays, or make a new one of what is left.`,
  )
}

/** The part of Node's Buffer that is used; other hosts have none, or one of their own. */
type Host = { Buffer?: { allocUnsafeSlow?(bytes: number): Uint8Array } }

/** Below this, filling with zeros takes no longer than going another way. */
const LEAST_UNWRITTEN_BYTES = 2048

/**
 * Only Node gives memory as it is: filling it with zeros takes longer than some convolutions. Elsewhere the memory of
 * earlier tensors serves.
 */
function unwritten(dtype: DType, length: number): TypedArray {
  const { array, components, bytes } = dtypeInfo(dtype)
  const { Buffer } = globalThis as Host
  if (length * bytes < LEAST_UNWRITTEN_BYTES) return zeroFilled(dtype, length)
  const old = reuse(length * bytes)
  if (!Buffer?.allocUnsafeSlow) {
    const made = old ? new array(old, 0, length * components) : zeroFilled(dtype, length)
    keepWhenFreed(made)
    return made
  }
  if (old) return new array(old, 0, length * components)
  let memory: Uint8Array
  try {
    memory = Buffer.allocUnsafeSlow(length * bytes)
  } catch {
    return zeroFilled(dtype, length)
  }
  // what another host calls a Buffer may be part of a larger one
  if (memory.buffer.byteLength !== length * bytes) return zeroFilled(dtype, length)
  return prepared(new array(memory.buffer as ArrayBuffer, 0, length * components))
}

/** The memory of earlier tensors, filled with zeros, or such that the system gives so. */
function cleared(dtype: DType, length: number): TypedArray {
  const { array, components, bytes } = dtypeInfo(dtype)
  const old = reuse(length * bytes)
  if (old) new Uint8Array(old).fill(0)
  const made = old ? new array(old, 0, length * components) : zeroFilled(dtype, length)
  if (!(globalThis as Host).Buffer?.allocUnsafeSlow) keepWhenFreed(made)
  return made
}

/** Smaller arrays come from pages that are there anyway. */
const LEAST_PREPARED_BYTES = 2 ** 20

let prepare: (array: TypedArray) => void = () => {}

/** Has this done with each new array of a megabyte or more, before anything is written to it. */
export function whenMemoryIsNew(work: (array: TypedArray) => void): void {
  prepare = work
}

function prepared<Own extends TypedArray>(array: Own): Own {
  if (array.byteLength >= LEAST_PREPARED_BYTES) prepare(array)
  return array
}

function zeroFilled(dtype: DType, length: number): TypedArray {
  const { array, components, bytes } = dtypeInfo(dtype)
  let made: TypedArray
  try {
    made = new array(length * components)
  } catch {
    throw new RuntimeError(`can't allocate memory: you tried to allocate ${length * bytes} bytes`)
  }
  return prepared(made)
}
