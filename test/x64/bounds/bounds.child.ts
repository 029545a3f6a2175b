/**
 * Runs random programs on memory that traps where it ends. Parameters: instruction set, kernel, seed, first case, number
 * of cases, and the file that always holds the text of the running case. Prints how many cases there were, and the
 * functions that wrote their kernels.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { compile } from '../../../src/backends/x64/compile.js'
import { machineShape } from '../../../src/backends/x64/machine.js'
import type { InstructionSet } from '../../../src/backends/x64/runtime/index.js'
import { manualSeed } from '../../../src/index.js'
import { ProgramBuilder } from '../../../src/kernel/programBuilder.js'
import { type CaseTarget, checkResult, resultOf } from '../../kernel/cases/case.js'
import { type Kernel, randomCase } from '../../kernel/cases/cases.js'
import { generator } from '../../property/support/numbers.js'
import type { Side } from './guarded.js'
import { install } from './runGuarded.js'
import { VECTOR_KERNELS, type VectorKernel, vectorCase } from './vectorCases.js'

const [instructionSet, kernel, seed, first, count, progress] = process.argv.slice(2) as [
  InstructionSet,
  Kernel | VectorKernel,
  string,
  string,
  string,
  string,
]

const file = openSync(progress, 'w')
process.env.CONVFORGE_ISA = instructionSet

const target: CaseTarget = {
  name: instructionSet,
  machine: precision => machineShape(precision, instructionSet),
  run: (program, precision, operands) => compile(program, precision, instructionSet)(operands, false),
}

/** The functions that wrote kernels, by their names. */
const writers = new Set<string>()
const { kernel: collect } = ProgramBuilder.prototype
ProgramBuilder.prototype.kernel = function (key, write) {
  writers.add(/write[A-Za-z]+/.exec(String(write))![0])
  return collect.call(this, key, write)
}

/** Runs a case with its arrays ending, and then beginning, at a page that traps; `null` where there is nothing to compute. */
type Guarded = { readonly text: string; run(side: Side): unknown } | null

function programCase(next: () => number, own: Kernel): Guarded {
  const one = randomCase(next, target, own)
  if (one === null) return null
  const run = install(one.program, one.precision, instructionSet)
  return {
    text: one.text,
    run(side) {
      checkResult(one, run(one.operands, side, next, one.order && [...one.order])[resultOf(one)]!.buffer)
    },
  }
}

const isVector = (own: string): own is VectorKernel => (VECTOR_KERNELS as readonly string[]).includes(own)

let served = 0
for (let i = Number(first); i < Number(first) + Number(count); i++) {
  const next = generator(Number(seed) + 7919 * i)
  manualSeed(Number(seed) + i)
  const one = isVector(kernel) ? vectorCase(next, kernel) : programCase(next, kernel)
  if (one === null) continue
  const ran = (['behind', 'before'] as const).map(side => {
    const text = `case ${i}, ${side}: ${one.text}`
    writeSync(file, text.padEnd(1000), 0)
    try {
      return one.run(side)
    } catch (error) {
      throw new Error(`${text}: ${(error as Error).message}`)
    }
  })
  // a vector operation that was left to loops has run no program
  if (!ran.includes(0)) served++
}
closeSync(file)
console.log(JSON.stringify({ served, writers: [...writers] }))
