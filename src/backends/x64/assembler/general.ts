/**
 * The instructions on general registers that kernels and the thread pool need. 64 bits wide unless the name says 32.
 *
 * Encodings: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
 *
 * @module
 */
import { checkGeneral, checkRange, checkSigned32 } from './checks.js'
import { baseBit, Code, indexBit, type Label } from './code.js'
import type { General, Memory } from './registers.js'

/** What a jump asks of the last comparison; `below` and `above` compare unsigned. */
const CONDITIONS = {
  below: 0x2,
  aboveOrEqual: 0x3,
  equal: 0x4,
  notEqual: 0x5,
  belowOrEqual: 0x6,
  above: 0x7,
  negative: 0x8,
  less: 0xc,
  greaterOrEqual: 0xd,
  lessOrEqual: 0xe,
  greater: 0xf,
} as const

export type Condition = keyof typeof CONDITIONS

/** Group 1 of the arithmetic instructions: the extension of the opcode with an immediate. */
const ARITHMETIC = { add: 0, and: 4, cmp: 7 } as const

type Arithmetic = keyof typeof ARITHMETIC

const fitsByte = (value: number) => value >= -128 && value <= 127

export class GeneralAssembler extends Code {
  /** A REX prefix, if one is needed, and the opcode. */
  private start(wide: 0 | 1, opcode: number, register: number, index: number, base: number): void {
    const bits = (wide << 3) | ((register >> 3) << 2) | (index << 1) | base
    if (bits !== 0) this.byte(0x40 | bits)
    this.opcode(opcode)
  }

  private onMemory(wide: 0 | 1, opcode: number, register: number, memory: Memory): void {
    checkGeneral(register)
    this.checkMemory(memory)
    this.start(wide, opcode, register, indexBit(memory), baseBit(memory))
    this.modrmMemory(register, memory)
  }

  private onRegisters(wide: 0 | 1, opcode: number, register: number, rm: number): void {
    checkGeneral(register)
    checkGeneral(rm)
    this.start(wide, opcode, register, 0, rm >> 3)
    this.modrmRegister(register, rm)
  }

