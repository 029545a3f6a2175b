/**
 * How vector instructions are written down: VEX on 256 bits, EVEX on 512.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, chapters 2.3 (VEX) and 2.7 (EVEX).
 *
 * @module
 */
import { checkMaskRegister, checkRange, checkVector } from './checks.js'
import { baseBit, indexBit } from './code.js'
import { GeneralAssembler } from './general.js'
import type { Memory, VectorRegister } from './registers.js'

/** Bits of a vector. */
export type Width = 256 | 512

/** Which mask register limits an EVEX instruction, and whether what it leaves out becomes zero. */
export interface Masking {
  /** 1 to 7: in this place k0 would mean no mask. */
  readonly mask: number
  /** Default: false, what the mask leaves out stays as it was. */
  readonly zeroing?: boolean
}

/** Opcode maps: 0F, 0F38, 0F3A. */
type Map = 1 | 2 | 3

/** Everything of an instruction but its operands. */
export interface Encoding {
  readonly map: Map
  /** The mandatory prefix: none, 66, F3, F2. */
  readonly prefix: 0 | 1 | 2 | 3
  readonly opcode: number
  readonly wide?: 0 | 1
  /** On one element: the field for the vector's length is zero, as the manual demands. */
  readonly scalar?: boolean
  /** On half a vector: 128 bits under VEX, 256 under EVEX. */
  readonly half?: boolean
}

export interface Operands {
  readonly register: VectorRegister
  /** The first source of instructions with two. */
  readonly source?: VectorRegister
  readonly other: VectorRegister | Memory
  readonly masking?: Masking
  /** EVEX: the operand in memory is one element, repeated. */
  readonly broadcast?: boolean
  /** Bytes of the operand in memory, by which EVEX scales a short displacement. Default: a whole vector. */
  readonly memoryBytes?: number
  readonly immediate?: number
}

export class VectorEncoder extends GeneralAssembler {
  protected vector(width: Width, encoding: Encoding, operands: Operands): void {
    if (width === 512) this.evex(encoding, operands)
    else this.vex(encoding, operands)
  }

  protected vex(encoding: Encoding, operands: Operands): void {
    const { map, prefix, opcode, wide = 0, scalar = false, half = false } = encoding
    const { register, source = 0, other, immediate } = operands
    const inMemory = typeof other !== 'number'
    checkVector(register, 16)
    checkVector(source, 16)
    if (inMemory) this.checkMemory(other)
    else checkVector(other, 16)
    if (immediate !== undefined) checkRange(immediate, 255, 'immediate')
    if (operands.masking !== undefined) throw new RangeError('masking is for instructions on 512 bits')

    const index = inMemory ? indexBit(other) : 0
    const base = inMemory ? baseBit(other) : other >> 3
    const last = ((~source & 15) << 3) | (scalar || half ? 0 : 4) | prefix
    const high = (~(register >> 3) & 1) << 7
    if (index === 0 && base === 0 && map === 1 && wide === 0) {
      this.byte(0xc5)
      this.byte(high | last)
      this.byte(opcode)
    } else {
      const first = high | ((~index & 1) << 6) | ((~base & 1) << 5) | map
      this.word32(0xc4 | (first << 8) | (((wide << 7) | last) << 16) | (opcode << 24))
    }
    if (inMemory) this.modrmMemory(register, other)
    else this.modrmRegister(register, other)
    if (immediate !== undefined) this.immediate(immediate)
  }

  protected evex(encoding: Encoding, operands: Operands): void {
    const { map, prefix, opcode, wide = 0, scalar = false, half = false } = encoding
    const { register, source = 0, other, masking, broadcast = false, memoryBytes = 64, immediate } = operands
    const inMemory = typeof other !== 'number'
    checkVector(register, 32)
    checkVector(source, 32)
    if (inMemory) this.checkMemory(other)
    else checkVector(other, 32)
    if (immediate !== undefined) checkRange(immediate, 255, 'immediate')
    if (masking !== undefined) checkMasking(masking)

    const index = inMemory ? indexBit(other) : other >> 4
    const base = inMemory ? baseBit(other) : (other >> 3) & 1
    const first =
      ((~(register >> 3) & 1) << 7) | ((~index & 1) << 6) | ((~base & 1) << 5) | ((~(register >> 4) & 1) << 4) | map
    const second = (wide << 7) | ((~source & 15) << 3) | 4 | prefix
    const third =
      (masking?.zeroing ? 1 << 7 : 0) |
      (scalar ? 0 : half ? 1 << 5 : 2 << 5) |
      (broadcast ? 1 << 4 : 0) |
      ((~(source >> 4) & 1) << 3) |
      (masking?.mask ?? 0)
    this.word32(0x62 | (first << 8) | (second << 16) | (third << 24))
    this.byte(opcode)
    if (inMemory) this.modrmMemory(register, other, memoryBytes)
    else this.modrmRegister(register, other)
    if (immediate !== undefined) this.immediate(immediate)
  }
}

function checkMasking({ mask }: Masking): void {
  checkMaskRegister(mask)
  if (mask === 0) throw new RangeError('k0 as a mask would mean no mask: use k1 to k7, or no masking')
}
