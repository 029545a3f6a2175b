/** Depthwise layers that are not refused for want of registers have enough of them. Code is emitted, not run. */
import { describe, expect, test } from 'vitest'
import { emit } from '../../src/backends/x64/compile.js'
import { machineShape } from '../../src/backends/x64/machine.js'
import type { ConvSpec } from '../../src/conv/spec.js'
import { planDepthwise, refuseDepthwise } from '../../src/kernel/depthwisePlan.js'
import {
  planDepthwiseWeightGradient,
  refuseDepthwiseWeightGradient,
} from '../../src/kernel/depthwiseWeightGradientPlan.js'
import type { Precision } from '../../src/kernel/machine.js'
import { PLAIN } from '../differential/support/specs.js'

function* layers(): Generator<ConvSpec> {
  for (const height of [1, 2, 3, 7])
    for (const width of [1, 3, 7])
      for (const strideH of [1, 2, 3])
        for (const strideW of [1, 2])
          for (const dilation of [1, 3])
            for (const [rows, pad] of [
              [4, 2],
              [7, 0],
              [9, 9],
              [13, 3],
            ] as const) {
              const input = [1, rows, 9] as const
              const kernel = [1, height, width] as const
              const size = (axis: 1 | 2, stride: number) =>
                Math.floor((input[axis] + 2 * pad - dilation * (kernel[axis] - 1) - 1) / stride) + 1
              const output = [1, size(1, strideH), size(2, strideW)] as const
              if (Math.min(...output) < 1) continue
              yield {
                ...PLAIN,
                batch: 1,
                inChannels: 2,
                outChannels: 2,
                groups: 2,
                input,
                kernel,
                output,
                stride: [1, strideH, strideW],
                dilation: [1, dilation, dilation],
                padBefore: [0, pad, pad],
                padAfter: [0, pad, pad],
              }
            }
}

describe.each(['avx512', 'avx2'] as const)('%s', instructionSet => {
  test.each(['float32', 'float64', 'widened'] satisfies Precision[])('%s', precision => {
    const machine = machineShape(precision, instructionSet)
    let written = 0
    for (const spec of layers()) {
      const programs = [
        ...(['forward', 'inputGradient'] as const)
          .filter(pass => refuseDepthwise(machine, spec, pass) === null)
          .map(pass => planDepthwise(machine, spec, pass, { bias: true, wantedTasks: 1 })),
        ...(refuseDepthwiseWeightGradient(machine, spec) === null
          ? [planDepthwiseWeightGradient(machine, spec).program]
          : []),
      ]
      for (const program of programs)
        expect(() => emit(program, precision, instructionSet), JSON.stringify(spec)).not.toThrow()
      written += programs.length
    }
    expect(written).toBeGreaterThan(500)
  })
})
