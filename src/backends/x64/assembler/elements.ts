/**
 * Instructions of elementwise kernels: float32 in memory computed in float64, and powers of two. Half a vector is 128 bits
 * under VEX and 256 under EVEX.
 *
 * Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
 *
 * @module
 */
import { checkRange } from './checks.js'
import type { Memory, VectorRegister } from './registers.js'
import { VectorAssembler } from './vector.js'
import type { Masking, Width } from './vectorEncoding.js'

export class ElementAssembler extends VectorAssembler {
  /** to = half a vector of float32, as a whole one of float64. */
  widen(width: Width, to: VectorRegister, from: VectorRegister | Memory, masking?: Masking): void {
    const operands = { register: to, other: from, masking, memoryBytes: 32 }
    this.vector(width, { map: 1, prefix: 0, opcode: 0x5a }, operands)
  }

  /** to = a vector of float64, as half of one of float32, rounded to nearest; the rest of `to` becomes zero. */
  narrow(width: Width, to: VectorRegister, from: VectorRegister): void {
    const wide = width === 512 ? 1 : 0
    this.vector(width, { map: 1, prefix: 1, opcode: 0x5a, wide }, { register: to, other: from })
  }

  /** Stores the lower half of a vector of float32. */
  storeHalf(width: Width, to: Memory, from: VectorRegister, masking?: Masking): void {
    const operands = { register: from, other: to, masking, memoryBytes: 32 }
    this.vector(width, { map: 1, prefix: 0, opcode: 0x11, half: true }, operands)
  }

  /** AVX2: loads the lower half of a vector, 128 bits. */
  loadHalf(to: VectorRegister, from: Memory): void {
    this.vex({ map: 1, prefix: 0, opcode: 0x10, half: true }, { register: to, other: from })
  }

  /** AVX2: those of four float32 whose sign bit is set in `mask`; the others become zero. */
  loadHalfMasked(to: VectorRegister, mask: VectorRegister, from: Memory): void {
    this.vex({ map: 2, prefix: 1, opcode: 0x2c, half: true }, { register: to, source: mask, other: from })
  }

  /** AVX2: stores two of four float32. */
  storePair(to: Memory, from: VectorRegister, which: 'low' | 'high'): void {
    const opcode = which === 'low' ? 0x13 : 0x17
    this.vex({ map: 1, prefix: 0, opcode, half: true }, { register: from, other: to })
  }

  /** AVX2: stores one of four float32. */
  storeAnyLane(to: Memory, from: VectorRegister, lane: number): void {
    checkRange(lane, 3, 'storeAnyLane(): lane')
    if (lane === 0) this.storeLane('float32', to, from)
    else this.vex({ map: 3, prefix: 1, opcode: 0x17, half: true }, { register: from, other: to, immediate: lane })
  }

  storeHalfMasked(to: Memory, mask: VectorRegister, from: VectorRegister): void {
    this.vex({ map: 2, prefix: 1, opcode: 0x2e, half: true }, { register: from, source: mask, other: to })
  }

  /** to = float32 as 32-bit integers, cut off. */
  toIntegers(width: Width, to: VectorRegister, from: VectorRegister): void {
    this.vector(width, { map: 1, prefix: 2, opcode: 0x5b }, { register: to, other: from })
  }

  /** AVX2: to[i] = the float32 of `from` that the lowest three bits of indices[i] name. */
  permute(to: VectorRegister, indices: VectorRegister, from: VectorRegister): void {
    this.vex({ map: 2, prefix: 1, opcode: 0x16 }, { register: to, source: indices, other: from })
  }

  /** Shifts each 64-bit lane to the left. */
  shiftLanesLeft(width: Width, to: VectorRegister, from: VectorRegister, bits: number): void {
    this.vector(width, SHIFT[width], shift(6, to, from, bits))
  }

  /** Shifts each 64-bit lane to the right; zeros come in. */
  shiftLanesRight(width: Width, to: VectorRegister, from: VectorRegister, bits: number): void {
    this.vector(width, SHIFT[width], shift(2, to, from, bits))
  }
}

const SHIFT = {
  256: { map: 1, prefix: 1, opcode: 0x73, wide: 0 },
  512: { map: 1, prefix: 1, opcode: 0x73, wide: 1 },
} as const

/** @param way what is in place of a register; the destination is where other instructions have a source */
function shift(way: 2 | 6, to: VectorRegister, from: VectorRegister, bits: number) {
  checkRange(bits, 63, 'shift')
  return { register: way, source: to, other: from, immediate: bits }
}