  /** to = value, a whole number of up to 53 bits, zero-extended if it has 32. */
  setImmediate(to: General, value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`setImmediate(): ${value} is not a whole number`)
    checkGeneral(to)
    if (value >= 0 && value < 2 ** 32) {
      this.start(0, 0xb8 | (to & 7), 0, 0, to >> 3)
      this.word32(value)
      return
    }
    this.start(1, 0xb8 | (to & 7), 0, 0, to >> 3)
    this.word32(value)
    this.word32(Math.floor(value / 2 ** 32))
  }

  move(to: General, from: General): void {
    this.onRegisters(1, 0x89, from, to)
  }

  /** The upper half of `to` becomes zero. */
  move32(to: General, from: General): void {
    this.onRegisters(0, 0x89, from, to)
  }

  load(to: General, from: Memory): void {
    this.onMemory(1, 0x8b, to, from)
  }

  load32(to: General, from: Memory): void {
    this.onMemory(0, 0x8b, to, from)
  }

  /** Sign-extended to 64 bits. */
  loadSigned32(to: General, from: Memory): void {
    this.onMemory(1, 0x63, to, from)
  }

  store(to: Memory, from: General): void {
    this.onMemory(1, 0x89, from, to)
  }

  store32(to: Memory, from: General): void {
    this.onMemory(0, 0x89, from, to)
  }

  /** The address itself. */
  loadAddress(to: General, of: Memory): void {
    this.onMemory(1, 0x8d, to, of)
  }

  private withImmediate(operation: Arithmetic, to: General, value: number): void {
    checkSigned32(value, 'immediate')
    this.onRegisters(1, fitsByte(value) ? 0x83 : 0x81, ARITHMETIC[operation], to)
    if (fitsByte(value)) this.byte(value & 255)
    else this.word32(value)
  }

  addImmediate(to: General, value: number): void {
    if (value !== 0) this.withImmediate('add', to, value)
  }

  andImmediate(to: General, value: number): void {
    this.withImmediate('and', to, value)
  }

  compareImmediate(a: General, value: number): void {
    this.withImmediate('cmp', a, value)
  }

  add(to: General, other: General): void {
    this.onRegisters(1, 0x01, other, to)
  }

  subtract(to: General, other: General): void {
    this.onRegisters(1, 0x29, other, to)
  }

  compare(a: General, b: General): void {
    this.onRegisters(1, 0x39, b, a)
  }

  /** Compares a register with a number in memory. */
  compareMemory(a: General, b: Memory): void {
    this.onMemory(1, 0x3b, a, b)
  }

  /** Sets the flags by `a & a`. */
  test(a: General): void {
    this.onRegisters(1, 0x85, a, a)
  }

  multiply(to: General, other: General): void {
    this.onRegisters(1, 0x0faf, to, other)
  }

  multiplyImmediate(to: General, from: General, factor: number): void {
    checkSigned32(factor, 'factor')
    this.onRegisters(1, 0x69, to, from)
    this.word32(factor)
  }

  shiftLeft(to: General, bits: number): void {
    checkRange(bits, 63, 'shift')
    this.onRegisters(1, 0xc1, 4, to)
    this.byte(bits)
  }

  /** Zeros come in from the left. */
  shiftRight(to: General, bits: number): void {
    checkRange(bits, 63, 'shift')
    this.onRegisters(1, 0xc1, 5, to)
    this.byte(bits)
  }

  decrement(to: General): void {
    this.onRegisters(1, 0xff, 1, to)
  }

  decrementMemory(to: Memory): void {
    this.onMemory(1, 0xff, 1, to)
  }

  push(from: General): void {
    checkGeneral(from)
    this.start(0, 0x50 | (from & 7), 0, 0, from >> 3)
  }

  pop(to: General): void {
    checkGeneral(to)
    this.start(0, 0x58 | (to & 7), 0, 0, to >> 3)
  }

  jump(to: Label): void {
    this.opcodeTowards(0xe9, to)
  }

  jumpIf(condition: Condition, to: Label): void {
    this.opcodeTowards(0x0f80 | CONDITIONS[condition], to)
  }

  call(target: General): void {
    this.onRegisters(0, 0xff, 2, target)
  }

  return(): void {
    this.byte(0xc3)
  }

  /** Tells the processor that this is a waiting loop. */
  pause(): void {
    this.opcode(0xf390)
  }

  /** Reads the timestamp counter into edx:eax, and into ecx the number that the system has given the processor. */
  readTimestampAndProcessor(): void {
    this.opcode(0x0f01f9)
  }

  /** Reads the timestamp counter into edx:eax. */
  readTimestamp(): void {
    this.opcode(0x0f31)
  }

  syscall(): void {
    this.opcode(0x0f05)
  }

  cpuid(): void {
    this.opcode(0x0fa2)
  }

  /** Reads the extended control register ecx into edx:eax. */
  xgetbv(): void {
    this.opcode(0x0f01d0)
  }

  /** `memory += from`, atomically; `from` becomes what was there. */
  exchangeAdd32(memory: Memory, from: General): void {
    this.byte(0xf0)
    this.onMemory(0, 0x0fc1, from, memory)
  }

  /** Swaps, atomically and as a full memory barrier. */
  exchange(memory: Memory, from: General): void {
    this.onMemory(1, 0x87, from, memory)
  }

  exchange32(memory: Memory, from: General): void {
    this.onMemory(0, 0x87, from, memory)
  }

  /** If memory equals rax it becomes `from` (equal), else rax becomes what is there (notEqual); atomically. */
  compareExchange(memory: Memory, from: General): void {
    this.byte(0xf0)
    this.onMemory(1, 0x0fb1, from, memory)
  }

  /** Fetches the cache line into the first-level cache. */
  prefetch(memory: Memory): void {
    this.onMemory(0, 0x0f18, 1, memory)
  }

  /** Fetches the cache line to be written to. Processors that cannot do nothing. */
  prefetchForWriting(memory: Memory): void {
    this.onMemory(0, 0x0f0d, 1, memory)
  }
}
