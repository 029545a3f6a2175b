/**
 * The head of a safetensors file: 8 bytes of length, then JSON that names every tensor's dtype, shape and bytes.
 * Everything it says is checked before anybody uses it, after the reference implementation's rules
 * (https://github.com/huggingface/safetensors#format).
 *
 * Like the reference: unknown fields inside a tensor's entry are read over, zero sizes and scalars are fine, the header
 * may be padded. Stricter than it: the first byte must be `{` (the format's text says so), `__metadata__` may not be
 * null, an entry must be an object, and no key may occur twice in any object, unknown ones included.
 *
 * @module
 */
import { FORMAT_DTYPES, requireLittleEndian } from './dtypes.js'
import { mismatch, quote, type SafetensorsField } from './errors.js'
import { JsonCursor } from './json.js'
import { checkCoverage, checkEntry, MAX_DIMS, type SafetensorsEntry } from './layout.js'

/** Bytes of the header length at the start of the file. */
export const PREFIX_BYTES = 8
/** The format's limit for the JSON header, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000

/** A header whose every statement has been checked. */
export interface SafetensorsHeader {
  /** The free-form strings of `__metadata__`; an object without prototype, so that any key is safe. */
  readonly metadata: Record<string, string>
  /** The tensors by name, in the header's order. */
  readonly entries: Map<string, SafetensorsEntry>
  /** Where the data starts in the file, in bytes. */
  readonly dataStart: number
  /** Bytes of data: the entries cover exactly these. */
  readonly dataLength: number
}

/**
 * Reads and checks the header of a whole file in memory.
 *
 * @throws SafetensorsError naming the field that is wrong
 */
export function parseHeader(bytes: Uint8Array): SafetensorsHeader {
  const length = parseHeaderLength(bytes, bytes.byteLength)
  return parseHeaderJson(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length), bytes.byteLength)
}

/** Reads the length from the first 8 bytes of a file of `fileBytes` bytes; what it returns lies within the file. */
export function parseHeaderLength(prefix: Uint8Array, fileBytes: number): number {
  const field = 'header length'
  if (fileBytes < PREFIX_BYTES || prefix.byteLength < PREFIX_BYTES) {
    throw mismatch({ field }, `cut off (the file has ${fileBytes} bytes)`, `${PREFIX_BYTES} bytes`)
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES).getBigUint64(0, true)
  if (length > BigInt(MAX_HEADER_BYTES)) throw mismatch({ field }, `${length}`, `at most ${MAX_HEADER_BYTES}`)
  const rest = fileBytes - PREFIX_BYTES
  if (length > BigInt(rest))
    throw mismatch({ field }, `${length}`, `at most ${rest}, the bytes that follow in the file`)
  return Number(length)
}

/** Reads and checks the JSON of a file of `fileBytes` bytes. */
export function parseHeaderJson(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  requireLittleEndian()
  const dataStart = PREFIX_BYTES + json.byteLength
  const dataLength = fileBytes - dataStart
  const metadata: Record<string, string> = Object.create(null)
  const entries = new Map<string, SafetensorsEntry>()
  const cursor = new JsonCursor(decode(json))
  cursor.object(
    key => (key === '__metadata__' ? { field: key } : { field: 'entry', tensor: key }),
    key => {
      if (key === '__metadata__') readMetadata(cursor, metadata)
      else entries.set(key, readEntry(cursor, key, dataLength))
    },
  )
  cursor.end()
  checkCoverage(entries.values(), dataLength)
  return { metadata, entries, dataStart, dataLength }
}

function decode(json: Uint8Array): string {
  const place = { field: 'header' } as const
  if (json[0] !== 0x7b) throw mismatch(place, json.length === 0 ? 'empty' : `byte ${json[0]} at its start`, "a '{'")
  try {
    // a copy: TextDecoder refuses shared memory, and another thread must not change the text while it is read
    return new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(json))
  } catch (cause) {
    throw mismatch(place, 'not valid UTF-8', 'JSON in UTF-8', cause)
  }
}

function readMetadata(cursor: JsonCursor, metadata: Record<string, string>): void {
  cursor.object(
    key => ({ field: '__metadata__', key }),
    key => {
      metadata[key] = cursor.string()
    },
  )
}

const ENTRY_FIELDS: readonly string[] = ['dtype', 'shape', 'data_offsets'] satisfies SafetensorsField[]

function readEntry(cursor: JsonCursor, name: string, dataLength: number): SafetensorsEntry {
  const found: { dtype?: string; shape?: number[]; data_offsets?: number[] } = {}
  cursor.object(
    key => ({ field: ENTRY_FIELDS.includes(key) ? (key as SafetensorsField) : 'entry', tensor: name }),
    key => {
      if (key === 'dtype') found.dtype = readDType(cursor, name)
      else if (key === 'shape') found.shape = cursor.array(() => cursor.integer(), MAX_DIMS)
      else if (key === 'data_offsets') found.data_offsets = cursor.array(() => cursor.integer(), 2)
      else cursor.skip()
    },
  )
  const { dtype, shape, data_offsets } = found
  if (dtype === undefined) throw mismatch({ field: 'dtype', tensor: name }, 'missing', "a dtype such as 'F32'")
  if (shape === undefined) throw mismatch({ field: 'shape', tensor: name }, 'missing', 'an array of sizes')
  if (data_offsets === undefined) throw mismatch({ field: 'data_offsets', tensor: name }, 'missing', '[begin, end]')
  return checkEntry(name, dtype, shape, data_offsets, dataLength)
}

function readDType(cursor: JsonCursor, name: string): string {
  const dtype = cursor.string()
  if (!FORMAT_DTYPES.has(dtype)) {
    throw mismatch({ field: 'dtype', tensor: name }, quote(dtype), `one of ${[...FORMAT_DTYPES.keys()].join(', ')}`)
  }
  return dtype
}
