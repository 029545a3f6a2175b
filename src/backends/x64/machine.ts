/**
 * Kernels as x86-64 machine code: the vector machine whose vectors are zmm or ymm registers.
 *
 * @module
 */
import type { MachineShape } from '../../kernel/bandPlan.js'
import type {
  Element,
  LaneOrder,
  LaneRange,
  Place,
  Pointer,
  Precision,
  Variable,
  Vector,
  VectorMachine,
} from '../../kernel/machine.js'
import { memory, X64Arithmetic } from './arithmetic.js'
import { Assembler, Label, type Memory, Register } from './assembler/index.js'
import { FirstLanes } from './firstLanes.js'
import { deinterleave, everySecond, interleave, putInOrder, transpose } from './rearrange.js'
import { RegisterFile } from './registers.js'
import { abi, type InstructionSet } from './runtime/index.js'

/** Never handed out: the machine's own for a moment within one operation. */
export const TEMPORARY = Register.rax

/** Handed out for pointers; those that a function must preserve come last. */
const GENERAL = [
  Register.rcx,
  Register.rdx,
  Register.rsi,
  Register.rdi,
  Register.r8,
  Register.r9,
  Register.r10,
  Register.r11,
  Register.rbx,
  Register.rbp,
  Register.r12,
  Register.r13,
  Register.r14,
  Register.r15,
]

/** Handed out for lanes; the others are for a moment within one operation. */
const MASKS = [2, 3, 4, 5, 6]

/** Eight-byte places on the stack. */
const FRAME_SLOTS = 128

/** Much more would not stay in the decoder's cache. */
const UNROLLED_INSTRUCTIONS = 500

/** What plans need to know of a machine. */
export function machineShape(precision: Precision, instructionSet: InstructionSet): MachineShape {
  const element = precision === 'widened' ? 'float64' : precision
  const bytes = element === 'float64' ? 8 : 4
  const avx512 = instructionSet === 'avx512'
  return {
    element,
    bytes,
    storedBytes: precision === 'float64' ? 8 : 4,
    lanes: (avx512 ? 64 : 32) / bytes,
    vectors: avx512 ? 32 : 16,
    broadcastsInProducts: avx512,
    unrolledInstructions: UNROLLED_INSTRUCTIONS,
  }
}

/** Writes one kernel down. */
export class X64Machine extends X64Arithmetic implements VectorMachine {
  readonly bytes: number
  readonly storedBytes: number
  readonly lanes: number
  readonly vectors: number
  readonly broadcastsInProducts: boolean
  readonly unrolledInstructions = UNROLLED_INSTRUCTIONS
  protected readonly generalFile = new RegisterFile('general', GENERAL)
  protected readonly maskFile = new RegisterFile('mask', MASKS)
  protected readonly firstLanes: FirstLanes
  protected slots = 0

  constructor(precision: Precision, instructionSet: InstructionSet) {
    const { element, bytes, storedBytes, lanes, vectors, broadcastsInProducts } = machineShape(
      precision,
      instructionSet,
    )
    const registers = Array.from({ length: vectors }, (_, i) => i)
    const width = instructionSet === 'avx512' ? 512 : 256
    super(element, width, new Assembler(), new RegisterFile('vector', registers))
    this.bytes = bytes
    this.storedBytes = storedBytes
    this.lanes = lanes
    this.vectors = vectors
    this.broadcastsInProducts = broadcastsInProducts
    this.firstLanes = new FirstLanes(this.assembler, this.width, element, TEMPORARY, this.vectorFile, this.maskFile)
    for (const register of abi.CALLEE_SAVED) this.assembler.push(register)
    this.assembler.addImmediate(Register.rsp, -8 * FRAME_SLOTS)
    for (const register of abi.ARGUMENTS.slice(0, 3)) this.assembler.store(this.stack(this.slots++), register)
  }

  /** Ends the kernel, and gives its code. */
  finish(): Uint8Array {
    this.assembler.addImmediate(Register.rsp, 8 * FRAME_SLOTS)
    for (const register of [...abi.CALLEE_SAVED].reverse()) this.assembler.pop(register)
    this.assembler.zeroUpper()
    this.assembler.return()
    return this.assembler.finish()
  }

  /** Bytes of the instructions so far; constants come behind them. */
  get length(): number {
    return this.assembler.position
  }

  /** The first of so many places on the stack. */
  protected takeSlots(count: number): number {
    const first = this.slots
    if (first + count > FRAME_SLOTS) throw new Error(`a kernel needs more than ${FRAME_SLOTS} places on the stack`)
    this.slots += count
    return first
  }

  protected stack(slot: number): Memory {
    return { base: Register.rsp, displacement: 8 * slot }
  }

  // registers

  pointer(): Pointer {
    return { pointer: this.generalFile.take() }
  }

  variable(): Variable {
    return { variable: this.takeSlots(1) }
  }

