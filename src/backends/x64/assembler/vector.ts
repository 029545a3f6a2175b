/**
 * The vector instructions that kernels need: VEX-encoded on 256 bits (AVX2, FMA3), EVEX-encoded on 512 (AVX-512 F, BW, DQ).
 *
 * Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapters 2.3 (VEX) and 2.7 (EVEX).
 *
 * @module
 */
import { checkGeneral, checkMaskRegister, checkRange, checkVector } from './checks.js'
import type { General, Memory, VectorRegister } from './registers.js'
import { type Encoding, type Masking, VectorEncoder, type Width } from './vectorEncoding.js'

/** The type of a vector's elements. */
export type Element = 'float32' | 'float64'

/** Opcodes (map 0F) that differ between ps and pd by the prefix 66 alone. */
const ARITHMETIC = {
  add: 0x58,
  multiply: 0x59,
  subtract: 0x5c,
  minimum: 0x5d,
  divide: 0x5e,
  maximum: 0x5f,
  and: 0x54,
  andNot: 0x55,
  or: 0x56,
  xor: 0x57,
  unpackLow: 0x14,
  unpackHigh: 0x15,
} as const

/** Opcodes (map 0F38) of the fused instructions: the destination is what is added to, or (`thenAdd`) a factor. */
const FUSED = { multiplyAdd: 0xb8, multiplySubtract: 0xba, negatedMultiplyAdd: 0xbc, thenAdd: 0xa8 } as const

/** What a comparison asks, ordered and quiet: false for NaN (but `notEqual`, `notLess`...: true for NaN). */
export const Comparison = {
  equal: 0,
  less: 17,
  lessOrEqual: 18,
  unordered: 3,
  notEqual: 4,
  notLess: 21,
  notLessOrEqual: 22,
  greaterOrEqual: 29,
  greater: 30,
} as const

export class VectorAssembler extends VectorEncoder {
  /** The encoding of an instruction that has a form for each type: pd has prefix 66, and W set under EVEX. */
  private packed(width: Width, element: Element, opcode: number): Encoding {
    const double = element === 'float64'
    return { map: 1, prefix: double ? 1 : 0, opcode, wide: double && width === 512 ? 1 : 0 }
  }

  /** to = from, all lanes or those of the mask; memory need not be aligned. */
  loadVector(width: Width, element: Element, to: VectorRegister, from: Memory, masking?: Masking): void {
    this.vector(width, this.packed(width, element, 0x10), { register: to, other: from, masking })
  }

  storeVector(width: Width, element: Element, to: Memory, from: VectorRegister, masking?: Masking): void {
    if (masking?.zeroing) throw new RangeError('storeVector(): a store cannot zero what the mask leaves out')
    this.vector(width, this.packed(width, element, 0x11), { register: from, other: to, masking })
  }

  /** AVX2's way to read some lanes: those whose sign bit is set in `mask`; the others become zero. */
  loadMasked(element: Element, to: VectorRegister, mask: VectorRegister, from: Memory): void {
    const opcode = element === 'float64' ? 0x2d : 0x2c
    this.vex({ map: 2, prefix: 1, opcode }, { register: to, source: mask, other: from })
  }

  storeMasked(element: Element, to: Memory, mask: VectorRegister, from: VectorRegister): void {
    const opcode = element === 'float64' ? 0x2f : 0x2e
    this.vex({ map: 2, prefix: 1, opcode }, { register: from, source: mask, other: to })
  }

  moveVector(width: Width, to: VectorRegister, from: VectorRegister): void {
    this.vector(width, this.packed(width, 'float32', 0x28), { register: to, other: from })
  }

  /** The lowest lane alone, to or from memory. */
  loadLane(element: Element, to: VectorRegister, from: Memory): void {
    this.lane(element, 0x10, to, from)
  }

  storeLane(element: Element, to: Memory, from: VectorRegister): void {
    this.lane(element, 0x11, from, to)
  }

  private lane(element: Element, opcode: number, register: VectorRegister, memory: Memory): void {
    const double = element === 'float64'
    const prefix = double ? 3 : 2
    // registers above 15 exist under EVEX only
    if (register < 16) this.vex({ map: 1, prefix, opcode, scalar: true }, { register, other: memory })
    else
      this.evex(
        { map: 1, prefix, opcode, wide: double ? 1 : 0, scalar: true },
        { register, other: memory, memoryBytes: double ? 8 : 4 },
      )
  }

  /** One element of memory in all lanes. */
  broadcast(width: Width, element: Element, to: VectorRegister, from: Memory): void {
    const double = element === 'float64'
    this.vector(
      width,
      { map: 2, prefix: 1, opcode: double ? 0x19 : 0x18, wide: double && width === 512 ? 1 : 0 },
      { register: to, other: from, memoryBytes: double ? 8 : 4 },
    )
  }

  /** to = a (operation) b; for andNot: to = ~a & b. */
  arithmetic(
    operation: keyof typeof ARITHMETIC,
    width: Width,
    element: Element,
    to: VectorRegister,
    a: VectorRegister,
    b: VectorRegister | Memory,
    masking?: Masking,
  ): void {
    this.vector(width, this.packed(width, element, ARITHMETIC[operation]), {
      register: to,
      source: a,
      other: b,
      masking,
    })
  }

  squareRoot(width: Width, element: Element, to: VectorRegister, from: VectorRegister): void {
    this.vector(width, this.packed(width, element, 0x51), { register: to, other: from })
  }

