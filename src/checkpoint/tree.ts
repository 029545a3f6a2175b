/**
 * Plain data with tensors in it, as JSON and tensors by name.
 *
 * What JSON does not have stands as an object with one key: `{"$tensor": "optimizer.state.0.exp_avg"}`,
 * `{"$number": "Infinity"}`, `{"$bigint": "18446744073709551616"}`.
 *
 * @module
 */
import { describe, RuntimeError } from '../errors.js'
import { Tensor } from '../ops/tensor.js'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Data of this depth is not a state, but a mistake or an attack. */
const MAX_DEPTH = 64

/**
 * The data as JSON text; the tensors in it are added to `tensors`, named by where they stand.
 *
 * @throws TypeError for what is not plain data
 */
export function encodeTree(value: unknown, name: string, tensors: Map<string, Tensor>): string {
  return JSON.stringify(encode(value, name, tensors, 0))
}

function encode(value: unknown, name: string, tensors: Map<string, Tensor>, depth: number): Json {
  if (depth > MAX_DEPTH) throw new TypeError(`saveCheckpoint: ${name} is nested too deeply, or in itself`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') {
    // JSON has no infinities, no NaN, and no minus zero
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? '-0' : String(value) }
  }
  if (typeof value === 'bigint') return { $bigint: String(value) }
  if (value instanceof Tensor) {
    // two keys can spell one name: a.b, and b in a
    if (tensors.has(name)) throw new TypeError(`saveCheckpoint: there are two tensors named ${name}`)
    tensors.set(name, value)
    return { $tensor: name }
  }
  if (Array.isArray(value)) return value.map((entry, i) => encode(entry, `${name}.${i}`, tensors, depth + 1))
  if (!isPlainObject(value))
    throw new TypeError(`saveCheckpoint: ${name} must be plain data, but got ${describe(value)}`)
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  const reserved = entries.find(([key]) => key.startsWith('$') || key === '__proto__')
  if (reserved) throw new TypeError(`saveCheckpoint: ${name} must not have the key ${JSON.stringify(reserved[0])}`)
  return Object.fromEntries(entries.map(([key, entry]) => [key, encode(entry, `${name}.${key}`, tensors, depth + 1)]))
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * The data that {@link encodeTree} wrote. The text may come from anybody: whatever it cannot have written is refused.
 *
 * @param tensors the tensors of this part of the file; each must be in the data, and each in it among them
 * @throws RuntimeError saying what is wrong
 */
export function decodeTree(text: string, name: string, tensors: ReadonlyMap<string, Tensor>): unknown {
  let json: Json
  try {
    json = JSON.parse(text) as Json
  } catch (cause) {
    throw new RuntimeError(`Invalid checkpoint: ${name} is not JSON`, { cause })
  }
  const used = new Set<string>()
  const decoded = decode(json, name, tensors, used, 0)
  const unused = [...tensors.keys()].find(tensor => !used.has(tensor))
  if (unused !== undefined)
    throw new RuntimeError(`Invalid checkpoint: the tensor ${JSON.stringify(unused)} has no place in ${name}`)
  return decoded
}

function decode(
  json: Json,
  name: string,
  tensors: ReadonlyMap<string, Tensor>,
  used: Set<string>,
  depth: number,
): unknown {
  if (depth > MAX_DEPTH) throw new RuntimeError(`Invalid checkpoint: ${name.slice(0, 80)} is nested too deeply`)
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map((entry, i) => decode(entry, `${name}.${i}`, tensors, used, depth + 1))
  const entries = Object.entries(json)
  const [tag, value] = entries[0] ?? []
  if (entries.length === 1 && tag!.startsWith('$')) return decodeTag(tag!, value!, name, tensors, used)
  const reserved = entries.find(([key]) => key.startsWith('$') || key === '__proto__')
  if (reserved) throw new RuntimeError(`Invalid checkpoint: ${name} has the key ${JSON.stringify(reserved[0])}`)
  return Object.fromEntries(
    entries.map(([key, entry]) => [key, decode(entry, `${name}.${key}`, tensors, used, depth + 1)]),
  )
}

const NUMBERS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

function decodeTag(
  tag: string,
  value: Json,
  name: string,
  tensors: ReadonlyMap<string, Tensor>,
  used: Set<string>,
): unknown {
  if (typeof value === 'string') {
    if (tag === '$number' && NUMBERS.has(value)) return NUMBERS.get(value)
    if (tag === '$bigint' && /^-?\d{1,1000}$/.test(value)) return BigInt(value)
    const tensor = tag === '$tensor' ? tensors.get(value) : undefined
    // by name, so that no two places share a tensor
    if (tensor !== undefined && value === name) {
      used.add(value)
      return tensor
    }
  }
  throw new RuntimeError(`Invalid checkpoint: ${name} is ${JSON.stringify({ [tag]: value }).slice(0, 120)}`)
}