  override release(...registers: (Vector | Pointer)[]): void {
    for (const register of registers) {
      if ('vector' in register) this.vectorFile.giveBack(register.vector)
      else this.generalFile.giveBack(register.pointer)
    }
  }

  // addresses and whole numbers

  argument(to: Pointer, slot: number): void {
    this.assembler.load(to.pointer, this.stack(0))
    this.assembler.load(to.pointer, { base: to.pointer, displacement: 8 * slot })
  }

  parameter(to: Pointer, index: number): void {
    this.assembler.load(to.pointer, this.stack(1))
    this.assembler.load(to.pointer, { base: to.pointer, displacement: 8 * (index + 1) })
  }

  scratch(to: Pointer): void {
    this.assembler.load(to.pointer, this.stack(2))
  }

  copy(to: Pointer, from: Pointer): void {
    this.assembler.move(to.pointer, from.pointer)
  }

  offset(to: Pointer, from: Place): void {
    this.assembler.loadAddress(to.pointer, memory(from))
  }

  advance(pointer: Pointer, by: number | Pointer): void {
    if (typeof by === 'number') {
      if ((by | 0) === by) this.assembler.addImmediate(pointer.pointer, by)
      else {
        // further than an immediate reaches: a group of channels may take more than 2 GiB
        this.assembler.setImmediate(TEMPORARY, by)
        this.assembler.add(pointer.pointer, TEMPORARY)
      }
    } else this.assembler.add(pointer.pointer, by.pointer)
  }

  retreat(pointer: Pointer, by: Pointer): void {
    this.assembler.subtract(pointer.pointer, by.pointer)
  }

  keep(variable: Variable, pointer: Pointer): void {
    this.assembler.store(this.stack(variable.variable), pointer.pointer)
  }

  recall(pointer: Pointer, variable: Variable): void {
    this.assembler.load(pointer.pointer, this.stack(variable.variable))
  }

  loadNumber(to: Pointer, from: Place): void {
    this.assembler.load(to.pointer, memory(from))
  }

  storeNumber(to: Place, from: Pointer): void {
    this.assembler.store(memory(to), from.pointer)
  }

  loadInteger(to: Pointer, from: Place): void {
    this.assembler.loadSigned32(to.pointer, memory(from))
  }

  // control

  repeat(count: number, body: () => void, { hot = false }: { hot?: boolean } = {}): void {
    if (count <= 0) return
    if (count === 1) {
      body()
      return
    }
    const { assembler } = this
    if (hot) {
      const counter = this.generalFile.take()
      assembler.setImmediate(counter, count)
      this.loop(body, () => assembler.decrement(counter))
      this.generalFile.giveBack(counter)
    } else {
      const slot = this.takeSlots(1)
      assembler.setImmediate(TEMPORARY, count)
      assembler.store(this.stack(slot), TEMPORARY)
      this.loop(body, () => assembler.decrementMemory(this.stack(slot)))
      this.slots--
    }
  }

  repeatDynamic(count: Pointer, body: () => void): void {
    this.loop(body, () => this.assembler.decrement(count.pointer))
  }

  repeatVariable(count: Variable, body: () => void): void {
    this.loop(body, () => this.assembler.decrementMemory(this.stack(count.variable)))
  }

  protected loop(body: () => void, count: () => void): void {
    this.assembler.align(32)
    this.firstLanes.forget()
    const start = this.assembler.here()
    body()
    count()
    this.assembler.jumpIf('notEqual', start)
    this.firstLanes.forget()
  }

  ifNegative(pointer: Pointer, then: () => void, otherwise: () => void): void {
    const [negative, end] = [new Label(), new Label()]
    this.assembler.test(pointer.pointer)
    this.assembler.jumpIf('negative', negative)
    this.firstLanes.forget()
    otherwise()
    this.assembler.jump(end)
    this.assembler.bind(negative)
    this.firstLanes.forget()
    then()
    this.assembler.bind(end)
    this.firstLanes.forget()
  }

  ifDifferent(a: Pointer, b: Pointer, then: () => void): void {
    const end = new Label()
    this.assembler.compare(a.pointer, b.pointer)
    this.assembler.jumpIf('equal', end)
    then()
    this.assembler.bind(end)
    this.firstLanes.forget()
  }

  // vectors

  load(to: Vector, from: Place): void {
    this.assembler.loadVector(this.width, this.element, to.vector, memory(from))
  }

  store(to: Place, from: Vector): void {
    this.assembler.storeVector(this.width, this.element, memory(to), from.vector)
  }

  loadFirst(to: Vector, from: Place, count: number): void {
    if (count === this.lanes) this.load(to, from)
    else this.firstLanes.load(to.vector, memory(from), count)
  }

  fillLanes(to: Vector, from: Place, first: number, count: number): void {
    const place = { base: from.base, offset: from.offset - first * this.bytes }
    this.firstLanes.fill(to.vector, memory(place), first, count)
  }

