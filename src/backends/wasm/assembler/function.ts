/**
 * The body of a function, instruction by instruction.
 *
 * Source: WebAssembly Core Specification, sections 5.4 (instructions) and 5.5.13 (code).
 *
 * @module
 */
import { ByteWriter } from './bytes.js'
import {
  Control,
  type Instruction,
  LANE_MEMORY,
  MEMORY,
  NO_RESULT,
  NUMERIC,
  SHUFFLE,
  type ValueType,
  VECTOR,
  VECTOR_CONSTANT,
  VECTOR_PREFIX,
} from './instructions.js'

/** A place in a function: a value's number among parameters and locals. */
export type Local = number

/** A type of functions. */
export interface Signature {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

const VECTOR_BYTES = 16

export class FunctionBuilder {
  private readonly code = new ByteWriter()
  private readonly locals: ValueType[] = []
  private depth = 0

  constructor(readonly signature: Signature) {}

  /** A new variable, which is zero when the function begins. */
  local(type: ValueType): Local {
    this.locals.push(type)
    return this.signature.parameters.length + this.locals.length - 1
  }

  // variables

  get(local: Local): void {
    this.withLocal(Control.localGet, local)
  }

  set(local: Local): void {
    this.withLocal(Control.localSet, local)
  }

  /** Sets it, and leaves the value on the stack. */
  tee(local: Local): void {
    this.withLocal(Control.localTee, local)
  }

  private withLocal(instruction: number, local: Local): void {
    const count = this.signature.parameters.length + this.locals.length
    if (!(local >= 0 && local < count)) throw new Error(`there is no local ${local}, only ${count} of them`)
    this.code.byte(instruction)
    this.code.unsigned(local)
  }

  // structure

  /** Begins a block; a branch to it leads behind its end. */
  block(): void {
    this.open(Control.block)
  }

  /** Begins a loop; a branch to it leads to its start. */
  loop(): void {
    this.open(Control.loop)
  }

  /** Begins what runs if the number on the stack is not 0. */
  if(): void {
    this.open(Control.if)
  }

  private open(instruction: number): void {
    this.code.byte(instruction, NO_RESULT)
    this.depth++
  }

  else(): void {
    this.code.byte(Control.else)
  }

  end(): void {
    if (this.depth === 0) throw new Error('there is no block to end')
    this.code.byte(Control.end)
    this.depth--
  }

  branch(depth: number): void {
    this.withDepth(Control.branch, depth)
  }

  /** Branches if the number on the stack is not 0. */
  branchIf(depth: number): void {
    this.withDepth(Control.branchIf, depth)
  }

  private withDepth(instruction: number, depth: number): void {
    if (!(depth >= 0 && depth < this.depth)) throw new Error(`there is no block around ${depth} others`)
    this.code.byte(instruction)
    this.code.unsigned(depth)
  }

  /** Calls a function of the module by its number. */
  call(index: number): void {
    this.code.byte(Control.call)
    this.code.unsigned(index)
  }

  // values

  i32Const(value: number): void {
    this.code.byte(Control.i32Const)
    this.code.signed(value)
  }

  v128Const(bytes: Uint8Array): void {
    this.withBytes(VECTOR_CONSTANT, bytes)
  }

  /** Bytes of the two vectors on the stack, by their numbers from 0 to 31. */
  shuffle(bytes: readonly number[]): void {
    if (bytes.some(byte => !(byte >= 0 && byte < 2 * VECTOR_BYTES)))
      throw new Error(`no bytes of two vectors: ${bytes}`)
    this.withBytes(SHUFFLE, bytes)
  }

  private withBytes(number: number, bytes: ArrayLike<number>): void {
    if (bytes.length !== VECTOR_BYTES) throw new Error(`a vector has ${VECTOR_BYTES} bytes, not ${bytes.length}`)
    this.vector(number)
    this.code.append(bytes)
  }

  /** An instruction without immediates. */
  emit(instruction: Instruction): void {
    if (instruction in NUMERIC) this.code.byte(NUMERIC[instruction as keyof typeof NUMERIC])
    else this.vector(VECTOR[instruction as keyof typeof VECTOR])
  }

  private vector(number: number): void {
    this.code.byte(VECTOR_PREFIX)
    this.code.unsigned(number)
  }

  // memory

  /** A load or a store `offset` bytes behind the address on the stack; `alignment` is what can be relied on, in bytes. */
  memory(instruction: keyof typeof MEMORY, offset: number, alignment = 4): void {
    const { number, bytes, vector } = { vector: false, ...MEMORY[instruction] }
    if (vector) this.vector(number)
    else this.code.byte(number)
    this.place(Math.min(alignment, bytes), offset)
  }

  /** A load or a store of one lane of the vector on the stack. */
  lane(instruction: keyof typeof LANE_MEMORY, offset: number, lane: number): void {
    const { number, bytes } = LANE_MEMORY[instruction]
    if (!(lane >= 0 && lane < VECTOR_BYTES / bytes)) throw new Error(`${instruction} has no lane ${lane}`)
    this.vector(number)
    this.place(4, offset)
    this.code.byte(lane)
  }

  private place(alignment: number, offset: number): void {
    this.code.unsigned(Math.log2(alignment))
    this.code.unsigned(offset)
  }

  /** The locals, and the code behind them. */
  finish(): Uint8Array<ArrayBuffer> {
    if (this.depth > 0) throw new Error(`${this.depth} blocks have no end`)
    const runs: { count: number; type: ValueType }[] = []
    for (const type of this.locals) {
      const last = runs.at(-1)
      if (last?.type === type) last.count++
      else runs.push({ count: 1, type })
    }
    const body = new ByteWriter()
    body.unsigned(runs.length)
    for (const { count, type } of runs) {
      body.unsigned(count)
      body.byte(type)
    }
    body.append(this.code.finish())
    body.byte(Control.end)
    return body.finish()
  }
}
