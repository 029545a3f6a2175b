/**
 * Writing safetensors, byte for byte as the reference implementation does: tensors sorted by dtype (largest alignment
 * first) and then by name, the header padded with spaces to a multiple of 8, so that every tensor is aligned.
 *
 * @module
 */
import { dtypeInfo } from '../../tensor/dtype.js'
import { checkBools, formatName, READABLE, rankOf, requireLittleEndian } from './dtypes.js'
import { list, mismatch, quote } from './errors.js'
import { MAX_HEADER_BYTES, PREFIX_BYTES } from './header.js'
import { countElements, MAX_DIMS } from './layout.js'
import type { RawTensor } from './read.js'

/** Tensors by name: a plain object, a `Map`, or any pairs. */
export type NamedTensors<T = RawTensor> = Iterable<readonly [string, T]> | Readonly<Record<string, T>>

/** Large tensors are handed out in pieces, so that what writes or sends them can keep a bounded amount under way. */
const CHUNK_BYTES = 16 * 1024 * 1024

interface Placed {
  readonly name: string
  readonly dtype: string
  readonly tensor: RawTensor
  readonly bytes: number
}

/**
 * The bytes of a safetensors file, in chunks: the header first, then the tensors' data. Everything is checked before
 * this returns; no tensor is copied (the chunks are views of the tensors' memory).
 *
 * @throws SafetensorsError naming the tensor and the field: a name that is reserved, given twice or not valid Unicode, a
 * dtype the format does not have (complex128), a shape that does not fit the data
 *
 * @example
 * for (const chunk of serializeSafetensors({ bias: { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } })) {
 *   await writer.write(chunk)
 * }
 */
export function serializeSafetensors(
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Generator<Uint8Array, void, undefined> {
  const placed = place(tensors)
  return chunks(encodeHeader(placed, metadata), placed)
}

/** The bytes of a safetensors file, in one piece; takes and throws what {@link serializeSafetensors} does. */
export function encodeSafetensors(
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const placed = place(tensors)
  const header = encodeHeader(placed, metadata)
  const file = new Uint8Array(placed.reduce((total, { bytes }) => total + bytes, header.length))
  let at = 0
  for (const chunk of chunks(header, placed)) {
    file.set(chunk, at)
    at += chunk.length
  }
  return file
}

/** Pairs from any of the accepted forms. */
export function pairs<T>(tensors: NamedTensors<T>): Iterable<readonly [string, T]> {
  return Symbol.iterator in tensors ? (tensors as Iterable<readonly [string, T]>) : Object.entries(tensors)
}

/** Checks the tensors and puts them in order. */
function place(tensors: NamedTensors): Placed[] {
  requireLittleEndian()
  const placed = new Map<string, Placed>()
  for (const [name, tensor] of pairs(tensors)) {
    const at = { field: 'name', tensor: name } as const
    if (name === '__metadata__') throw mismatch(at, 'reserved', 'a name other than __metadata__')
    if (placed.has(name)) throw mismatch(at, 'given twice', 'no name to occur twice')
    if (isTorn(name)) throw mismatch(at, 'not valid Unicode', 'no lone surrogates')
    placed.set(name, checkTensor(name, tensor))
  }
  return [...placed.values()].sort((a, b) => rankOf(b.dtype) - rankOf(a.dtype) || compareUtf8(a.name, b.name))
}

function checkTensor(name: string, tensor: RawTensor): Placed {
  const { shape, data } = tensor
  const dtype = formatName(tensor.dtype)
  if (dtype === undefined) {
    const cure = tensor.dtype === 'complex128' ? '; store it as float64 with a last dimension of 2' : ''
    throw mismatch(
      { field: 'dtype', tensor: name },
      String(tensor.dtype),
      `one the format has (${READABLE.join(', ')})${cure}`,
    )
  }
  if (!shape.every(size => Number.isSafeInteger(size) && size >= 0)) {
    throw mismatch({ field: 'shape', tensor: name }, list(shape), 'non-negative integers')
  }
  if (shape.length > MAX_DIMS) {
    throw mismatch({ field: 'shape', tensor: name }, `${shape.length} sizes long`, `at most ${MAX_DIMS} dimensions`)
  }
  const { array, components } = dtypeInfo(tensor.dtype)
  const length = countElements(shape, components)
  if (length === undefined) throw mismatch({ field: 'shape', tensor: name }, list(shape), 'at most 2^53 - 1 elements')
  if (data[Symbol.toStringTag] !== array.name || data.length !== length) {
    const found = `${data[Symbol.toStringTag]}(${data.length})`
    const expected = `${array.name}(${length}) for ${tensor.dtype} of shape ${list(shape)}`
    throw mismatch({ field: 'data', tensor: name }, found, expected)
  }
  if (tensor.dtype === 'bool') checkBools(data as Uint8Array, name)
  return { name, dtype, tensor, bytes: data.byteLength }
}

/** The length and the padded JSON, spelled as the reference's JSON writer spells them. */
function encodeHeader(placed: readonly Placed[], metadata?: Readonly<Record<string, string>>): Uint8Array {
  const parts = metadata === undefined ? [] : [`"__metadata__":${encodeMetadata(metadata)}`]
  let at = 0
  for (const { name, dtype, tensor, bytes } of placed) {
    const offsets = `[${at},${at + bytes}]`
    parts.push(`${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${tensor.shape}],"data_offsets":${offsets}}`)
    at += bytes
  }
  const json = new TextEncoder().encode(`{${parts.join(',')}}`)
  const length = Math.ceil(json.length / PREFIX_BYTES) * PREFIX_BYTES
  if (length > MAX_HEADER_BYTES) throw mismatch({ field: 'header' }, `${length} bytes`, `at most ${MAX_HEADER_BYTES}`)
  const header = new Uint8Array(PREFIX_BYTES + length).fill(0x20)
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true)
  header.set(json, PREFIX_BYTES)
  return header
}

function encodeMetadata(metadata: Readonly<Record<string, string>>): string {
  const parts = Object.entries(metadata).map(([key, value]) => {
    const at = { field: '__metadata__', key } as const
    if (typeof value !== 'string') throw mismatch(at, String(value), 'a string')
    if (isTorn(key) || isTorn(value)) throw mismatch(at, quote(value), 'valid Unicode, no lone surrogates')
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`
  })
  return `{${parts.join(',')}}`
}

function* chunks(header: Uint8Array, placed: readonly Placed[]): Generator<Uint8Array, void, undefined> {
  yield header
  for (const { name, tensor, bytes } of placed) {
    const { data } = tensor
    for (let at = 0; at < bytes; at += CHUNK_BYTES) {
      // checked again: while the file is being written, the memory can be handed to another thread
      if (data.byteLength !== bytes) {
        throw mismatch({ field: 'data', tensor: name }, 'gone (its buffer was detached)', `${bytes} bytes`)
      }
      yield new Uint8Array(data.buffer, data.byteOffset + at, Math.min(CHUNK_BYTES, bytes - at))
    }
  }
}

/** Whether half a surrogate pair stands alone: encoding it would turn it into another character. */
const isTorn = (text: string): boolean => /\p{Surrogate}/u.test(text)

/** The order of UTF-8 bytes, which is that of code points; JavaScript's own `<` has surrogates before U+E000. */
function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x !== y) return surrogatesLast(x) - surrogatesLast(y)
  }
  return a.length - b.length
}

const surrogatesLast = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)
