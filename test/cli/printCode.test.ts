import { afterEach, describe, expect, type TestContext, test, vi } from 'vitest'
import { explain } from '../../cli/commands/explain.js'
import { CliError } from '../../cli/error.js'
import { parseLayer } from '../../cli/explain/parseLayer.js'
import { OBJDUMP_MISSING, printCode } from '../../cli/explain/printCode.js'
import { planLayer } from '../../cli/explain/printLayer.js'
import { unavailable } from '../../src/backends/x64/runtime/index.js'
import { backends } from '../../src/index.js'
import { needObjdump } from '../x64/disassemble.js'
import { temporaryFolder } from './support/folder.js'

const LAYER = '1x8x9x10 -> 16 k3'

const planWith = (algorithm: string, layer = LAYER) =>
  backends.withAlgorithm(algorithm, () => planLayer(parseLayer(layer)).plan)

function needMachineCode(context: TestContext): void {
  const reason = unavailable()
  if (reason !== null) context.skip(reason)
}

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('printCode', () => {
  test.for([
    ['x64/channel-lanes', LAYER, ['packing of the weight', 'convolution']],
    ['x64/pixel-lanes', '1x6x90x100 -> 6 k3 g6', ['convolution']],
    ['x64/winograd', '1x16x9x10 -> 24 k3 p1', ['transform of the weight', 'convolution']],
    ['x64/channel-lanes', '1x16x9x10 -> 24 k3 p1 transposed float64', ['packing of the weight', 'convolution']],
  ] as const)('%s for %s', ([algorithm, layer, names], context) => {
    needMachineCode(context)
    needObjdump(context)
    const text = printCode(planWith(algorithm, layer))
    const heads = [...text.matchAll(/^kernel (\d+) of (\d+): (.+), (\d+) bytes of instructions, \d+ with constants$/gm)]
    expect(heads.map(([, index, count]) => `${index} of ${count}`)).toEqual(
      heads.map((_, i) => `${i + 1} of ${heads.length}`),
    )
    expect([...new Set(heads.map(([, , , name]) => name))]).toEqual(names)
    const last = text.slice(heads.at(-1)!.index)
    expect(last).toContain(layer.endsWith('float64') ? 'vfmadd231pd' : 'vfmadd231ps')
    expect(last).toMatch(/ {2}ret\n$/)
    expect(text).not.toContain('(bad)')
  })

  test('an algorithm that emits none says so', () => {
    expect(printCode(planWith('portable/direct'))).toBe('portable/direct emits no machine code\n')
  })

  test('nothing to compute is no code', context => {
    needMachineCode(context)
    expect(printCode(planWith('x64/channel-lanes', '0x8x9x10 -> 16 k3'))).toMatch(/for this layer: there is nothing/)
  })

  test('without GNU objdump it says what is missing', context => {
    needMachineCode(context)
    const plan = planWith('x64/channel-lanes')
    vi.stubEnv('PATH', temporaryFolder())
    expect(() => printCode(plan)).toThrow(new CliError(OBJDUMP_MISSING, 1))
  })
})

describe('the code of each algorithm', () => {
  test.for(['forward', 'inputGradient', 'weightGradient'] as const)('%s', (pass, context) => {
    needMachineCode(context)
    const { problem } = planLayer(parseLayer('2x12x9x10 -> 20 k3 p1 reflect')).plan
    const able = backends
      .convolutionAlgorithms()
      .filter(({ name, refuse }) => name.startsWith('x64/') && refuse({ ...problem, pass }) === null)
    expect(able.length).toBeGreaterThan(0)
    for (const { name, code } of able) {
      const kernels = code!({ ...problem, pass })
      expect(kernels.length, name).toBeGreaterThan(0)
      for (const { bytes, length } of kernels) {
        expect(bytes[length - 1], name).toBe(0xc3)
        expect(bytes.length, name).toBeGreaterThanOrEqual(length)
      }
    }
  })
})

test('explain prints the code below the verdicts, and only when asked to', context => {
  needObjdump(context)
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const printed = () => write.mock.calls.map(([text]) => String(text)).join('')
  explain([`${LAYER} float16`])
  expect(printed()).not.toContain('machine code')
  explain([`${LAYER} float16`], { asm: true })
  expect(printed()).toMatch(/chosen\n(?:.*\n)*\nportable\/direct emits no machine code\n$/)
})
