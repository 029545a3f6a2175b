/**
 * Machine code as text. GNU objdump reads it, so that what is shown does not depend on what wrote the code.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { roundUp } from '../../src/backends/x64/assembler/constants.js'

export interface Instruction {
  /** Bytes from the start of the code. */
  readonly address: number
  /** Intel syntax, `vmovups ymm0,YMMWORD PTR [rdi+0x20]`; constants as `[constants+0x40]`. */
  readonly text: string
}

const OPTIONS = '-D -z -b binary -m i386:x86-64 -M intel --no-show-raw-insn'.split(' ')

/**
 * The instructions of x86-64 code.
 *
 * @param code what the assembler finished, with its constants
 * @param length bytes of the code without the constants: the assembler's `position`
 * @returns null when GNU objdump is not installed
 */
export function instructions(code: Uint8Array, length: number): Instruction[] | null {
  const listing = objdump(code.subarray(0, length))
  if (listing === null) return null
  const constants = roundUp(length)
  return [...listing.matchAll(/^ *([0-9a-f]+):\t(.*)$/gm)].map(([, address, text]) => ({
    address: Number.parseInt(address!, 16),
    text: text!
      .replace(/ +/g, ' ')
      .replace(/\[rip[+-]0x[0-9a-f]+\](.*) # (0x[0-9a-f]+)$/, (relative, rest: string, target: string) => {
        const offset = Number(target) - constants
        return offset < 0 ? relative : `[constants+0x${offset.toString(16)}]${rest}`
      })
      .trimEnd(),
  }))
}

/**
 * x86-64 code as lines of text, without addresses: jumps lead to labels, `L1:` and so on from the top.
 *
 * Arguments and result as for {@link instructions}.
 */
export function disassemble(code: Uint8Array, length: number): string | null {
  const list = instructions(code, length)
  if (list === null) return null
  const places = new Set([...list.map(({ address }) => address), length])
  const target = (text: string) => {
    const address = Number(/^(?:j\w+|call) (0x[0-9a-f]+)$/.exec(text)?.[1] ?? Number.NaN)
    // a jump into the middle of an instruction stays a number: it is a mistake that should be seen
    return places.has(address) ? address : null
  }
  const targets = list.map(({ text }) => target(text)).filter(address => address !== null)
  const labels = new Map([...new Set(targets)].sort((a, b) => a - b).map((address, i) => [address, `L${i + 1}`]))
  const lines: string[] = []
  for (const { address, text } of [...list, { address: length, text: '' }]) {
    if (labels.has(address)) lines.push(`${labels.get(address)}:`)
    const to = target(text)
    lines.push(`  ${to === null ? text : `${text.split(' ')[0]} ${labels.get(to)}`}`)
  }
  return lines.join('\n').trimEnd()
}

/** What objdump prints, or null where there is none (macOS calls LLVM's program by this name, which reads no raw code). */
function objdump(code: Uint8Array): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'convforge-'))
  try {
    const file = join(folder, 'code')
    writeFileSync(file, code)
    const { status, stdout, stderr, error } = run([...OPTIONS, file])
    if (status === 0) return stdout
    if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null
    if (!run(['--version']).stdout?.includes('GNU')) return null
    throw new Error(`objdump failed: ${error?.message ?? stderr}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const run = (args: readonly string[]) =>
  spawnSync('objdump', args, { encoding: 'utf8', maxBuffer: 2 ** 30, env: { ...process.env, LC_ALL: 'C' } })
