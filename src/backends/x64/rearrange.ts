/**
 * Moving elements between the lanes of several vectors.
 *
 * @module
 */
import type { Assembler, Element, VectorRegister, Width } from './assembler/index.js'

/** One instruction: to = some elements of a and b. */
type Merge = (to: VectorRegister, a: VectorRegister, b: VectorRegister) => void

/**
 * A square transposition in stages of butterflies: each takes two registers to two others, and with one register to
 * spare they all happen in place (under other names).
 */
export function transpose(
  assembler: Assembler,
  width: Width,
  element: Element,
  rows: readonly VectorRegister[],
  spare: VectorRegister,
): { columns: VectorRegister[]; left: VectorRegister } {
  const at = [...rows]
  let free = spare
  const butterfly = (i: number, j: number, low: Merge, high: Merge): void => {
    const [a, b] = [at[i]!, at[j]!]
    low(free, a, b)
    high(b, a, b)
    ;[at[i], at[j], free] = [free, b, a]
  }
  const unpack = (type: Element, operation: 'unpackLow' | 'unpackHigh'): Merge => {
    return (to, a, b) => assembler.arithmetic(operation, width, type, to, a, b)
  }
  const lanes = (selection: number): Merge => {
    return (to, a, b) => assembler.shuffleLanes(width, to, a, b, selection)
  }
  /** Butterflies between all i with this bit clear and i + bit. */
  const stage = (bit: number, low: Merge, high: Merge): void => {
    for (let i = 0; i < at.length; i++) if ((i & bit) === 0) butterfly(i, i + bit, low, high)
  }

  // within each 128-bit lane
  if (element === 'float32') stage(1, unpack('float32', 'unpackLow'), unpack('float32', 'unpackHigh'))
  const pairs = element === 'float32' ? 2 : 1
  stage(pairs, unpack('float64', 'unpackLow'), unpack('float64', 'unpackHigh'))
  // and then the lanes themselves
  if (width === 512) {
    stage(2 * pairs, lanes(0x88), lanes(0xdd))
    stage(4 * pairs, lanes(0x88), lanes(0xdd))
  } else {
    stage(2 * pairs, lanes(0x20), lanes(0x31))
  }
  return { columns: columnOrder(rows.length, element).map(i => at[i]!), left: free }
}

/** Where each column is after the stages: those of one 128-bit lane come out in bit-reversed order. */
function columnOrder(lanes: number, element: Element): number[] {
  const within = element === 'float32' ? [0, 2, 1, 3] : [0, 1]
  return Array.from({ length: lanes }, (_, i) => i - (i % within.length) + within[i % within.length]!)
}

/**
 * a, b = the elements of (a, b) with even numbers, those with odd numbers, in the order that {@link putInOrder} expects; `spare` are
 * two registers to work in.
 */
export function deinterleave(
  assembler: Assembler,
  width: Width,
  element: Element,
  a: VectorRegister,
  b: VectorRegister,
  spare: readonly [VectorRegister, VectorRegister],
): void {
  if (width === 512) {
    pickByNumbers(assembler, element, a, b, spare, (i, which) => 2 * i + which)
    return
  }
  const [even] = spare
  const [evenElements, oddElements] = element === 'float64' ? [0b0000, 0b1111] : [0x88, 0xdd]
  assembler.shuffle(256, element, even, a, b, evenElements)
  assembler.shuffle(256, element, b, a, b, oddElements)
  assembler.moveVector(256, a, even)
}

/** AVX2: the quarters of 256 bits are a, b, a, b after instructions that work within halves. */
export function putInOrder(assembler: Assembler, width: Width, vector: VectorRegister): void {
  if (width === 256) assembler.permuteQuarters(vector, vector, 0xd8)
}

/** a = the elements of (a, b) with even numbers, in the same order. */
export function everySecond(
  assembler: Assembler,
  width: Width,
  element: Element,
  a: VectorRegister,
  b: VectorRegister,
  spare: VectorRegister,
): void {
  if (width === 512) {
    loadNumbers(assembler, element, spare, i => 2 * i)
    assembler.permuteTwo(element, a, spare, b)
    return
  }
  assembler.shuffle(256, element, a, a, b, element === 'float64' ? 0b0000 : 0x88)
}

/** The other way: a, b = an element of a, one of b, and so on. */
export function interleave(
  assembler: Assembler,
  width: Width,
  element: Element,
  a: VectorRegister,
  b: VectorRegister,
  spare: readonly [VectorRegister, VectorRegister],
): void {
  if (width === 512) {
    const lanes = element === 'float64' ? 8 : 16
    pickByNumbers(assembler, element, a, b, spare, (i, which) => {
      const at = which * lanes + i
      return (at % 2) * lanes + Math.floor(at / 2)
    })
    return
  }
  const [low, high] = spare
  assembler.arithmetic('unpackLow', 256, element, low, a, b)
  assembler.arithmetic('unpackHigh', 256, element, high, a, b)
  // each has the elements of both halves of 128 bits
  assembler.shuffleLanes(256, a, low, high, 0x20)
  assembler.shuffleLanes(256, b, low, high, 0x31)
}

/** AVX-512: a, b = elements of (a, b) by their numbers there, for lane i of the first and of the second. */
function pickByNumbers(
  assembler: Assembler,
  element: Element,
  a: VectorRegister,
  b: VectorRegister,
  spare: readonly [VectorRegister, VectorRegister],
  numberOf: (i: number, which: 0 | 1) => number,
): void {
  const [first, second] = spare
  loadNumbers(assembler, element, second, i => numberOf(i, 1))
  assembler.permuteIndexed(element, second, a, b)
  loadNumbers(assembler, element, first, i => numberOf(i, 0))
  assembler.permuteTwo(element, a, first, b)
  assembler.moveVector(512, b, second)
}

/** AVX-512: a number for each lane, as permutations read them. */
function loadNumbers(
  assembler: Assembler,
  element: Element,
  to: VectorRegister,
  numberOf: (lane: number) => number,
): void {
  const numbers = Array.from({ length: element === 'float64' ? 8 : 16 }, (_, i) => numberOf(i))
  const bytes = element === 'float64' ? BigInt64Array.from(numbers, BigInt).buffer : Int32Array.from(numbers).buffer
  assembler.loadVector(512, 'float32', to, assembler.constant(new Uint8Array(bytes)))
}
