// Disassembly for tests. Without GNU objdump they are skipped and say so; in CI they fail.
import type { TestContext } from 'vitest'
import * as explain from '../../cli/explain/disassemble.js'

const MISSING = 'GNU objdump is missing (Debian, Ubuntu: apt-get install binutils)'

let installed: boolean | null = null

/** To call at the start of each test that disassembles. */
export function needObjdump(context: TestContext): void {
  installed ??= explain.instructions(Uint8Array.of(0xc3), 1) !== null
  if (installed) return
  if (process.env['CI'] === 'true') throw new Error(MISSING)
  context.skip(MISSING)
}

function found<T>(result: T | null): T {
  if (result === null) throw new Error(MISSING)
  return result
}

/**
 * Code as lines of text without addresses, fit for snapshots: `L1:` where jumps lead to, `[constants+0x40]` for constants.
 *
 * @param length bytes of the code without its constants: the assembler's `position`
 */
export const disassemble = (code: Uint8Array, length: number) => found(explain.disassemble(code, length))

/** The same as a list, with addresses. */
export const instructions = (code: Uint8Array, length: number) => found(explain.instructions(code, length))
