/**
 * Tensors beyond what 32 bits address, planned and written down but not allocated: whatever is not refused with a sentence
 * can be written down, and no number of a plan is cut off.
 */
import { describe, expect, test } from 'vitest'
import { compiledConvolutions } from '../../src/backends/compiled/convolutions.js'
import { emit } from '../../src/backends/x64/compile.js'
import { machineShape, X64Machine } from '../../src/backends/x64/machine.js'
import { x64Target } from '../../src/backends/x64/target.js'
import type { ConvAlgorithm } from '../../src/conv/algorithm.js'
import type { ConvSpec, Triple } from '../../src/conv/spec.js'
import { planChannelLanes } from '../../src/kernel/channelLanesPlan.js'
import type { Element } from '../../src/kernel/machine.js'
import { planPackWeight } from '../../src/kernel/packWeight.js'
import { planPixelLanes } from '../../src/kernel/pixelLanesPlan.js'
import type { KernelProgram } from '../../src/kernel/program.js'
import { ProgramBuilder } from '../../src/kernel/programBuilder.js'
import { weightGradientBeyondReach } from '../../src/kernel/reach.js'
import { planWeightGradient } from '../../src/kernel/weightGradientPlan.js'
import { planWinograd } from '../../src/kernel/winogradPlan.js'
import { problemOf } from '../differential/support/operands.js'
import { PLAIN } from '../differential/support/specs.js'

const named = (name: string): ConvAlgorithm =>
  compiledConvolutions(x64Target).find(algorithm => algorithm.name === `x64/${name}`)!
const [channelLanesConvolution, pixelLanesConvolution] = [named('channel-lanes'), named('pixel-lanes')]
const [weightGradientConvolution, winogradConvolution] = [named('weight-gradient'), named('winograd')]

const sized = (channels: number, size: Triple, more: Partial<ConvSpec> = {}): ConvSpec => ({
  ...PLAIN,
  batch: 1,
  inChannels: channels,
  outChannels: channels,
  input: size,
  output: size,
  ...more,
})
const POINT = { kernel: [1, 1, 1], padBefore: [0, 0, 0], padAfter: [0, 0, 0] } as const

/** Which kinds of algorithms must serve; those that must refuse are all the others. */
const SPECS: Record<string, readonly [ConvSpec, serves: readonly string[]]> = {
  'a plane of 2.2 GiB': [sized(1, [1, 6, 1e8]), []],
  'four planes of 0.6 GiB': [sized(4, [1, 8, 2e7]), []],
  'many source channels of 60 MiB': [sized(64, [1, 3900, 4000], { outChannels: 8, ...POINT }), ['direct']],
  'a batch of 5 GiB': [sized(16, [1, 3000, 3000], { batch: 9, ...POINT }), ['direct']],
  'weights of 1.4 GiB': [sized(6000, [1, 6, 6]), ['direct', 'winograd']],
}

const PLANS: readonly (readonly [
  string,
  ConvAlgorithm,
  'forward' | 'inputGradient' | 'weightGradient',
  (spec: ConvSpec, element: Element) => KernelProgram[],
])[] = [
  ...(
    [
      [channelLanesConvolution, planChannelLanes],
      [pixelLanesConvolution, planPixelLanes],
    ] as const
  ).flatMap(([algorithm, plan]) =>
    (['forward', 'inputGradient'] as const).map(
      pass =>
        [
          'direct',
          algorithm,
          pass,
          (spec: ConvSpec, element: Element) => {
            const machine = machineShape(element, 'avx512')
            const planned = plan(machine, spec, pass, { bias: true, wantedTasks: 8, bandBytes: 2 ** 18 })
            return [planned.program, planPackWeight(machine, spec, pass, planned).program]
          },
        ] as const,
    ),
  ),
  ...(['forward', 'inputGradient'] as const).map(
    pass =>
      [
        'winograd',
        winogradConvolution,
        pass,
        (spec: ConvSpec, element: Element) => {
          const options = { bias: true, threads: 2, caches: { l2: 2 ** 20, l3: 2 ** 24, bytesPerProduct: 32 } }
          const { program, weights } = planWinograd(machineShape(element, 'avx512'), spec, pass, options)
          return [program, weights.program]
        },
      ] as const,
  ),
  [
    'weight-gradient',
    weightGradientConvolution,
    'weightGradient',
    (spec, element) => [planWeightGradient(machineShape(element, 'avx512'), spec, { bandBytes: 2 ** 18 }).program],
  ],
]

describe.each(Object.entries(SPECS))('%s', (_, [spec, serves]) => {
  test('is refused with a sentence, or written down', () => {
    const served = new Set<string>()
    for (const [kind, algorithm, pass, plan] of PLANS) {
      const problem = problemOf(spec, pass)
      const refusal = algorithm.refuse(problem)
      if (serves.length === 0) expect(refusal, `${algorithm.name} ${pass}`).not.toBeNull()
      if (refusal !== null) {
        expect(refusal).toMatch(/^(reaches 2 GiB|counts the elements|is for)/)
        continue
      }
      if (!serves.includes(kind)) continue
      served.add(kind)
      for (const program of plan(spec, 'float32')) {
        emit(program, 'float32', 'avx512')
        for (const tasks of program.phases)
          for (const { parameters } of tasks)
            for (const value of parameters) if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${value}`)
      }
    }
    expect([...served].sort()).toEqual([...serves].sort())
  })
})

test('the sentences name the sizes', () => {
  const refused = (spec: ConvSpec) => channelLanesConvolution.refuse(problemOf(spec))
  expect(refused(sized(64, [1, 4000, 4000]))).toBe('reaches 2 GiB from a pixel on, but 64 channels take 3.8 GiB')
  expect(refused(sized(64, [1, 3, 3], { inChannels: 2 ** 21 }))).toBe(
    'reaches 2 GiB of weights, but those of 64 channels take 4.5 GiB',
  )
  const batch = sized(256, [1, 128, 128], { batch: 2 ** 9 })
  expect(weightGradientBeyondReach(batch, 4)).toBe(
    'counts the elements of a tensor in 31 bits, but there are 2147483648',
  )
  // 4K pictures of 64 channels are within reach
  expect(refused(sized(64, [1, 2160, 3840]))).toBeNull()
})

test('a number that does not fit into a table is refused, not cut off', () => {
  for (const number of [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN])
    expect(() => new ProgramBuilder().table([0, number])).toThrow('is not a whole number of 32 bits')
  new ProgramBuilder().table([2 ** 31 - 1, -(2 ** 31)])
})

test('a displacement that does not fit is refused by the assembler; a pointer goes as far as it has to', () => {
  const machine = new X64Machine('float32', 'avx2')
  const [pointer, vector] = [machine.pointer(), machine.vector()]
  expect(() => machine.load(vector, { base: pointer, offset: 2 ** 31 })).toThrow('is not a whole number of 32 bits')
  expect(() => machine.offset(pointer, { base: pointer, offset: -(2 ** 31) - 1 })).toThrow('32 bits')
  const before = machine.length
  machine.advance(pointer, 5 * 2 ** 31)
  // mov rax, imm64 and an addition
  expect(machine.length - before).toBe(10 + 3)
})
