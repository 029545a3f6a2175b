// What objdump is expected to print for operands. Knows nothing of how they are encoded.
import type { Memory } from '../../../src/backends/x64/assembler/index.js'

const OLD = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di']

export const r64 = (n: number) => (n < 8 ? `r${OLD[n]}` : `r${n}`)
export const r32 = (n: number) => (n < 8 ? `e${OLD[n]}` : `r${n}d`)
export const vector = (width: 128 | 256 | 512, n: number) => `${{ 128: 'xmm', 256: 'ymm', 512: 'zmm' }[width]}${n}`

/** A number as printed behind a plus or minus. */
const signed = (value: number) => `${value < 0 ? '-' : '+'}0x${Math.abs(value).toString(16)}`

/** A number as printed for an immediate: two's complement of 64 bits. */
export const immediate = (value: number) => `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`

/** The part in brackets. */
export function address(memory: Memory): string {
  if ('constant' in memory) return `[constants+0x${memory.constant.toString(16)}]`
  const { base, index, scale = 1, displacement = 0 } = memory
  const product = index === undefined ? '' : `+${r64(index)}*${scale}`
  // rbp and r13 always come with a displacement
  const distance = displacement !== 0 || base === 5 || base === 13 ? signed(displacement) : ''
  return `[${r64(base)}${product}${distance}]`
}

type Size = 'BYTE' | 'DWORD' | 'QWORD' | 'XMMWORD' | 'YMMWORD' | 'ZMMWORD'

export const memory = (size: Size, operand: Memory) => `${size} PTR ${address(operand)}`

/** One element of memory that the instruction repeats. */
export const repeated = (size: Size, operand: Memory) => `${size} BCST ${address(operand)}`
