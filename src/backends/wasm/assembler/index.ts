/**
 * An assembler for WebAssembly: it knows encodings, and nothing of kernels.
 *
 * @module
 */
export { FunctionBuilder, type Local } from './function.js'
export { type Instruction, ValueType } from './instructions.js'
export { assembleModule, type MemoryImport, padded } from './module.js'
