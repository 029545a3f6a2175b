/**
 * The machine that kernels are written for: vectors of lanes, addresses, counted loops.
 *
 * A kernel is a TypeScript function that calls these methods in the order in which the machine shall work; whoever
 * implements the interface writes the instructions down (machine code, WebAssembly, or an interpreter's steps). All
 * sizes, strides and counts are known when a kernel is written down, so loops have fixed counts and offsets are
 * constants of the instructions.
 *
 * Every kernel has the same signature, `kernel(arguments, record, scratch)`:
 * - `arguments`: eight-byte slots, the same for all tasks of one call. Slot 0 is the call's serial number; the
 *   addresses of tensors follow.
 * - `record`: what this task has of its own; its parameters are numbers in eight-byte slots.
 * - `scratch`: memory of the running thread, whose first 64 bytes keep what kernels put there between tasks.
 *
 * @module
 */

/** A register full of lanes. */
export interface Vector {
  readonly vector: number
}

/** A register with an address or a whole number. */
export interface Pointer {
  readonly pointer: number
}

/** A number kept outside of registers. */
export interface Variable {
  readonly variable: number
}

/** An element in memory, `offset` bytes behind the pointer. */
export interface Place {
  readonly base: Pointer
  readonly offset: number
}

/** One number in all lanes, known when the kernel is written down: takes no register. */
export interface Constant {
  readonly value: number
}

/** The second operand of an operation on vectors. */
export type Operand = Vector | Place | Constant

/** `count` lanes from lane `first` on. */
export interface LaneRange {
  readonly first: number
  readonly count: number
}

/** The types of elements that kernels compute with. */
export type Element = 'float32' | 'float64'

/**
 * What a machine computes in and how tensors store it: in the same type, or `widened`, in float64 what tensors store as
 * float32.
 */
export type Precision = Element | 'widened'

/**
 * The order of elements that were taken apart: as they stand in memory (the default), or any that the machine likes, the same each
 * time. What is only added up is put in order once, as the sum.
 */
export type LaneOrder = 'memory' | 'any'

export interface VectorMachine {
  readonly element: Element
  /** Bytes of an element. */
  readonly bytes: number
  /** Bytes of an element of a tensor: fewer, where precision is `widened`. */
  readonly storedBytes: number
  /** Elements of a vector. */
  readonly lanes: number
  /** How many vectors there are room for at the same time. */
  readonly vectors: number
  /** Whether a product with a broadcast element costs no more than one with a vector. */
  readonly broadcastsInProducts: boolean
  /** How many instructions of unrolled steps are worth it before there is a loop. */
  readonly unrolledInstructions: number

  // registers
  vector(): Vector
  pointer(): Pointer
  variable(): Variable
  /** Gives registers back. */
  release(...registers: (Vector | Pointer)[]): void

  // addresses and whole numbers
  /** to = the argument in this slot. */
  argument(to: Pointer, slot: number): void
  /** to = this parameter of the task's record. */
  parameter(to: Pointer, index: number): void
  scratch(to: Pointer): void
  copy(to: Pointer, from: Pointer): void
  /** to = base + offset. */
  offset(to: Pointer, from: Place): void
  advance(pointer: Pointer, by: number | Pointer): void
  /** The other way. */
  retreat(pointer: Pointer, by: Pointer): void
  keep(variable: Variable, pointer: Pointer): void
  recall(pointer: Pointer, variable: Variable): void
  /** to = the eight bytes at this place. */
  loadNumber(to: Pointer, from: Place): void
  storeNumber(to: Place, from: Pointer): void
  /** to = the four bytes at this place, with their sign. */
  loadInteger(to: Pointer, from: Place): void

  // control
  /** Runs the body `count` times. The counter of a `hot` loop has a register. */
  repeat(count: number, body: () => void, options?: { hot?: boolean }): void
  /** Runs the body as often as the pointer says, at least once; the pointer is used up. */
  repeatDynamic(count: Pointer, body: () => void): void
  /** Runs the body as often as the variable says, at least once; the variable is used up. */
  repeatVariable(count: Variable, body: () => void): void
  ifNegative(pointer: Pointer, then: () => void, otherwise: () => void): void
  ifDifferent(a: Pointer, b: Pointer, then: () => void): void

