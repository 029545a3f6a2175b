import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, type TestContext, test, vi } from 'vitest'
import * as explain from '../../cli/explain/disassemble.js'
import { Assembler, Label, Register } from '../../src/backends/x64/assembler/index.js'
import { disassemble, instructions, needObjdump } from './disassemble.js'

const RETURN = Uint8Array.of(0xc3)

test('a loop reads like one', context => {
  needObjdump(context)
  const { rdi, rsi, rcx } = Register
  const assembler = new Assembler()
  const factor = assembler.constant(new Uint8Array(64).fill(1))
  assembler.constant(new Uint8Array(128).fill(2))
  const end = new Label()
  assembler.compareImmediate(rcx, 0)
  assembler.jumpIf('lessOrEqual', end)
  assembler.align(16)
  const loop = assembler.here()
  assembler.loadVector(512, 'float32', 0, { base: rsi })
  assembler.arithmetic('multiply', 512, 'float32', 0, 0, factor)
  assembler.storeVector(512, 'float32', { base: rdi, displacement: 64 }, 0, { mask: 1 })
  assembler.decrement(rcx)
  assembler.jumpIf('notEqual', loop)
  assembler.bind(end)
  assembler.return()
  const code = assembler.finish()
  expect(disassemble(code, assembler.position)).toBe(
    `  cmp rcx,0x0
  jle L2
  nop WORD PTR [rax+rax*1+0x0]
L1:
  vmovups zmm0,ZMMWORD PTR [rsi]
  vmulps zmm0,zmm0,ZMMWORD PTR [constants+0x0]
  vmovups ZMMWORD PTR [rdi+0x40]{k1},zmm0
  dec rcx
  jne L1
L2:
  ret`,
  )
})

test('zeros and the end of the code are not passed over', context => {
  needObjdump(context)
  const zeros = new Uint8Array(64)
  expect(instructions(zeros, 64)).toHaveLength(32)
  expect(instructions(zeros, 6)).toEqual([0, 2, 4].map(address => ({ address, text: 'add BYTE PTR [rax],al' })))
})

test('a jump into the middle of an instruction stays a number', context => {
  needObjdump(context)
  // mov rax,rbx; jmp to its second byte
  const code = Uint8Array.of(0x48, 0x89, 0xd8, 0xeb, 0xfc)
  expect(disassemble(code, 5)).toBe('  mov rax,rbx\n  jmp 0x1')
})

describe('without GNU objdump', () => {
  const folders: string[] = []

  /** Makes this shell script the only program that can be found. */
  function onlyProgram(script: string | null): void {
    const folder = mkdtempSync(join(tmpdir(), 'convforge-test-'))
    folders.push(folder)
    if (script !== null) {
      writeFileSync(join(folder, 'objdump'), `#!/bin/sh\n${script}\n`)
      chmodSync(join(folder, 'objdump'), 0o755)
    }
    vi.stubEnv('PATH', folder)
  }

  afterEach(() => {
    vi.unstubAllEnvs()
    vi.resetModules()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  test('there is no text', () => {
    onlyProgram(null)
    expect(explain.disassemble(RETURN, 1)).toBeNull()
    expect(explain.instructions(RETURN, 1)).toBeNull()
    expect(() => disassemble(RETURN, 1)).toThrow('GNU objdump is missing (Debian, Ubuntu: apt-get install binutils)')
  })

  test("nor with another's program of that name", () => {
    onlyProgram('[ "$1" = --version ] && echo "LLVM version 17" && exit 0; echo "unknown argument -b" >&2; exit 1')
    expect(explain.disassemble(RETURN, 1)).toBeNull()
  })

  test('but a failure of GNU objdump is one', () => {
    onlyProgram('[ "$1" = --version ] && echo "GNU objdump" && exit 0; echo "out of paper" >&2; exit 1')
    expect(() => explain.disassemble(RETURN, 1)).toThrow('objdump failed: out of paper')
  })

  test('tests are skipped with a reason, and fail in CI', async () => {
    onlyProgram(null)
    const { needObjdump } = await import('./disassemble.js')
    const skip = vi.fn()
    const context = { skip } as unknown as TestContext
    vi.stubEnv('CI', '')
    needObjdump(context)
    expect(skip.mock.calls).toEqual([['GNU objdump is missing (Debian, Ubuntu: apt-get install binutils)']])
    vi.stubEnv('CI', 'true')
    expect(() => needObjdump(context)).toThrow('GNU objdump is missing')
  })
})
