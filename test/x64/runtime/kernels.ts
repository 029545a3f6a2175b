/**
 * Small kernels that tell tests what the pool did.
 */
import { Assembler, Label, Register } from '../../../src/backends/x64/assembler/index.js'
import { abi, type CodeBlock, installCode, Program } from '../../../src/backends/x64/runtime/index.js'

const { rax, rcx, r8, r9, r10, r11 } = Register
const [args, record, scratch] = abi.ARGUMENTS as [number, number, number]

const word = (base: number, index: number) => ({ base, displacement: 8 * index })

/** A record of eight words for a kernel. */
export function taskRecord(kernel: CodeBlock, ...parameters: number[]): BigInt64Array {
  const words = new BigInt64Array(8)
  words[0] = BigInt(kernel.address)
  for (const [i, parameter] of parameters.entries()) words[i + 1] = BigInt(parameter)
  return words
}

/** Records one after the other. */
export function phaseOf(records: readonly BigInt64Array[]): BigInt64Array {
  const words = new BigInt64Array(8 * records.length)
  for (const [i, words8] of records.entries()) words.set(words8, 8 * i)
  return words
}

/**
 * Parameters: chunk, delay (pauses), phase. Operands: counts[chunk] += 1; scratches[chunk] = the scratch address;
 * seen[chunk] = totals[phase], what the phase before has done; totals[phase + 1] += 1 (32-bit, scratches 64-bit).
 */
export function countingKernel(): CodeBlock {
  const code = new Assembler()
  const [counts, scratches, seen, totals] = [1, 2, 3, 4] as const
  const [chunk, delay, phase] = [1, 2, 3] as const
  const ready = new Label()
  code.load(rcx, word(record, chunk))
  code.load(r9, word(record, phase))
  code.load(r8, word(args, totals))
  code.load32(rax, { base: r8, index: r9, scale: 4 })
  code.load(r10, word(args, seen))
  code.store32({ base: r10, index: rcx, scale: 4 }, rax)
  code.load(r11, word(record, delay))
  code.test(r11)
  code.jumpIf('equal', ready)
  const wait = code.here()
  code.pause()
  code.decrement(r11)
  code.jumpIf('notEqual', wait)
  code.bind(ready)
  code.load(r10, word(args, scratches))
  code.store({ base: r10, index: rcx, scale: 8 }, scratch)
  code.load(r10, word(args, counts))
  code.setImmediate(rax, 1)
  code.exchangeAdd32({ base: r10, index: rcx, scale: 4 }, rax)
  code.setImmediate(rax, 1)
  code.exchangeAdd32({ base: r8, index: r9, scale: 4, displacement: 4 }, rax)
  code.return()
  return installCode(code.finish())
}

/** Copies the 64-bit word at its first operand to its second. */
export function copyingKernel(): CodeBlock {
  const code = new Assembler()
  code.load(r8, word(args, 1))
  code.load(r9, word(args, 2))
  code.load(rax, { base: r8 })
  code.store({ base: r9 }, rax)
  code.return()
  return installCode(code.finish())
}

/** Writes the serial number of the run to its first operand. */
export function serialKernel(): CodeBlock {
  const code = new Assembler()
  code.load(r8, word(args, 0))
  code.load(r9, word(args, 1))
  code.store({ base: r9 }, r8)
  code.return()
  return installCode(code.finish())
}

/** One call of a kernel. */
export function single(kernel: CodeBlock, ...parameters: number[]): Program {
  return new Program([taskRecord(kernel, ...parameters)], { keep: [kernel] })
}

/** A program of counting kernels, and the arrays that they write. */
export class Counting {
  readonly chunks: number
  readonly counts: Int32Array
  readonly scratches: BigInt64Array
  readonly seen: Int32Array
  readonly totals: Int32Array
  private readonly program: Program
  private runs = 0

  /** @param phases for each chunk of each phase, its delay in pauses */
  constructor(
    kernel: CodeBlock,
    private readonly phases: readonly (readonly number[])[],
    scratchBytes = 64,
  ) {
    let chunk = 0
    const records = phases.map((delays, phase) =>
      phaseOf(delays.map(delay => taskRecord(kernel, chunk++, delay, phase))),
    )
    this.chunks = chunk
    this.counts = new Int32Array(chunk)
    this.scratches = new BigInt64Array(chunk)
    this.seen = new Int32Array(chunk)
    this.totals = new Int32Array(phases.length + 1)
    this.program = new Program(records, { keep: [kernel], scratchBytes })
  }

  run(parallel = true): void {
    this.program.run([this.counts, this.scratches, this.seen, this.totals], parallel)
    this.runs++
  }

  /** What is wrong after the runs so far: a chunk not run once each time, or begun before the phase before it was done. */
  faults(): string[] {
    const faults: string[] = []
    let chunk = 0
    for (const [phase, delays] of this.phases.entries()) {
      const before = phase === 0 ? 0 : this.runs * this.phases[phase - 1]!.length
      for (let i = 0; i < delays.length; i++, chunk++) {
        if (this.counts[chunk] !== this.runs)
          faults.push(`chunk ${i} of phase ${phase}: ${this.counts[chunk]} runs of ${this.runs}`)
        if (this.seen[chunk] !== before)
          faults.push(`chunk ${i} of phase ${phase} began at ${this.seen[chunk]} of ${before}`)
      }
    }
    return faults
  }

  /** How many threads ran chunks of the last run. */
  threads(): number {
    return new Set(this.scratches).size
  }
}
