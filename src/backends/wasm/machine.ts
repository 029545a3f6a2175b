/**
 * Kernels as WebAssembly: the vector machine whose vectors are local variables of 128 bits.
 *
 * A kernel is a function of three addresses of 32 bits: arguments, record and scratch. Slots of both have eight bytes, of
 * which the lower four count.
 *
 * @module
 */
import type { MachineShape } from '../../kernel/bandPlan.js'
import type { LaneRange, Place, Pointer, Precision, Variable, Vector, VectorMachine } from '../../kernel/machine.js'
import { address, VECTOR_BYTES, WasmArithmetic } from './arithmetic.js'
import { FunctionBuilder, ValueType } from './assembler/index.js'
import type { Engine } from './engine.js'
import { Locals } from './locals.js'
import { type Address, fillLanes, loadFirst, pushAddress, storeLanes } from './partial.js'
import { shuffle, transpose } from './shuffles.js'

const SLOT_BYTES = 8

/** The parameters of a kernel. */
const [ARGUMENTS, RECORD, SCRATCH] = [0, 1, 2]

/**
 * Of the 16 registers that engines have on x86-64, they keep one. Those that load all operands of a block first need
 * registers for them as well as for sums: a tile of 4 pixels by 2 vectors is what they hold.
 */
const REGISTERS = { inOrder: 15, spilling: 15, loadsFirst: 11 } as const

/** Instructions of unrolled steps: one step at a time where the others' loads would come first, or sums be spilled. */
const UNROLLED = { inOrder: 300, spilling: 1, loadsFirst: 1 } as const

/** What plans need to know of a machine. */
export function machineShape(precision: Precision, { scheduling }: Engine): MachineShape {
  const element = precision === 'widened' ? 'float64' : precision
  const bytes = element === 'float64' ? 8 : 4
  return {
    element,
    bytes,
    storedBytes: precision === 'float64' ? 8 : 4,
    lanes: VECTOR_BYTES / bytes,
    vectors: REGISTERS[scheduling],
    broadcastsInProducts: false,
    unrolledInstructions: UNROLLED[scheduling],
  }
}

/** Writes one kernel down. */
export class WasmMachine extends WasmArithmetic implements VectorMachine {
  readonly storedBytes: number
  readonly vectors: number
  readonly broadcastsInProducts: boolean
  readonly unrolledInstructions: number
  protected readonly numberLocals: Locals

  constructor(precision: Precision, engine: Engine) {
    const { element, storedBytes, vectors, broadcastsInProducts } = machineShape(precision, engine)
    const code = new FunctionBuilder({ parameters: [ValueType.i32, ValueType.i32, ValueType.i32], results: [] })
    super(element, engine.fma, code, new Locals(code, ValueType.v128))
    this.numberLocals = new Locals(code, ValueType.i32)
    this.storedBytes = storedBytes
    this.vectors = vectors
    this.broadcastsInProducts = broadcastsInProducts
    this.unrolledInstructions = UNROLLED[engine.scheduling]
  }

  // registers

  pointer(): Pointer {
    return { pointer: this.numberLocals.take() }
  }

  variable(): Variable {
    return { variable: this.numberLocals.take() }
  }

  override release(...registers: (Vector | Pointer)[]): void {
    for (const register of registers) {
      if ('vector' in register) this.vectorLocals.giveBack(register.vector)
      else this.numberLocals.giveBack(register.pointer)
    }
  }

  // addresses and whole numbers

  argument(to: Pointer, slot: number): void {
    this.loadInto(to, { base: ARGUMENTS, offset: SLOT_BYTES * slot })
  }

  parameter(to: Pointer, index: number): void {
    // the first slot has the kernel's number
    this.loadInto(to, { base: RECORD, offset: SLOT_BYTES * (index + 1) })
  }

  private loadInto(to: Pointer, from: Address): void {
    this.code.memory('i32.load', pushAddress(this.code, from))
    this.code.set(to.pointer)
  }

