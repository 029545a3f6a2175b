/**
 * What machine code needs to run: memory, the processor's abilities, and threads.
 *
 * @module
 */

import { addressOf } from './addresses.js'
import { cpu } from './cpu.js'
import { installCode } from './memory.js'
import { loadNative } from './native.js'

export * as abi from './abi.js'
export { addressOf } from './addresses.js'
export { cpu, type InstructionSet, instructionSet } from './cpu.js'
export { prepareMemory } from './heap.js'
export { CodeBlock, installCode, NativeBlock } from './memory.js'
export { fmaPeak } from './peak.js'
export { Program } from './program.js'

let probed: string | null | undefined

/** `null` if machine code can run here, else a sentence that says why not. */
export function unavailable(): string | null {
  if (probed === undefined) probed = probe()
  return probed
}

function probe(): string | null {
  const native = loadNative()
  if (typeof native === 'string') return native
  try {
    // mov dword [rdi], 42; ret: executable memory is granted, and what is written there runs
    const block = installCode(new Uint8Array([0xc7, 0x07, 42, 0, 0, 0, 0xc3]))
    const answer = new Int32Array(1)
    native.procedure(block.address, 1)(addressOf(answer))
    if (answer[0] !== 42) return 'machine code gives wrong answers here'
    const { avx2, fma, vendor } = cpu()
    if (!avx2 || !fma) return `needs a processor with AVX2 and FMA, one of which this one (${vendor}) lacks`
    return null
  } catch (error) {
    return (error as Error).message
  }
}