  /** to += a * b, to = a * b - to, to -= a * b, or (`thenAdd`) to = to * a + b, rounded once. */
  fused(
    operation: keyof typeof FUSED,
    width: Width,
    element: Element,
    to: VectorRegister,
    a: VectorRegister,
    b: VectorRegister | Memory,
  ): void {
    this.vector(
      width,
      { map: 2, prefix: 1, opcode: FUSED[operation], wide: element === 'float64' ? 1 : 0 },
      { register: to, source: a, other: b },
    )
  }

  /** to += a * (one element of memory); AVX-512 only. */
  fusedBroadcast(element: Element, to: VectorRegister, a: VectorRegister, b: Memory): void {
    const double = element === 'float64'
    this.evex(
      { map: 2, prefix: 1, opcode: FUSED.multiplyAdd, wide: double ? 1 : 0 },
      { register: to, source: a, other: b, broadcast: true, memoryBytes: double ? 8 : 4 },
    )
  }

  /** Picks elements of each 128-bit lane: two from `a`, two from `b` (float32). */
  shuffle(
    width: Width,
    element: Element,
    to: VectorRegister,
    a: VectorRegister,
    b: VectorRegister,
    selection: number,
  ): void {
    this.vector(width, this.packed(width, element, 0xc6), { register: to, source: a, other: b, immediate: selection })
  }

  /** Puts together 128-bit lanes: two of `a` and two of `b` for 512 bits, two of either for 256. */
  shuffleLanes(width: Width, to: VectorRegister, a: VectorRegister, b: VectorRegister, selection: number): void {
    const opcode = width === 512 ? 0x23 : 0x06
    this.vector(width, { map: 3, prefix: 1, opcode }, { register: to, source: a, other: b, immediate: selection })
  }

  /** Permutes the four 64-bit elements of 256 bits. */
  permuteQuarters(to: VectorRegister, from: VectorRegister, selection: number): void {
    this.vex({ map: 3, prefix: 1, opcode: 0x01, wide: 1 }, { register: to, other: from, immediate: selection })
  }

  /** to[i] = the element of (to, other) that indices[i] names; AVX-512 only. `to` is the first table. */
  permuteTwo(element: Element, to: VectorRegister, indices: VectorRegister, other: VectorRegister): void {
    const double = element === 'float64'
    this.evex(
      { map: 2, prefix: 1, opcode: 0x7f, wide: double ? 1 : 0 },
      {
        register: to,
        source: indices,
        other,
      },
    )
  }

  /** to[i] = the element of (a, b) that the former to[i] names; AVX-512 only. */
  permuteIndexed(element: Element, to: VectorRegister, a: VectorRegister, b: VectorRegister): void {
    this.evex(
      { map: 2, prefix: 1, opcode: 0x77, wide: element === 'float64' ? 1 : 0 },
      { register: to, source: a, other: b },
    )
  }

  /** to = all ones in the lanes where the comparison holds (256 bits). */
  compareVectors(
    element: Element,
    to: VectorRegister,
    a: VectorRegister,
    b: VectorRegister | Memory,
    comparison: keyof typeof Comparison,
  ): void {
    this.vex(this.packed(256, element, 0xc2), { register: to, source: a, other: b, immediate: Comparison[comparison] })
  }

  /** The mask register gets the lanes where the comparison holds (512 bits). */
  compareToMask(
    element: Element,
    toMask: number,
    a: VectorRegister,
    b: VectorRegister | Memory,
    comparison: keyof typeof Comparison,
  ): void {
    checkMaskRegister(toMask)
    this.evex(this.packed(512, element, 0xc2), {
      register: toMask,
      source: a,
      other: b,
      immediate: Comparison[comparison],
    })
  }

  /** to = in each lane, b where the sign bit of `selector` is set, else a (256 bits). */
  blend(element: Element, to: VectorRegister, a: VectorRegister, b: VectorRegister, selector: VectorRegister): void {
    checkVector(selector, 16)
    this.vex(
      { map: 3, prefix: 1, opcode: element === 'float64' ? 0x4b : 0x4a },
      { register: to, source: a, other: b, immediate: selector << 4 },
    )
  }

  /** to = b in the lanes of the mask, else a (512 bits). */
  blendByMask(element: Element, to: VectorRegister, a: VectorRegister, b: VectorRegister, mask: number): void {
    this.evex(
      { map: 2, prefix: 1, opcode: 0x65, wide: element === 'float64' ? 1 : 0 },
      { register: to, source: a, other: b, masking: { mask } },
    )
  }

  /** A mask register from the low 16 bits of a general one. */
  maskFromGeneral(mask: number, from: General): void {
    checkMaskRegister(mask)
    checkGeneral(from)
    // a VEX prefix for 128 bits, which has its short form for the first eight registers
    if (from < 8) this.opcode(0xc5f892)
    else this.word32(0x9278c1c4)
    this.modrmRegister(mask, from)
  }

  /** A 128-bit lane of `from`, one of two or four, to memory or the lowest of `to`, whose others become zero. */
  extractLane(width: Width, to: VectorRegister | Memory, from: VectorRegister, lane: number): void {
    checkRange(lane, width / 128 - 1, 'extractLane(): lane')
    this.vector(
      width,
      { map: 3, prefix: 1, opcode: 0x19 },
      { register: from, other: to, memoryBytes: 16, immediate: lane },
    )
  }

  /** Must stand before a return to code that uses SSE. */
  zeroUpper(): void {
    this.opcode(0xc5f877)
  }
}