  // vectors
  zero(to: Vector): void
  move(to: Vector, from: Vector): void
  load(to: Vector, from: Place): void
  store(to: Place, from: Vector): void
  /** The first `count` lanes; the others become zero. Nothing beyond them is read. */
  loadFirst(to: Vector, from: Place, count: number): void
  /** `count` lanes from lane `first` on, which is at `from`; the others stay as they are, and these must be zero. Nothing else is read. */
  fillLanes(to: Vector, from: Place, first: number, count: number): void
  /** Within the body, loads and stores of these lanes cost as little as whole ones, as far as there are registers for it. */
  holdLanes(ranges: readonly LaneRange[], body: () => void): void
  /** The first `count` lanes. Nothing beyond them is written. */
  storeFirst(to: Place, from: Vector, count: number): void
  /** One element in all lanes. */
  broadcast(to: Vector, from: Place): void
  /** One number in all lanes. */
  constant(to: Vector, value: number): void
  /** sum += a * b, rounded once where the machine can. */
  multiplyAdd(sum: Vector, a: Vector, b: Operand): void
  /** sum += a * (the element in all lanes); only where `broadcastsInProducts`. */
  multiplyAddBroadcast(sum: Vector, a: Vector, element: Place): void
  /** sum -= a * b. */
  multiplySubtract(sum: Vector, a: Vector, b: Operand): void
  add(to: Vector, a: Vector, b: Operand): void
  subtract(to: Vector, a: Vector, b: Operand): void
  multiply(to: Vector, a: Vector, b: Operand): void
  divide(to: Vector, a: Vector, b: Vector): void
  /** The larger of each pair; if either is NaN, `b`. */
  maximum(to: Vector, a: Vector, b: Operand): void
  /** The smaller of each pair; if either is NaN, `b`. */
  minimum(to: Vector, a: Vector, b: Operand): void
  squareRoot(to: Vector, from: Vector): void
  /**
   * As many vectors as there are lanes, seen as a square matrix: gives its columns, in registers of the given vectors
   * and of one more.
   */
  transpose(rows: readonly Vector[]): Vector[]
  /** Two neighbouring vectors: `a` gets their elements with even numbers, `b` those with odd ones. */
  deinterleave(a: Vector, b: Vector, order?: LaneOrder): void
  /** Only the first of these: `a` gets the elements of both with even numbers, `b` stays. */
  everySecond(a: Vector, b: Vector, order?: LaneOrder): void
  /** Puts the lanes of sums of such vectors in order that were taken in `any`. */
  putInOrder(vector: Vector): void
  /** The other way: an element of `a`, one of `b`, and so on. */
  interleave(a: Vector, b: Vector): void
  /** Asks for the cache line of an address that will be read soon. */
  prefetch(from: Place): void
  /** The same for an address that will be written to soon. */
  prefetchForWriting(to: Place): void

  // tensors, whose elements may be stored in a narrower type than the machine's
  /** The first `count` elements; the other lanes become zero. Nothing beyond them is read. */
  read(to: Vector, from: Place, count: number): void
  /** `count` lanes from lane `first` on, which comes from `from`; the others become zero. Nothing else is read. */
  readLanes(to: Vector, from: Place, first: number, count: number): void
  /** One element in all lanes. */
  readBroadcast(to: Vector, from: Place): void
  /** One element of a tensor, to memory of the machine's elements. */
  readElement(to: Place, from: Place, temporary: Vector): void
  /** Rounds the lanes to what tensors store. From here on, the vector is only for what follows. */
  round(vector: Vector): void
  /** `count` lanes of a rounded vector from lane `first` on, which goes to `to`. Nothing else is written. */
  write(to: Place, from: Vector, first: number, count: number): void
  /** Lane `i` of a rounded vector goes to `to + i * step` bytes, for the first `count` lanes. The vector is used up. */
  writeScattered(to: Place, from: Vector, step: number, count: number): void
}