  scratch(to: Pointer): void {
    this.code.get(SCRATCH)
    this.code.set(to.pointer)
  }

  copy(to: Pointer, from: Pointer): void {
    this.code.get(from.pointer)
    this.code.set(to.pointer)
  }

  offset(to: Pointer, { base, offset }: Place): void {
    this.code.get(base.pointer)
    this.code.i32Const(offset)
    this.code.emit('i32.add')
    this.code.set(to.pointer)
  }

  advance(pointer: Pointer, by: number | Pointer): void {
    if (by === 0) return
    this.code.get(pointer.pointer)
    if (typeof by === 'number') this.code.i32Const(by)
    else this.code.get(by.pointer)
    this.code.emit('i32.add')
    this.code.set(pointer.pointer)
  }

  retreat(pointer: Pointer, by: Pointer): void {
    this.code.get(pointer.pointer)
    this.code.get(by.pointer)
    this.code.emit('i32.sub')
    this.code.set(pointer.pointer)
  }

  keep(variable: Variable, pointer: Pointer): void {
    this.code.get(pointer.pointer)
    this.code.set(variable.variable)
  }

  recall(pointer: Pointer, variable: Variable): void {
    this.code.get(variable.variable)
    this.code.set(pointer.pointer)
  }

  loadNumber(to: Pointer, from: Place): void {
    this.loadInto(to, address(from))
  }

  storeNumber(to: Place, from: Pointer): void {
    const offset = pushAddress(this.code, address(to))
    this.code.get(from.pointer)
    this.code.memory('i32.store', offset)
  }

  loadInteger(to: Pointer, from: Place): void {
    this.loadInto(to, address(from))
  }

  // control

  repeat(count: number, body: () => void): void {
    if (count <= 0) return
    if (count === 1) {
      body()
      return
    }
    const counter = this.numberLocals.take()
    this.code.i32Const(count)
    this.code.set(counter)
    this.countDown(counter, body)
    this.numberLocals.giveBack(counter)
  }

  repeatDynamic(count: Pointer, body: () => void): void {
    this.countDown(count.pointer, body)
  }

  repeatVariable(count: Variable, body: () => void): void {
    this.countDown(count.variable, body)
  }

  private countDown(counter: number, body: () => void): void {
    const { code } = this
    code.loop()
    body()
    code.get(counter)
    code.i32Const(1)
    code.emit('i32.sub')
    code.tee(counter)
    code.branchIf(0)
    code.end()
  }

  ifNegative(pointer: Pointer, then: () => void, otherwise: () => void): void {
    const { code } = this
    code.get(pointer.pointer)
    code.i32Const(0)
    code.emit('i32.lt_s')
    code.if()
    then()
    code.else()
    otherwise()
    code.end()
  }

  ifDifferent(a: Pointer, b: Pointer, then: () => void): void {
    const { code } = this
    code.get(a.pointer)
    code.get(b.pointer)
    code.emit('i32.ne')
    code.if()
    then()
    code.end()
  }

  // vectors

  load(to: Vector, from: Place): void {
    this.push(from)
    this.code.set(to.vector)
  }

  store(to: Place, from: Vector): void {
    const offset = pushAddress(this.code, address(to))
    this.code.get(from.vector)
    this.code.memory('v128.store', offset)
  }

  loadFirst(to: Vector, from: Place, count: number): void {
    if (count === this.lanes) this.load(to, from)
    else loadFirst(this.code, this.bytes, to.vector, address(from), count)
  }

  fillLanes(to: Vector, from: Place, first: number, count: number): void {
    if (count === this.lanes) this.load(to, from)
    else fillLanes(this.code, this.bytes, to.vector, address(from), first, count)
  }

  /** There is nothing to hold: lanes are named by instructions. */
  holdLanes(_: readonly LaneRange[], body: () => void): void {
    body()
  }

  storeFirst(to: Place, from: Vector, count: number): void {
    if (count === this.lanes) this.store(to, from)
    else storeLanes(this.code, this.bytes, address(to), from.vector, 0, count)
  }

