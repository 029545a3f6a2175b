/**
 * Where the elements of JavaScript's arrays are.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'
import { requireNative } from './native.js'

/** A constructor that returns an object which exists already: what a derived class adds, it adds to that one. */
class Existing {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what it is for
    return object
  }
}

/**
 * Keeps a buffer's address in a private field of the buffer itself. A WeakMap would say the same, but the collector has to
 * look at all its entries again and again: for small results that took longer than to compute them.
 */
class Start extends Existing {
  readonly #start: number

  constructor(buffer: ArrayBufferLike, start: number) {
    super(buffer)
    this.#start = start
  }

  static of(buffer: ArrayBufferLike): number | undefined {
    return #start in buffer ? (buffer as unknown as Start).#start : undefined
  }
}

/**
 * Where the first element of an array is, as a number; 0 for an empty array. It stays right for as long as the array's
 * buffer lives: so the caller keeps the array until the code that uses the address is done.
 *
 * @throws {RuntimeError} if the buffer is detached (transferred to another thread, or a WebAssembly memory that has grown)
 */
export function addressOf(array: ArrayBufferView): number {
  // arrays whose buffer is gone have no bytes left, whatever their address was
  if (array.byteLength === 0) return addressOfNothing(array)
  // Asking for the buffer also moves a small array from V8's heap, where it would be moved about, to a place of its own.
  const { buffer } = array
  // of the array itself, optimised code of V8 11.3 may still think that it has its old length
  if (buffer.byteLength === 0) return addressOfNothing(array)
  let start = Start.of(buffer)
  if (start === undefined) {
    start = requireNative().address(new Uint8Array(buffer))
    new Start(buffer, start)
  }
  return start + array.byteOffset
}

function addressOfNothing(array: ArrayBufferView): number {
  try {
    new Uint8Array(array.buffer)
  } catch {
    throw new RuntimeError('addressOf(): the buffer of this array is detached')
  }
  return 0
}
