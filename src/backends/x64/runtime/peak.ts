/**
 * The most floating-point operations that one core can do: the measure that kernels are held against.
 *
 * @module
 */
import { Assembler, Register } from '../assembler/index.js'
import type { InstructionSet } from './cpu.js'
import { installCode } from './memory.js'
import { Program } from './program.js'

/** Enough independent sums to hide the latency of a fused multiply-add on two ports (4 cycles; 10 and more hide 5). */
const SUMS = { avx512: 24, avx2: 12 } as const

const ROUNDS = 200_000
const REPETITIONS = 9

/**
 * Measures the rate of fused multiply-adds on registers alone, in GFLOP/s (a multiply-add counts as two operations) of one
 * thread: the median of several runs of a few milliseconds each.
 *
 * @throws {RuntimeError} where machine code cannot run
 */
export function fmaPeak(instructionSet: InstructionSet): number {
  const sums = SUMS[instructionSet]
  const block = installCode(emitMultiplyAdds(instructionSet))
  const program = new Program([new BigInt64Array([BigInt(block.address), 0n, 0n, 0n, 0n, 0n, 0n, 0n])], {
    keep: [block],
  })
  const lanes = instructionSet === 'avx512' ? 16 : 8
  const operations = ROUNDS * sums * lanes * 2
  const rates: number[] = []
  // the first run lets the clock settle
  for (let repetition = -1; repetition < REPETITIONS; repetition++) {
    const start = performance.now()
    program.run([], false)
    const rate = operations / (performance.now() - start) / 1e6
    if (repetition >= 0) rates.push(rate)
  }
  return rates.sort((a, b) => a - b)[REPETITIONS >> 1]!
}

/** Sums of products of zeros: no result is slower than another, and nothing overflows. */
function emitMultiplyAdds(instructionSet: InstructionSet): Uint8Array {
  const width = instructionSet === 'avx512' ? 512 : 256
  const sums = SUMS[instructionSet]
  const code = new Assembler()
  for (let i = 0; i <= sums; i++) code.arithmetic('xor', width, 'float32', i, i, i)
  code.setImmediate(Register.rax, ROUNDS)
  code.align(64)
  const round = code.here()
  for (let i = 0; i < sums; i++) code.fused('multiplyAdd', width, 'float32', i, sums, sums)
  code.decrement(Register.rax)
  code.jumpIf('notEqual', round)
  code.zeroUpper()
  code.return()
  return code.finish()
}