  broadcast(to: Vector, from: Place): void {
    const instruction = this.bytes === 8 ? 'v128.load64_splat' : 'v128.load32_splat'
    this.code.memory(instruction, pushAddress(this.code, address(from)))
    this.code.set(to.vector)
  }

  multiplyAddBroadcast(): void {
    throw new Error('this machine has no products with broadcast elements')
  }

  transpose(rows: readonly Vector[]): Vector[] {
    const spare = this.vectorLocals.take()
    const { columns, left } = transpose(
      this.code,
      this.bytes,
      rows.map(row => row.vector),
      spare,
    )
    this.vectorLocals.giveBack(left)
    return columns.map(vector => ({ vector }))
  }

  deinterleave(a: Vector, b: Vector): void {
    this.rearrange(a, b, at => (at < this.lanes ? 2 * at : 2 * (at - this.lanes) + 1))
  }

  everySecond(a: Vector, b: Vector): void {
    const numbers = Array.from({ length: this.lanes }, (_, at) => 2 * at)
    shuffle(this.code, this.bytes, a.vector, a.vector, b.vector, numbers)
  }

  /** Any order is that of memory. */
  putInOrder(): void {}

  interleave(a: Vector, b: Vector): void {
    this.rearrange(a, b, at => (at % 2) * this.lanes + Math.floor(at / 2))
  }

  /** a, b = elements of (a, b) by their numbers there. */
  private rearrange(a: Vector, b: Vector, numberOf: (at: number) => number): void {
    const numbers = Array.from({ length: 2 * this.lanes }, (_, at) => numberOf(at))
    const first = this.vectorLocals.take()
    shuffle(this.code, this.bytes, first, a.vector, b.vector, numbers.slice(0, this.lanes))
    shuffle(this.code, this.bytes, b.vector, a.vector, b.vector, numbers.slice(this.lanes))
    this.move(a, { vector: first })
    this.vectorLocals.giveBack(first)
  }

  /** WebAssembly has no way to ask. */
  prefetch(): void {}

  prefetchForWriting(): void {}

  // tensors

  private get isWidened(): boolean {
    return this.storedBytes !== this.bytes
  }

  read(to: Vector, from: Place, count: number): void {
    if (!this.isWidened) {
      this.loadFirst(to, from, count)
      return
    }
    loadFirst(this.code, this.storedBytes, to.vector, address(from), count)
    this.apply('f64x2.promote_low_f32x4', to, to)
  }

  readLanes(to: Vector, from: Place, first: number, count: number): void {
    if (first === 0) {
      this.read(to, from, count)
      return
    }
    this.zero(to)
    fillLanes(this.code, this.storedBytes, to.vector, address(from), first, count)
    if (this.isWidened) this.apply('f64x2.promote_low_f32x4', to, to)
  }

  readBroadcast(to: Vector, from: Place): void {
    if (!this.isWidened) {
      this.broadcast(to, from)
      return
    }
    this.code.memory('v128.load32_splat', pushAddress(this.code, address(from)))
    this.code.set(to.vector)
    this.apply('f64x2.promote_low_f32x4', to, to)
  }

  readElement(to: Place, from: Place, temporary: Vector): void {
    this.read(temporary, from, 1)
    storeLanes(this.code, this.bytes, address(to), temporary.vector, 0, 1)
  }

  round(vector: Vector): void {
    if (this.isWidened) this.apply('f32x4.demote_f64x2_zero', vector, vector)
  }

  write(to: Place, from: Vector, first: number, count: number): void {
    if (!this.isWidened && count === this.lanes) this.store(to, from)
    else storeLanes(this.code, this.storedBytes, address(to), from.vector, first, count)
  }

  writeScattered(to: Place, from: Vector, step: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const own = { base: to.base.pointer, offset: to.offset + i * step }
      storeLanes(this.code, this.storedBytes, own, from.vector, i, 1)
    }
  }
}