  holdLanes(ranges: readonly LaneRange[], body: () => void): void {
    const release = this.firstLanes.hold(ranges)
    body()
    release()
  }

  storeFirst(to: Place, from: Vector, count: number): void {
    if (count === this.lanes) this.store(to, from)
    else this.firstLanes.store(memory(to), from.vector, count)
  }

  broadcast(to: Vector, from: Place): void {
    this.assembler.broadcast(this.width, this.element, to.vector, memory(from))
  }

  multiplyAddBroadcast(sum: Vector, a: Vector, element: Place): void {
    this.assembler.fusedBroadcast(this.element, sum.vector, a.vector, memory(element))
  }

  transpose(rows: readonly Vector[]): Vector[] {
    const spare = this.vectorFile.take()
    const { columns, left } = transpose(
      this.assembler,
      this.width,
      this.element,
      rows.map(row => row.vector),
      spare,
    )
    this.vectorFile.giveBack(left)
    return columns.map(vector => ({ vector }))
  }

  deinterleave(a: Vector, b: Vector, order: LaneOrder = 'memory'): void {
    this.rearrange(deinterleave, a, b)
    if (order === 'memory') for (const vector of [a, b]) this.putInOrder(vector)
  }

  everySecond(a: Vector, b: Vector, order: LaneOrder = 'memory'): void {
    const spare = this.vectorFile.take()
    everySecond(this.assembler, this.width, this.element, a.vector, b.vector, spare)
    this.vectorFile.giveBack(spare)
    if (order === 'memory') this.putInOrder(a)
  }

  putInOrder({ vector }: Vector): void {
    putInOrder(this.assembler, this.width, vector)
  }

  interleave(a: Vector, b: Vector): void {
    this.rearrange(interleave, a, b)
  }

  private rearrange(how: typeof interleave, a: Vector, b: Vector): void {
    const spare = [this.vectorFile.take(), this.vectorFile.take()] as const
    how(this.assembler, this.width, this.element, a.vector, b.vector, spare)
    for (const register of spare) this.vectorFile.giveBack(register)
  }

  prefetch(from: Place): void {
    this.assembler.prefetch(memory(from))
  }

  prefetchForWriting(to: Place): void {
    this.assembler.prefetchForWriting(memory(to))
  }

  // tensors

  private get isWidened(): boolean {
    return this.storedBytes !== this.bytes
  }

  private get stored(): Element {
    return this.isWidened ? 'float32' : this.element
  }

  read(to: Vector, from: Place, count: number): void {
    this.readLanes(to, from, 0, count)
  }

  readLanes(to: Vector, from: Place, first: number, count: number): void {
    const place = memory({ base: from.base, offset: from.offset - first * this.storedBytes })
    if (first === 0 && count === this.lanes) {
      if (this.isWidened) this.assembler.widen(this.width, to.vector, place)
      else this.load(to, from)
    } else if (this.isWidened) this.firstLanes.loadWidened(to.vector, place, count, first)
    else this.firstLanes.load(to.vector, place, count, first)
  }

  readBroadcast(to: Vector, from: Place): void {
    this.assembler.broadcast(this.width, this.stored, to.vector, memory(from))
    if (this.isWidened) this.assembler.widen(this.width, to.vector, to.vector)
  }

  readElement(to: Place, from: Place, temporary: Vector): void {
    this.assembler.loadLane(this.stored, temporary.vector, memory(from))
    if (this.isWidened) this.assembler.widen(this.width, temporary.vector, temporary.vector)
    this.assembler.storeLane(this.element, memory(to), temporary.vector)
  }

  round(vector: Vector): void {
    if (this.isWidened) this.assembler.narrow(this.width, vector.vector, vector.vector)
  }

  write(to: Place, from: Vector, first: number, count: number): void {
    const place = memory({ base: to.base, offset: to.offset - first * this.storedBytes })
    if (first === 0 && count === this.lanes) {
      if (this.isWidened) this.assembler.storeHalf(this.width, place, from.vector)
      else this.store(to, from)
    } else if (this.isWidened) this.firstLanes.storeNarrowed(place, from.vector, count, first)
    else this.firstLanes.store(place, from.vector, count, first)
  }

  writeScattered(to: Place, from: Vector, step: number, count: number): void {
    if (this.slots + this.lanes > FRAME_SLOTS) throw new Error('no room on the stack to take a vector apart')
    // by way of the stack, since lanes above the lowest cannot be stored alone
    const at = this.slots
    this.assembler.storeVector(this.width, this.element, this.stack(at), from.vector)
    for (let i = 0; i < count; i++) {
      const displacement = 8 * at + i * this.storedBytes
      this.assembler.loadLane(this.stored, from.vector, { base: Register.rsp, displacement })
      this.assembler.storeLane(this.stored, memory({ base: to.base, offset: to.offset + i * step }), from.vector)
    }
  }
}
