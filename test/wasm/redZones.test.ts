/**
 * No kernel reads or writes beyond the memory it is given: around each of its buffers are bytes that must stay as they are,
 * and one of them lies at the very end of the memory, where every access beyond it traps. Messages name the case;
 * `CONVFORGE_SEED` repeats it.
 */
import { describe, expect, test } from 'vitest'
import { emitModule } from '../../src/backends/wasm/emit.js'
import { type Engine, probeEngine } from '../../src/backends/wasm/engine.js'
import { machineShape } from '../../src/backends/wasm/machine.js'
import { memoryImport } from '../../src/backends/wasm/runtime/arena.js'
import { Code } from '../../src/backends/wasm/runtime/code.js'
import { Program } from '../../src/backends/wasm/runtime/program.js'
import { integer, type Random } from '../differential/support/specs.js'
import { type Case, type CaseTarget, checkResult, resultOf } from '../kernel/cases/case.js'
import { KERNELS, leastServed, randomCase } from '../kernel/cases/cases.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'

const CASES = 75

/** Bytes between buffers, of which all bits are set: as numbers they are NaN. */
const RED = 256
const PAGE = 65536

interface Region {
  readonly name: string
  readonly content: Uint8Array
  readonly written: boolean
  address: number
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)

/** Puts buffers into a memory that ends where one of them does. */
function layOut(buffers: readonly Region[], last: Region): WebAssembly.Memory {
  let at = RED
  for (const own of [...buffers.filter(other => other !== last), last]) {
    own.address = at
    at += own.content.length + RED
  }
  const pages = Math.ceil(at / PAGE)
  last.address = pages * PAGE - last.content.length
  const memory = new WebAssembly.Memory({ initial: pages })
  const bytes = new Uint8Array(memory.buffer).fill(255)
  for (const { content, address } of buffers) bytes.set(content, address)
  return memory
}

/** Throws where anything but the buffers that may be written to has changed. */
function check(memory: WebAssembly.Memory, buffers: readonly Region[]): void {
  const bytes = new Uint8Array(memory.buffer)
  for (const { name, content, written, address } of buffers) {
    const own = bytes.subarray(address, address + content.length)
    if (!written && own.some((byte, i) => byte !== content[i])) throw new Error(`the ${name} was written to`)
    own.fill(255)
  }
  const at = bytes.findIndex(byte => byte !== 255)
  if (at < 0) return
  const near = buffers.map(({ name, content, address }) => `${name} ${address}..${address + content.length}`)
  throw new Error(`byte ${at} was written to, near ${near.join(', ')}`)
}

function runCase(one: Case, engine: Engine, next: Random): void {
  const { program, precision, operands, order = [...operands.keys()] } = one
  const buffer = (name: string, content: ArrayBufferView, written = false): Region => {
    return { name, content: bytesOf(content), written, address: 0 }
  }
  const tensors = operands.map(({ name, content, written }) => buffer(name, content, written))
  const tables = buffer('tables', program.tables)
  const args = buffer('arguments', new Int32Array(2 * (2 + tensors.length)))
  const record = buffer('record', new Int32Array(16))
  // only its first bytes may be read before they are written
  const scratch = buffer('scratch', new Uint8Array(Math.max(64, program.scratchBytes)).fill(255), true)
  const all = [...tensors, tables, args, record, scratch]
  const memory = layOut(all, all[integer(next, 0, all.length - 1)]!)
  const slots = [1, tables.address, ...order.map(i => tensors[i]!.address)]
  for (const [i, value] of slots.entries()) new Int32Array(args.content.buffer)[2 * i] = value
  const bytes = new Uint8Array(memory.buffer)
  bytes.set(args.content, args.address)
  const module = new WebAssembly.Module(emitModule(program, precision, engine, {}))
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  for (const tasks of program.phases) {
    for (const { kernel, parameters } of tasks) {
      const words = new Int32Array(record.content.buffer)
      for (const [i, value] of [kernel, ...parameters].entries()) words[2 * i] = value
      bytes.set(record.content, record.address)
      ;(exports[kernel] as (...addresses: number[]) => void)(args.address, record.address, scratch.address)
    }
  }
  const { address, content } = tensors[resultOf(one)]!
  checkResult(one, bytes.slice(address, address + content.length).buffer)
  check(memory, all)
}

const targetOf = (name: string, engine: Engine): CaseTarget => ({
  name,
  machine: precision => machineShape(precision, engine),
  run(program, precision, operands) {
    const code = new Code(emitModule(program, precision, engine, memoryImport()), program.kernels.length)
    new Program(program, code, { [operands.length - 1]: 'whole' }).run(operands, false)
  },
})

const here = probeEngine()
const engines: (readonly [string, Engine])[] =
  typeof here === 'string'
    ? []
    : [
        ['in order', { fma: here.fma, scheduling: 'inOrder' }],
        ['spilling', { fma: here.fma, scheduling: 'spilling' }],
        ['loads first', { fma: false, scheduling: 'loadsFirst' }],
      ]

test('there is an engine to test', () => expect(engines).not.toEqual([]))

describe.each(engines)(`%s (CONVFORGE_SEED=${SEED})`, (name, engine) => {
  test.each(KERNELS)(`%s stays within its memory, in ${CASES} cases`, kernel => {
    let served = 0
    for (let i = 0; i < CASES; i++) {
      const next = generator(SEED + 7919 * i)
      const one = randomCase(next, targetOf(name, engine), kernel)
      if (one === null) continue
      served++
      try {
        runCase(one, engine, next)
      } catch (error) {
        throw new Error(`case ${i}: ${one.text}: ${(error as Error).message}`)
      }
    }
    expect(served).toBeGreaterThan(leastServed(kernel) * CASES)
  })

  test('what is written beyond a buffer, and what is read beyond the memory, is found', () => {
    const buffers: Region[] = [0, 1].map(i => ({ name: `${i}`, content: new Uint8Array(8), written: true, address: 0 }))
    const memory = layOut(buffers, buffers[1]!)
    check(memory, buffers)
    const after = buffers[0]!.address + 8
    new Uint8Array(memory.buffer)[after] = 3
    expect(() => check(memory, buffers)).toThrow(`byte ${after} was written to`)
    expect(buffers[1]!.address + 8).toBe(memory.buffer.byteLength)
  })
})
