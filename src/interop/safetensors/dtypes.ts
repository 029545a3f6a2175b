/**
 * The element types that the safetensors format defines, and which of ours each one is.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo } from '../../tensor/dtype.js'
import { mismatch } from './errors.js'

interface FormatDType {
  /** Bits of one element; the format knows types smaller than a byte. */
  readonly bits: number
  /** Our name for it; `null` where we have no such tensors. */
  readonly dtype: DType | null
}

/**
 * Every dtype of the format, in the order of the reference implementation's enumeration (alignment, rising), by which
 * its writer sorts. A file with a dtype that is not here is refused as a whole, because the size of that tensor, and
 * with it the layout of the file, cannot be checked. A dtype that is here without one of ours is refused only when its
 * tensor is read.
 */
export const FORMAT_DTYPES: ReadonlyMap<string, FormatDType> = new Map<string, FormatDType>([
  ['F4', { bits: 4, dtype: null }],
  ['F6_E2M3', { bits: 6, dtype: null }],
  ['F6_E3M2', { bits: 6, dtype: null }],
  ['BOOL', { bits: 8, dtype: 'bool' }],
  ['U8', { bits: 8, dtype: 'uint8' }],
  ['I8', { bits: 8, dtype: 'int8' }],
  ['F8_E5M2', { bits: 8, dtype: null }],
  ['F8_E4M3', { bits: 8, dtype: null }],
  ['F8_E8M0', { bits: 8, dtype: null }],
  ['F8_E4M3FNUZ', { bits: 8, dtype: null }],
  ['F8_E5M2FNUZ', { bits: 8, dtype: null }],
  ['I16', { bits: 16, dtype: 'int16' }],
  ['U16', { bits: 16, dtype: null }],
  ['F16', { bits: 16, dtype: 'float16' }],
  ['BF16', { bits: 16, dtype: 'bfloat16' }],
  ['I32', { bits: 32, dtype: 'int32' }],
  ['U32', { bits: 32, dtype: null }],
  ['F32', { bits: 32, dtype: 'float32' }],
  ['C64', { bits: 64, dtype: 'complex64' }],
  ['F64', { bits: 64, dtype: 'float64' }],
  ['I64', { bits: 64, dtype: 'int64' }],
  ['U64', { bits: 64, dtype: null }],
])

const NAMES = [...FORMAT_DTYPES.keys()]

/** The format's dtypes that can be read and written here. */
export const READABLE = NAMES.filter(name => FORMAT_DTYPES.get(name)?.dtype != null)

/** The place of a dtype in the reference writer's order: tensors of higher rank are written first. */
export const rankOf = (formatName: string): number => NAMES.indexOf(formatName)

/** The format's name for one of our dtypes; `undefined` for complex128, which the format does not have. */
export function formatName(dtype: DType): string | undefined {
  return NAMES.find(name => FORMAT_DTYPES.get(name)?.dtype === dtype)
}

/** Bytes between the entries of a dtype's typed array; a complex number is two entries. */
export function entryBytes(dtype: DType): number {
  const { bytes, components } = dtypeInfo(dtype)
  return bytes / components
}

/** Our dtype for a tensor of the file, refusing those we have no tensors for. */
export function supportedDType(formatDType: string, tensor: string): DType {
  const dtype = FORMAT_DTYPES.get(formatDType)?.dtype
  if (dtype == null) {
    throw mismatch({ field: 'dtype', tensor }, formatDType, `one that can be loaded here: ${READABLE.join(', ')}`)
  }
  return dtype
}

/** Typed arrays have the machine's byte order; no engine of today runs on another than the file's. */
export function requireLittleEndian(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
    throw new RuntimeError('safetensors files are little-endian and are used in place, but this machine is big-endian')
  }
}

/** Refuses bytes other than 0 and 1 in a bool tensor: what reads them later compares and counts them as numbers. */
export function checkBools(data: Uint8Array, tensor: string): void {
  const at = data.findIndex(byte => byte > 1)
  if (at >= 0) throw mismatch({ field: 'data', tensor }, `${data[at]} at element ${at}`, '0 or 1 in a BOOL tensor')
}
