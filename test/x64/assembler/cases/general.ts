// The instructions on general registers, and what they are called by Intel.

import { type Instruction, instruction } from '../instruction.js'
import { address, immediate, memory, r32, r64 } from '../intel.js'
import { ALL_ADDRESSES, GENERAL, SOME_ADDRESSES } from '../operands.js'

const PAIRS = GENERAL.flatMap(a => GENERAL.map(b => [a, b] as const))
const WITH_MEMORY = SOME_ADDRESSES.flatMap(place => [0, 4, 7, 8, 13, 15].map(register => [place, register] as const))
const IMMEDIATES = [1, -1, 64, 127, 128, -128, -129, 1000, 2 ** 31 - 1, -(2 ** 31)]

const betweenRegisters: Instruction[] = PAIRS.flatMap(([a, b]) => [
  instruction('move', [a, b], `mov ${r64(a)},${r64(b)}`),
  instruction('move32', [a, b], `mov ${r32(a)},${r32(b)}`),
  instruction('add', [a, b], `add ${r64(a)},${r64(b)}`),
  instruction('subtract', [a, b], `sub ${r64(a)},${r64(b)}`),
  instruction('compare', [a, b], `cmp ${r64(a)},${r64(b)}`),
  instruction('multiply', [a, b], `imul ${r64(a)},${r64(b)}`),
])

const onOneRegister: Instruction[] = GENERAL.flatMap(n => [
  instruction('test', [n], `test ${r64(n)},${r64(n)}`),
  instruction('decrement', [n], `dec ${r64(n)}`),
  instruction('push', [n], `push ${r64(n)}`),
  instruction('pop', [n], `pop ${r64(n)}`),
  instruction('call', [n], `call ${r64(n)}`),
  ...[1, 2, 31, 32, 63].flatMap(bits => [
    instruction('shiftLeft', [n, bits], `shl ${r64(n)},${immediate(bits)}`),
    instruction('shiftRight', [n, bits], `shr ${r64(n)},${immediate(bits)}`),
  ]),
])

const withImmediates: Instruction[] = GENERAL.flatMap(n => [
  ...IMMEDIATES.flatMap(value => [
    instruction('addImmediate', [n, value], `add ${r64(n)},${immediate(value)}`),
    instruction('andImmediate', [n, value], `and ${r64(n)},${immediate(value)}`),
    instruction('compareImmediate', [n, value], `cmp ${r64(n)},${immediate(value)}`),
    instruction('multiplyImmediate', [n, 15 - n, value], `imul ${r64(n)},${r64(15 - n)},${immediate(value)}`),
  ]),
  instruction('andImmediate', [n, 0], `and ${r64(n)},0x0`),
  instruction('compareImmediate', [n, 0], `cmp ${r64(n)},0x0`),
  ...[0, 1, 255, 0x12345678, 2 ** 31, 2 ** 32 - 1].map(value =>
    instruction('setImmediate', [n, value], `mov ${r32(n)},${immediate(value)}`),
  ),
  ...[2 ** 32, 0x123456789abcd, Number.MAX_SAFE_INTEGER, -1, -(2 ** 31), -(2 ** 32) - 5, Number.MIN_SAFE_INTEGER].map(
    value => instruction('setImmediate', [n, value], `movabs ${r64(n)},${immediate(value)}`),
  ),
])

const onMemory: Instruction[] = WITH_MEMORY.flatMap(([place, n]) => {
  const [wide, narrow] = [memory('QWORD', place), memory('DWORD', place)]
  return [
    instruction('load', [n, place], `mov ${r64(n)},${wide}`),
    instruction('load32', [n, place], `mov ${r32(n)},${narrow}`),
    instruction('loadSigned32', [n, place], `movsxd ${r64(n)},${narrow}`),
    instruction('store', [place, n], `mov ${wide},${r64(n)}`),
    instruction('store32', [place, n], `mov ${narrow},${r32(n)}`),
    instruction('loadAddress', [n, place], `lea ${r64(n)},${address(place)}`),
    instruction('compareMemory', [n, place], `cmp ${r64(n)},${wide}`),
    instruction('decrementMemory', [place], `dec ${wide}`),
    instruction('exchangeAdd32', [place, n], `lock xadd ${narrow},${r32(n)}`),
    instruction('exchange', [place, n], `xchg ${wide},${r64(n)}`),
    instruction('exchange32', [place, n], `xchg ${narrow},${r32(n)}`),
    instruction('compareExchange', [place, n], `lock cmpxchg ${wide},${r64(n)}`),
    instruction('prefetch', [place], `prefetcht0 ${memory('BYTE', place)}`),
    instruction('prefetchForWriting', [place], `prefetchw ${memory('BYTE', place)}`),
  ]
})

const withoutOperands: Instruction[] = [
  instruction('return', [], 'ret'),
  instruction('pause', [], 'pause'),
  instruction('readTimestampAndProcessor', [], 'rdtscp'),
  instruction('readTimestamp', [], 'rdtsc'),
  instruction('syscall', [], 'syscall'),
  instruction('cpuid', [], 'cpuid'),
  instruction('xgetbv', [], 'xgetbv'),
]

export const GENERAL_INSTRUCTIONS = {
  'between general registers': betweenRegisters,
  'on one general register': onOneRegister,
  'with immediates': withImmediates,
  'on memory': onMemory,
  'without operands': withoutOperands,
  'with every address': ALL_ADDRESSES.map((place, i) => {
    const n = i % 16
    return instruction('load', [n, place], `mov ${r64(n)},${memory('QWORD', place)}`)
  }),
}
