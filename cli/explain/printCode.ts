import type { backends } from '../../src/index.js'
import { CliError } from '../error.js'
import { disassemble } from './disassemble.js'

export const OBJDUMP_MISSING =
  'GNU objdump, which --asm reads the code with, is missing (Debian, Ubuntu: apt-get install binutils)'

/** The machine code of a plan, kernel by kernel, or a sentence where it has none. */
export function printCode({ chosen, problem }: backends.ConvPlan): string {
  const kernels = chosen.code?.(problem)
  if (kernels === undefined) return `${chosen.name} emits no machine code\n`
  if (kernels.length === 0) return `${chosen.name} emits no machine code for this layer: there is nothing to compute\n`
  const texts = kernels.map(({ name, bytes, length }, i) => {
    const listing = disassemble(bytes, length)
    if (listing === null) throw new CliError(OBJDUMP_MISSING, 1)
    return `kernel ${i + 1} of ${kernels.length}: ${name}, ${length} bytes of instructions, ${bytes.length} with constants\n${listing}\n`
  })
  return texts.join('\n')
}
