/**
 * What kernels of elementwise operations and reductions, and the ends of convolutions, need besides {@link VectorMachine}:
 * counts that are known when the kernel runs, elements that are stored in another type than they are computed in,
 * comparisons and bits.
 *
 * @module
 */
import type { Constant, Element, Place, Pointer, Vector, VectorMachine } from './machine.js'

/** The first so many lanes of a vector, by a count that is known when the kernel runs. */
export interface Lanes {
  readonly lanes: number
}

/** What a comparison asks of two numbers; `notEqual` and `unordered` hold if either is NaN, the others do not. */
export type Comparison = 'equal' | 'notEqual' | 'less' | 'lessOrEqual' | 'greater' | 'greaterOrEqual' | 'unordered'

/** How elements are stored. */
export interface Stored {
  /**
   * Their type in memory: the machine's own, or float32 for a machine that computes in float64. A load is then exact, a
   * store rounds to nearest.
   */
  readonly element: Element
  /** Only these lanes are read or written; others that are read become zero. Default: all of them. */
  readonly lanes?: Lanes
}

export interface ElementMachine extends VectorMachine {
  /** Runs the body as often as the pointer says, which may be never; the pointer is used up. */
  repeatAny(count: Pointer, body: () => void): void
  /** Runs the body unless the pointer is 0. */
  ifAny(pointer: Pointer, then: () => void): void

  /** The first `count` lanes; all of them at most. */
  lanesBelow(count: Pointer): Lanes
  releaseLanes(lanes: Lanes): void

  loadStored(to: Vector, from: Place, stored: Stored): void
  storeStored(to: Place, from: Vector, stored: Stored): void
  /** One element in all lanes. */
  broadcastStored(to: Vector, from: Place, element: Element): void
  /** product = product * by + term, rounded once where the machine can: a step of Horner's scheme. */
  multiplyThenAdd(product: Vector, by: Vector, term: Constant): void
  /** The numbers as 32-bit integers, cut off; only for a machine that computes in float32. */
  storeIntegers(to: Place, from: Vector, lanes?: Lanes): void
  /** The lowest lane alone. */
  storeLowest(to: Place, from: Vector): void

  /** to = the numbers rounded to float32; only for a machine that computes in float64. */
  roundToFloat32(to: Vector, from: Vector): void
  /** In each lane where the comparison of a and b holds, `yes`, elsewhere `no`. */
  select(to: Vector, comparison: Comparison, a: Vector, b: Vector, yes: Vector, no: Vector): void
  /** `inside` in the given lanes, `outside` in the others. */
  chooseLanes(to: Vector, lanes: Lanes, inside: Vector, outside: Vector): void
  /**
   * to = in each lane, an element of two vectors by its number: those of `second` come behind those of `first`, and have the
   * highest bit of their number set besides. Only for a machine that computes in float32.
   */
  pick(to: Vector, first: Vector, second: Vector, numbers: Vector): void
  /** By the bits of their representations; `andNot` is ~a & b. */
  bits(operation: 'and' | 'or' | 'xor' | 'andNot', to: Vector, a: Vector, b: Vector): void
  /** 2^n for whole numbers n in [-1022, 1023]; only for a machine that computes in float64. */
  powerOfTwo(to: Vector, n: Vector): void
  /** The bits of the sign and the exponent, as the lowest of all bits; only for a machine that computes in float64. */
  exponentBits(to: Vector, x: Vector): void
  /** to = in its lowest lane, all lanes of the vector put together; the other lanes hold anything. */
  combineLanes(to: Vector, from: Vector, operation: 'add' | 'maximum'): void

  /** Lets the body take so many vectors: while it does, what is in others than those in use may stand in memory. */
  withVectors(count: number, inUse: readonly Vector[], body: () => void): void
  /**
   * Lets the body change a vector of float32 in float64, half by half, and rounds what it leaves. Only for a machine that
   * computes in float32; takes one vector besides those that the body takes.
   */
  inDoubles(vector: Vector, body: (machine: Arithmetic, half: Vector) => void): void
}

/** What expressions are computed with: vectors and arithmetic, no memory. */
export type Arithmetic = Pick<
  ElementMachine,
  | 'element'
  | 'vector'
  | 'release'
  | 'zero'
  | 'move'
  | 'constant'
  | 'multiplyAdd'
  | 'multiplySubtract'
  | 'multiplyThenAdd'
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'maximum'
  | 'minimum'
  | 'squareRoot'
  | 'roundToFloat32'
  | 'select'
  | 'bits'
  | 'powerOfTwo'
  | 'exponentBits'
>
