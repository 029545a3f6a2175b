// Operands that the tables of instructions go through.
import type { Memory } from '../../../src/backends/x64/assembler/index.js'

const range = (count: number) => Array.from({ length: count }, (_, i) => i)

export const GENERAL = range(16)
export const VECTORS = { 256: range(16), 512: range(32) } as const

/** Bytes of the constants that stand behind the code in every batch, at the offsets 0, 64, 128 and 256. */
export const CONSTANTS = [4, 64, 100, 32].map((length, i) => new Uint8Array(length).fill(17 * i + 1))

const CONSTANT_ADDRESSES: Memory[] = [0, 64, 68, 128, 224, 256].map(constant => ({ constant }))

// around the limits of one byte, also when it counts units of 4, 8, 32 and 64, and no multiples of those
const DISPLACEMENTS = [
  ...[0, 1, -1, 2, 4, -4, 8, -8, 12, 32, -32, 60, 64, -64, 68, 96, 127, 128, -127, -128, -129],
  ...[508, 510, 512, -512, -516, 1016, 1020, 1024, -1024, -1032, 4064, 4096, -4096, -4128],
  ...[8128, 8132, 8192, -8192, -8256, 0x12345678, -0x12345678, 2 ** 31 - 1, -(2 ** 31)],
]

const INDICES = GENERAL.filter(index => index !== 4)
const SCALES = [1, 2, 4, 8] as const

/** Every base with every displacement and with every index. */
export const ALL_ADDRESSES: Memory[] = [
  ...CONSTANT_ADDRESSES,
  ...GENERAL.flatMap(base => [{ base }, ...DISPLACEMENTS.map(displacement => ({ base, displacement }))]),
  ...GENERAL.flatMap(base =>
    INDICES.flatMap(index =>
      SCALES.flatMap(scale => [0, -24, 0x4321].map(displacement => ({ base, index, scale, displacement }))),
    ),
  ),
  ...GENERAL.flatMap(base => DISPLACEMENTS.map(displacement => ({ base, index: 15 - (base % 8), displacement }))),
]

/** One of each kind. */
export const SOME_ADDRESSES: Memory[] = [
  { constant: 0 },
  { constant: 64 },
  ...[0, 4, 5, 8, 12, 13].map(base => ({ base })),
  { base: 3, displacement: 64 },
  { base: 4, displacement: 256 },
  { base: 12, displacement: -4 },
  { base: 6, index: 1, scale: 4 },
  { base: 13, index: 5, scale: 8 },
  { base: 4, index: 9, scale: 2, displacement: -128 },
  { base: 10, index: 12, displacement: 0x1000 },
]

/** Every register in every place, in combinations without a pattern: the steps have no factor in common with 16 or 32. */
export const mixed = <T extends readonly number[]>(registers: T) =>
  registers.flatMap(n =>
    [0, 1, 2].map(i => {
      const pick = (step: number, start: number) => registers[(n * step + start + i) % registers.length]!
      return [pick(1, 0), pick(7, 3), pick(13, 6), pick(5, 11)] as const
    }),
  )
