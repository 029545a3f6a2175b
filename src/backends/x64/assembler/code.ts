/**
 * Bytes of machine code under construction: labels, jumps, operands in memory and the constants that follow the code.
 *
 * @module
 */
import { checkAddress } from './checks.js'
import { ConstantPool, roundUp } from './constants.js'
import type { ConstantAddress, Memory } from './registers.js'

/** A place in the code that jumps lead to; bound once, before or after them. */
export class Label {
  position = -1
  /** Where 32-bit distances to this label stand that are not known yet. */
  readonly references: number[] = []
  /** The code it is part of. */
  owner: Code | null = null
}

/** The longest no-operations of each length that Intel's manual recommends (SDM volume 2, NOP). */
const NO_OPERATIONS: readonly (readonly number[])[] = [
  [],
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
]

/** The code runs at multiples of this many bytes, so no finer alignment can be kept. */
const CODE_ALIGNMENT = 64

/** Grows a program byte by byte. The instruction sets are in the classes that extend this one. */
export class Code {
  private bytes = new Uint8Array(4096)
  private length = 0
  private readonly constants = new ConstantPool()
  /** Labels with jumps to them that are not bound yet. */
  private readonly unbound = new Set<Label>()

  /** How many bytes have been written. */
  get position(): number {
    return this.length
  }

  protected byte(value: number): void {
    if (this.length === this.bytes.length) this.grow()
    this.bytes[this.length++] = value
  }

  protected word32(value: number): void {
    if (this.length + 4 > this.bytes.length) this.grow()
    this.patch32(this.length, value)
    this.length += 4
  }

  /** Up to three bytes of an opcode, as the manual writes them: 0x0faf is 0F AF. */
  protected opcode(code: number): void {
    if (code > 0xffff) this.byte(code >> 16)
    if (code > 0xff) this.byte((code >> 8) & 255)
    this.byte(code & 255)
  }

  private grow(): void {
    const larger = new Uint8Array(2 * this.bytes.length)
    larger.set(this.bytes)
    this.bytes = larger
  }

  private patch32(at: number, value: number): void {
    const { bytes } = this
    bytes[at] = value & 255
    bytes[at + 1] = (value >> 8) & 255
    bytes[at + 2] = (value >> 16) & 255
    bytes[at + 3] = (value >> 24) & 255
  }

  private own(label: Label): void {
    label.owner ??= this
    if (label.owner !== this) throw new Error('this label is part of other code: make one for each assembler')
  }

  /** The address of a label is here. */
  bind(label: Label): Label {
    this.own(label)
    if (label.position >= 0) throw new Error('a label has one place')
    label.position = this.length
    for (const at of label.references) this.patch32(at, label.position - (at + 4))
    this.unbound.delete(label)
    return label
  }

  /** A label bound here. */
  here(): Label {
    return this.bind(new Label())
  }

  /** An opcode and the 32-bit distance from behind both to the label. */
  protected opcodeTowards(code: number, label: Label): void {
    this.own(label)
    this.opcode(code)
    const at = this.length
    this.word32(label.position < 0 ? 0 : label.position - (at + 4))
    if (label.position >= 0) return
    label.references.push(at)
    this.unbound.add(label)
  }

  /** Fills with no-operations up to a multiple of `boundary` bytes, a power of two up to 64. */
  align(boundary: number): void {
    if (!(boundary >= 1 && CODE_ALIGNMENT % boundary === 0)) {
      throw new RangeError(`align(): ${boundary} is not a power of two up to ${CODE_ALIGNMENT}`)
    }
    let missing = (boundary - (this.length % boundary)) % boundary
    while (missing > 0) {
      const step = Math.min(missing, NO_OPERATIONS.length - 1)
      for (const byte of NO_OPERATIONS[step]!) this.byte(byte)
      missing -= step
    }
  }

  /** A place for these bytes, a multiple of 4, behind the code; equal constants share it. */
  constant(bytes: Uint8Array): ConstantAddress {
    return this.constants.add(bytes)
  }

  /** Refuses memory that no instruction can name; to call before the first byte of one. */
  protected checkMemory(memory: Memory): void {
    if ('constant' in memory) this.constants.check(memory.constant)
    else checkAddress(memory)
  }

  /**
   * The ModRM byte, SIB byte and displacement of an operand in memory (SDM volume 2, chapter 2).
   *
   * @param unit EVEX counts a short displacement in units of this many bytes; 1 elsewhere
   */
  protected modrmMemory(register: number, memory: Memory, unit = 1): void {
    const field = (register & 7) << 3
    if ('constant' in memory) {
      this.byte(field | 5)
      this.constants.refer(this.length, memory.constant)
      this.word32(0)
      return
    }
    const { base, index } = memory
    const displacement = memory.displacement ?? 0
    const short = displacement / unit
    let mode = 2 << 6
    // rbp and r13 as a base without displacement would mean something else
    if (displacement === 0 && (base & 7) !== 5) mode = 0
    else if ((short | 0) === short && short >= -128 && short <= 127) mode = 1 << 6
    if (index !== undefined) {
      this.byte(mode | field | 4)
      this.byte((Math.log2(memory.scale ?? 1) << 6) | ((index & 7) << 3) | (base & 7))
    } else {
      this.byte(mode | field | (base & 7))
      // rsp and r12 as a base need a SIB byte with no index
      if ((base & 7) === 4) this.byte(0x24)
    }
    if (mode === 1 << 6) this.byte(short & 255)
    else if (mode !== 0) this.word32(displacement)
  }

  protected modrmRegister(register: number, other: number): void {
    this.byte(0xc0 | ((register & 7) << 3) | (other & 7))
  }

  /** An immediate byte behind an operand, which may be a constant: its distance counts from behind the immediate. */
  protected immediate(value: number): void {
    this.constants.extend(this.length)
    this.byte(value)
  }

  /** The finished code, with its constants. It runs at any address that is a multiple of 64. */
  finish(): Uint8Array {
    if (this.unbound.size > 0) {
      throw new Error(`finish(): number of labels that jumps lead to and that are not bound: ${this.unbound.size}`)
    }
    const start = roundUp(this.length)
    const all = new Uint8Array(start + this.constants.length)
    all.set(this.bytes.subarray(0, this.length))
    this.constants.place(all, start)
    return all
  }
}

/** Bit 3 of the number of the index, which a prefix carries. */
export function indexBit(memory: Memory): number {
  return 'constant' in memory ? 0 : (memory.index ?? 0) >> 3
}

/** Bit 3 of the number of the base, which a prefix carries. */
export function baseBit(memory: Memory): number {
  return 'constant' in memory ? 0 : memory.base >> 3
}
