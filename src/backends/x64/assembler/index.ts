/**
 * An assembler for the part of x86-64 that kernels use.
 *
 * @module
 */
export { Label } from './code.js'
export { ElementAssembler as Assembler } from './elements.js'
export type { Condition } from './general.js'
export { type Address, type General, type Memory, Register, type VectorRegister } from './registers.js'
export type { Element } from './vector.js'
export type { Masking, Width } from './vectorEncoding.js'
