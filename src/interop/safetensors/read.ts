/**
 * Reading safetensors from memory.
 *
 * @module
 */
import { type DType, dtypeInfo, type TypedArray } from '../../tensor/dtype.js'
import { checkBools, entryBytes, supportedDType } from './dtypes.js'
import { parseHeader } from './header.js'
import type { SafetensorsEntry } from './layout.js'

/** A tensor as it lies in a file: row-major, 16-bit floats as their bits, complex numbers as re, im, re, im, ... */
export interface RawTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** The dtype's typed array; twice as many entries as elements for complex dtypes. */
  readonly data: TypedArray
}

/** The contents of a file. */
export interface RawTensors {
  /** The strings of `__metadata__`, in an object without prototype; empty if there is none. */
  readonly metadata: Record<string, string>
  /** The tensors by name, in the header's order. */
  readonly tensors: Map<string, RawTensor>
}

/**
 * Reads every tensor of a safetensors file in memory.
 *
 * The tensors are views of `bytes` where the alignment allows (no copy is made, so changing one changes the other), and
 * copies elsewhere. The whole header is checked first.
 *
 * @throws SafetensorsError naming the field and the tensor that are wrong, or the tensor whose dtype (`U32`,
 * `F8_E4M3`, ...) has no counterpart here; `openSafetensorsFile` reads the other tensors of such a file.
 *
 * @example
 * const { tensors } = parseSafetensors(await (await fetch(url)).arrayBuffer())
 * tensors.get('conv1.weight') // { dtype: 'float32', shape: [64, 3, 7, 7], data: Float32Array(9408) }
 */
export function parseSafetensors(bytes: Uint8Array | ArrayBuffer): RawTensors {
  // by tag, since instanceof fails for a buffer from another realm (an iframe, a worker, a test's VM)
  const tag = Object.prototype.toString.call(bytes)
  if (!ArrayBuffer.isView(bytes) && tag !== '[object ArrayBuffer]') {
    throw new TypeError(`parseSafetensors(): bytes must be a Uint8Array or an ArrayBuffer, but got ${tag}`)
  }
  const file = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
  const { metadata, entries, dataStart } = parseHeader(file)
  return { metadata, tensors: decodeTensors(entries.values(), file.subarray(dataStart)) }
}

/** Decodes entries that have been checked against `data`, the bytes after the header. */
export function decodeTensors(entries: Iterable<SafetensorsEntry>, data: Uint8Array): Map<string, RawTensor> {
  const tensors = new Map<string, RawTensor>()
  for (const entry of entries) tensors.set(entry.name, decodeTensor(entry, data.subarray(entry.begin, entry.end)))
  return tensors
}

/** Makes a tensor of exactly its bytes: a view of them if they are aligned, a copy if not. */
export function decodeTensor(entry: SafetensorsEntry, bytes: Uint8Array): RawTensor {
  const dtype = supportedDType(entry.dtype, entry.name)
  const entrySize = entryBytes(dtype)
  const aligned = bytes.byteOffset % entrySize === 0 ? bytes : new Uint8Array(bytes)
  const data = new (dtypeInfo(dtype).array)(aligned.buffer, aligned.byteOffset, aligned.byteLength / entrySize)
  if (dtype === 'bool') checkBools(aligned, entry.name)
  return { dtype, shape: entry.shape, data }
}
