/**
 * The names of x86-64's general registers, and operands in memory.
 *
 * @module
 */

/** The number that the encoding has for each general register. */
export const Register = {
  rax: 0,
  rcx: 1,
  rdx: 2,
  rbx: 3,
  rsp: 4,
  rbp: 5,
  rsi: 6,
  rdi: 7,
  r8: 8,
  r9: 9,
  r10: 10,
  r11: 11,
  r12: 12,
  r13: 13,
  r14: 14,
  r15: 15,
} as const

/** The number of a general register, 0 to 15. */
export type General = number

/** The number of a vector register: 0 to 31 as zmm, 0 to 15 as ymm. */
export type VectorRegister = number

/** `base + index * scale + displacement`, in bytes. */
export interface Address {
  readonly base: General
  readonly displacement?: number
  readonly index?: General
  readonly scale?: 1 | 2 | 4 | 8
}

/** A place in the constants behind the code, addressed relative to the instruction pointer. */
export interface ConstantAddress {
  readonly constant: number
}

/** An operand in memory. */
export type Memory = Address | ConstantAddress
