/** The phases of a stride's gradient that pixels in the lanes compute in one task, from one band. */
import { describe, expect, test } from 'vitest'
import { machineShape } from '../../src/backends/x64/machine.js'
import { type ConvSpec, inputShape, outputShape, outputSize, weightShape } from '../../src/conv/spec.js'
import { backends } from '../../src/index.js'
import { planPixelLanes } from '../../src/kernel/pixelLanesPlan.js'
import { problemOf } from '../differential/support/operands.js'
import { PLAIN } from '../differential/support/specs.js'
import { numbers, values } from '../property/support/numbers.js'

type Pair = readonly [number, number]

function strided(kernel: Pair, stride: Pair, pad: Pair, size: Pair, groups = 1): ConvSpec {
  const output = size.map((length, i) => outputSize(length, kernel[i]!, stride[i]!, 1, pad[i]!, pad[i]!))
  return {
    ...PLAIN,
    ...{ batch: 2, groups, inChannels: 3 * groups, outChannels: 5 * groups },
    ...{ input: [1, ...size], kernel: [1, ...kernel], output: [1, ...(output as unknown as Pair)] },
    ...{ stride: [1, ...stride], padBefore: [0, ...pad], padAfter: [0, ...pad] },
  }
}

const OPTIONS = { bias: false, wantedTasks: 1, bandBytes: 2 ** 20 }
const tasks = (spec: ConvSpec) => {
  const { program } = planPixelLanes(machineShape('float32', 'avx512'), spec, 'inputGradient', OPTIONS)
  return program.phases.flat().length
}

/** A spec, and how many tasks each of its samples has. */
const CASES: Record<string, readonly [ConvSpec, number]> = {
  'k4 s2 p1': [strided([4, 4], [2, 2], [1, 1], [22, 38]), 1],
  'k4 s2 p3': [strided([4, 4], [2, 2], [3, 3], [16, 18]), 1],
  'k2 s2': [strided([2, 2], [2, 2], [0, 0], [14, 70]), 1],
  'k3 s2': [strided([3, 3], [2, 2], [1, 1], [8, 24]), 1],
  'k5x3 s3x2': [strided([5, 3], [3, 2], [2, 1], [21, 20]), 1],
  'a stride along one axis': [strided([4, 3], [2, 1], [1, 1], [20, 19]), 1],
  'phases of different sizes': [strided([4, 4], [2, 2], [1, 1], [22, 39]), 4],
  groups: [strided([4, 4], [2, 2], [1, 1], [22, 38], 2), 4],
}

describe.each(Object.entries(CASES))('%s', (_, [spec, perSample]) => {
  test(`has ${perSample} for each sample`, () => {
    expect(tasks(spec)).toBe(perSample * spec.batch)
  })

  const pixelLanes = backends.convolutionAlgorithms().filter(({ name }) => name.endsWith('/pixel-lanes'))
  const reference = backends.convolutionAlgorithms().find(({ name }) => name === 'reference')!
  test.each(pixelLanes.map(own => [own.name, own] as const))('%s', (_, algorithm) => {
    const problem = problemOf(spec, 'inputGradient', 'float32')
    const operands = {
      first: numbers(7, outputShape(spec), { dtype: 'float32' }),
      second: numbers(8, weightShape(spec), { dtype: 'float32' }),
      bias: numbers(9, [spec.inChannels], { dtype: 'float32' }),
    }
    const [found, expected] = [algorithm, reference].map(own => own.prepare(problem)(operands))
    expect(found!.shape).toEqual(inputShape(spec))
    // sums of small whole numbers are exact
    expect(values(found!)).toEqual(values(expected!))
  })
})
