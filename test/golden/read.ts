/**
 * Reading the golden files: numbers that PyTorch computed, see data/README.md.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type DType, dtypeInfo, type TypedArray } from '../../src/tensor/dtype.js'

/** One tensor of a golden file. */
export interface GoldenTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: TypedArray
}

/** The path of a golden file, e.g. `goldenFile('rng-dev.json')`. */
export const goldenFile = (name: string): string => fileURLToPath(new URL(`./data/${name}`, import.meta.url))

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

/** All tensors of a safetensors file, by name. For our own test data: nothing is checked but the dtype. */
export function readSafetensors(path: string): Record<string, GoldenTensor> {
  const file = readFileSync(path)
  const headerEnd = 8 + Number(file.readBigUInt64LE(0))
  const header: Record<string, Entry> = JSON.parse(file.toString('utf8', 8, headerEnd))
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
