// A row of the tables: a call of the assembler and the instruction that it must give.
import { Assembler } from '../../../src/backends/x64/assembler/index.js'
import { instructions } from '../disassemble.js'
import { CONSTANTS } from './operands.js'

type Method = {
  [Name in keyof Assembler]: Assembler[Name] extends (...args: never[]) => void ? Name : never
}[keyof Assembler]

export interface Instruction {
  readonly method: Method
  readonly args: readonly unknown[]
  readonly text: string
}

export const instruction = <Name extends Method>(
  method: Name,
  args: Parameters<Assembler[Name]>,
  text: string,
): Instruction => ({ method, args, text })

/** All calls in one piece of code, and those whose instruction or length is another; at most ten. */
export function differences(rows: readonly Instruction[]): string[] {
  const assembler = new Assembler()
  for (const bytes of CONSTANTS) assembler.constant(bytes)
  const starts = rows.map(({ method, args }) => {
    const { position } = assembler
    Reflect.apply(assembler[method], assembler, args)
    return position
  })
  const length = assembler.position
  const found = new Map(instructions(assembler.finish(), length).map(({ address, text }) => [address, text]))
  const wrong = rows.flatMap(({ method, args, text }, i) => {
    const actual = found.get(starts[i]!)
    return actual === text
      ? []
      : [`${method}(${JSON.stringify(args).slice(1, -1)}): '${text}' expected, '${actual}' found`]
  })
  // an instruction that objdump found where no call began
  if (found.size !== rows.length) wrong.push(`${rows.length} instructions expected, ${found.size} found`)
  return wrong.slice(0, 10)
}
