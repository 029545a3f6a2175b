/**
 * The numbers of WebAssembly's instructions, by the specification's names: those that kernels use.
 *
 * Sources: WebAssembly Core Specification, section 5.4; the proposals "Fixed-width SIMD" (now part of it) and "Relaxed SIMD".
 *
 * @module
 */

/** Types of values. */
export const ValueType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const
export type ValueType = (typeof ValueType)[keyof typeof ValueType]

/** Structure and variables, each with immediates of its own. */
export const Control = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  branch: 0x0c,
  branchIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
} as const

/** What blocks leave on the stack: nothing. */
export const NO_RESULT = 0x40

/** Stands before the numbers of vector instructions. */
export const VECTOR_PREFIX = 0xfd

/** Instructions of one byte without immediates. */
export const NUMERIC = {
  'i32.eqz': 0x45,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.ge_s': 0x4e,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.and': 0x71,
} as const

/** Vector instructions without immediates. */
export const VECTOR = {
  'i8x16.swizzle': 0x0e,
  'i32x4.splat': 0x11,
  'i64x2.splat': 0x12,
  'i32x4.lt_s': 0x39,
  'f32x4.eq': 0x41,
  'f32x4.ne': 0x42,
  'f32x4.lt': 0x43,
  'f32x4.gt': 0x44,
  'f32x4.le': 0x45,
  'f32x4.ge': 0x46,
  'f64x2.eq': 0x47,
  'f64x2.ne': 0x48,
  'f64x2.lt': 0x49,
  'f64x2.gt': 0x4a,
  'f64x2.le': 0x4b,
  'f64x2.ge': 0x4c,
  'v128.and': 0x4e,
  'v128.andnot': 0x4f,
  'v128.or': 0x50,
  'v128.xor': 0x51,
  'v128.bitselect': 0x52,
  'f32x4.demote_f64x2_zero': 0x5e,
  'f64x2.promote_low_f32x4': 0x5f,
  'i32x4.shr_s': 0xac,
  'i32x4.add': 0xae,
  'i32x4.mul': 0xb5,
  'i64x2.shl': 0xcb,
  'i64x2.shr_u': 0xcd,
  'f32x4.sqrt': 0xe3,
  'f32x4.add': 0xe4,
  'f32x4.sub': 0xe5,
  'f32x4.mul': 0xe6,
  'f32x4.div': 0xe7,
  'f32x4.pmin': 0xea,
  'f32x4.pmax': 0xeb,
  'f64x2.sqrt': 0xef,
  'f64x2.add': 0xf0,
  'f64x2.sub': 0xf1,
  'f64x2.mul': 0xf2,
  'f64x2.div': 0xf3,
  'f64x2.pmin': 0xf6,
  'f64x2.pmax': 0xf7,
  'i32x4.trunc_sat_f32x4_s': 0xf8,
  'f32x4.relaxed_madd': 0x105,
  'f32x4.relaxed_nmadd': 0x106,
  'f64x2.relaxed_madd': 0x107,
  'f64x2.relaxed_nmadd': 0x108,
} as const

export type Instruction = keyof typeof NUMERIC | keyof typeof VECTOR

/** Vector instructions with 16 bytes as their immediate. */
export const VECTOR_CONSTANT = 0x0c
export const SHUFFLE = 0x0d

/** Loads and stores: the number (of a vector instruction where `vector`), and the bytes that are read or written. */
export const MEMORY = {
  'i32.load': { number: 0x28, bytes: 4 },
  'i64.load': { number: 0x29, bytes: 8 },
  'i32.store': { number: 0x36, bytes: 4 },
  'i64.store': { number: 0x37, bytes: 8 },
  'v128.load': { number: 0x00, bytes: 16, vector: true },
  'v128.load32_splat': { number: 0x09, bytes: 4, vector: true },
  'v128.load64_splat': { number: 0x0a, bytes: 8, vector: true },
  'v128.store': { number: 0x0b, bytes: 16, vector: true },
  'v128.load32_zero': { number: 0x5c, bytes: 4, vector: true },
  'v128.load64_zero': { number: 0x5d, bytes: 8, vector: true },
} as const

/** Those of one lane, whose number is a second immediate. */
export const LANE_MEMORY = {
  'v128.load32_lane': { number: 0x56, bytes: 4 },
  'v128.load64_lane': { number: 0x57, bytes: 8 },
  'v128.store32_lane': { number: 0x5a, bytes: 4 },
  'v128.store64_lane': { number: 0x5b, bytes: 8 },
} as const
