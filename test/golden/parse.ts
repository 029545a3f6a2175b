/**
 * Golden files from their bytes, which Node and a page come by in different ways.
 *
 * @module
 */
import { type DType, dtypeInfo, type TypedArray } from '../../src/tensor/dtype.js'

/** One tensor of a golden file. */
export interface GoldenTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: TypedArray
}

const DTYPES: Readonly<Record<string, DType>> = {
  F32: 'float32',
  F64: 'float64',
  F16: 'float16',
  BF16: 'bfloat16',
  I8: 'int8',
  I16: 'int16',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
  BOOL: 'bool',
}

interface Entry {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

/** The bytes of a golden file, e.g. `await goldenBytes('rng-dev.json')`: from the disk, or in a page from its server. */
export async function goldenBytes(name: string): Promise<Uint8Array> {
  const url = new URL(`./data/${name}`, import.meta.url)
  if (url.protocol === 'file:') return process.getBuiltinModule('node:fs').readFileSync(url)
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** A golden file of JSON. */
export const goldenJson = async (name: string) => JSON.parse(new TextDecoder().decode(await goldenBytes(name)))

/** All tensors of a safetensors file, by name. For our own test data: nothing is checked but the dtype. */
export function parseSafetensors(file: Uint8Array, path: string): Record<string, GoldenTensor> {
  const headerEnd = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const header: Record<string, Entry> = JSON.parse(new TextDecoder().decode(file.subarray(8, headerEnd)))
  const tensors: Record<string, GoldenTensor> = {}
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const dtype = DTYPES[entry.dtype]
    if (!dtype) throw new Error(`${path}: ${name} has the unknown dtype ${entry.dtype}`)
    const [start, end] = entry.data_offsets
    // a copy, because a typed array must start at a multiple of its element size
    const bytes = Uint8Array.from(file.subarray(headerEnd + start, headerEnd + end))
    tensors[name] = { dtype, shape: entry.shape, data: new (dtypeInfo(dtype).array)(bytes.buffer) }
  }
  return tensors
}
