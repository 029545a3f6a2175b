/**
 * The most that this machine's processor can do.
 */
import { instructionSet, fmaPeak as measure, unavailable } from '../src/backends/x64/runtime/index.js'

/**
 * Floating point operations per second of one core in a loop of nothing but fused multiply-adds on registers, measured
 * now; `null` where no machine code can run. Plain TypeScript has no such instruction.
 */
export function fmaPeak(): number | null {
  if (unavailable() !== null) return null
  const best = instructionSet()
  return best === null ? null : measure(best) * 1e9
}
