/**
 * Data types: their storage, their names in PyTorch's messages, and PyTorch's promotion rules.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'

/** The kinds of promotion, lowest first: https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc */
export type Kind = 'bool' | 'int' | 'float' | 'complex'

/** A typed array that can hold a tensor's elements. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array

interface DTypeRecord {
  readonly kind: Kind
  readonly bytes: number
  /** Typed-array entries per element: 2 for complex (re, im interleaved), 1 otherwise. */
  readonly components: 1 | 2
  readonly array: {
    new (length: number): TypedArray
    new (buffer: ArrayBufferLike, offset?: number, n?: number): TypedArray
  }
  /** The C++ type, as in "Input type (double) and bias type (float) should be the same". */
  readonly cppName: string
  /** The scalar type, as in "expected scalar type Float but found Long". */
  readonly scalarName: string
}

const record = (
  kind: Kind,
  bytes: number,
  array: unknown,
  cppName: string,
  scalarName: string,
  components: 1 | 2 = 1,
): DTypeRecord => ({ kind, bytes, components, array: array as DTypeRecord['array'], cppName, scalarName })

/** Every dtype. 16-bit floats are kept as their bit patterns. */
export const DTYPES = {
  float32: record('float', 4, Float32Array, 'float', 'Float'),
  float64: record('float', 8, Float64Array, 'double', 'Double'),
  float16: record('float', 2, Uint16Array, 'c10::Half', 'Half'),
  bfloat16: record('float', 2, Uint16Array, 'c10::BFloat16', 'BFloat16'),
  complex64: record('complex', 8, Float32Array, 'c10::complex<float>', 'ComplexFloat', 2),
  complex128: record('complex', 16, Float64Array, 'c10::complex<double>', 'ComplexDouble', 2),
  int8: record('int', 1, Int8Array, 'signed char', 'Char'),
  int16: record('int', 2, Int16Array, 'short int', 'Short'),
  int32: record('int', 4, Int32Array, 'int', 'Int'),
  int64: record('int', 8, BigInt64Array, 'long int', 'Long'),
  uint8: record('int', 1, Uint8Array, 'unsigned char', 'Byte'),
  bool: record('bool', 1, Uint8Array, 'bool', 'Bool'),
} as const satisfies Record<string, DTypeRecord>

/** The name of a dtype, e.g. `'float32'`. */
export type DType = keyof typeof DTYPES

const KIND_ORDER: readonly Kind[] = ['bool', 'int', 'float', 'complex']

/** The facts about a dtype. */
export function dtypeInfo(dtype: DType): DTypeRecord {
  return DTYPES[dtype]
}

/** Checks a dtype that came from a user; `undefined` gives the fallback. */
export function checkDType(dtype: unknown, fallback: DType = 'float32'): DType {
  if (dtype === undefined || dtype === null) return fallback
  if (typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype)) return dtype as DType
  throw new TypeError(`dtype must be one of ${Object.keys(DTYPES).join(', ')}, but got dtype=${String(dtype)}`)
}

export const isFloating = (dtype: DType): boolean => DTYPES[dtype].kind === 'float'
export const isComplex = (dtype: DType): boolean => DTYPES[dtype].kind === 'complex'
export const isIntegral = (dtype: DType): boolean => DTYPES[dtype].kind === 'int'
/** Floating and complex tensors can require gradients; integers cannot. */
export const isDifferentiable = (dtype: DType): boolean => isFloating(dtype) || isComplex(dtype)
/** 16-bit floats: computed in float32 and rounded at the end. */
export const isHalf = (dtype: DType): boolean => dtype === 'float16' || dtype === 'bfloat16'

/** The real dtype of a complex one's parts. */
export function realDType(dtype: DType): DType {
  if (dtype === 'complex64') return 'float32'
  return dtype === 'complex128' ? 'float64' : dtype
}

/** The complex dtype whose parts are of this dtype. */
export function complexDType(dtype: DType): DType {
  return dtype === 'float64' || dtype === 'complex128' ? 'complex128' : 'complex64'
}

const INT_RANK: Partial<Record<DType, number>> = { int8: 1, int16: 2, int32: 3, int64: 4 }

/**
 * The smallest dtype that both promote to (`torch.promote_types`).
 *
 * @example promoteTypes('uint8', 'int8') // 'int16'
 */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a
  const [low, high] = KIND_ORDER.indexOf(DTYPES[a].kind) <= KIND_ORDER.indexOf(DTYPES[b].kind) ? [a, b] : [b, a]
  const kind = DTYPES[high].kind
  if (kind === 'complex') {
    return low === 'float64' || low === 'complex128' || high === 'complex128' ? 'complex128' : 'complex64'
  }
  if (DTYPES[low].kind !== kind) return high
  if (kind === 'int') {
    if (low === 'uint8' || high === 'uint8') {
      const other = low === 'uint8' ? high : low
      return other === 'int8' ? 'int16' : other
    }
    return INT_RANK[low]! > INT_RANK[high]! ? low : high
  }
  if (a === 'float64' || b === 'float64') return 'float64'
  // float16 with bfloat16: neither holds the other
  return 'float32'
}

/** What takes part in a promotion: a tensor's dtype and rank, or a plain number's kind. */
export interface Promotable {
  readonly dtype: DType
  /** Tensors with dimensions decide before 0-dimensional ones, and those before plain numbers. */
  readonly priority: 'dimensioned' | 'zeroDimensional' | 'number'
}

/**
 * The dtype of an operation on these operands (`torch.result_type`): an operand of lower priority counts only if
 * its kind is higher than what the operands before it decided.
 */
export function resultType(operands: readonly Promotable[]): DType {
  let result: DType | null = null
  for (const priority of ['dimensioned', 'zeroDimensional', 'number'] as const) {
    const group = operands.filter(operand => operand.priority === priority).map(operand => operand.dtype)
    if (group.length === 0) continue
    const dtype = group.reduce(promoteTypes)
    if (result === null) result = dtype
    else if (KIND_ORDER.indexOf(DTYPES[dtype].kind) > KIND_ORDER.indexOf(DTYPES[result].kind)) {
      // a float keeps its precision when it turns complex: float32 * 2.5j is complex64, whatever the 2.5j was
      result = isFloating(result) && isComplex(dtype) ? complexDType(result) : promoteTypes(result, dtype)
    }
  }
  if (result === null) throw new RuntimeError('resultType: no operands')
  return result
}
