/**
 * The memory under tensors. Several tensors (views) share one storage.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import type { Device } from './device.js'
import { type DType, dtypeInfo, type TypedArray } from './dtype.js'
import { inInferenceMode } from './inference.js'

/** What has happened to a piece of memory, under whatever dtype it is seen. */
interface History {
  version: number
  recordedWrites: number
  /** Whether it was got in inference mode. */
  readonly inference: boolean
}

export class Storage {
  private constructor(
    readonly dtype: DType,
    readonly device: Device,
    /** Elements (a complex number is one). */
    readonly length: number,
    private readonly array: TypedArray | null,
    private readonly history: History = { version: 0, recordedWrites: 0, inference: inInferenceMode() },
  ) {}

  /** Zero-filled memory; none at all on the meta device. */
  static allocate(dtype: DType, length: number, device: Device = 'cpu'): Storage {
    return new Storage(dtype, device, length, device === 'meta' ? null : zeroFilled(dtype, length))
  }

  /** Memory that already exists; it is shared, not copied. */
  static wrap(dtype: DType, array: TypedArray): Storage {
    return new Storage(dtype, 'cpu', array.length / dtypeInfo(dtype).components, array)
  }

  /** The same memory seen as another dtype over the same typed array: complex numbers as pairs of reals, or back. */
  reinterpret(dtype: DType): Storage {
    const length = (this.length * dtypeInfo(this.dtype).components) / dtypeInfo(dtype).components
    return new Storage(dtype, this.device, Math.floor(length), this.array, this.history)
  }

  /** Whether it was got in inference mode, so that all that is seen in it are inference tensors. */
  get isInference(): boolean {
    return this.history.inference
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

  /** Counts the changes in place that the tape recorded; see `Tensor.recordedWrites`. */
  get recordedWrites(): number {
    return this.history.recordedWrites
  }

  set recordedWrites(value: number) {
    this.history.recordedWrites = value
  }

  /** The typed array itself. Only what runs on the CPU may ask. */
  get data(): TypedArray {
    if (this.array === null) {
      throw new TypeError(`Cannot read a tensor on the ${this.device} device: it has a shape and no data`)
    }
    return this.array
  }
}

function zeroFilled(dtype: DType, length: number): TypedArray {
  const { array, components, bytes } = dtypeInfo(dtype)
  try {
    return new array(length * components)
  } catch {
    throw new RuntimeError(`can't allocate memory: you tried to allocate ${length * bytes} bytes`)
  }
}
