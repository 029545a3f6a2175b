/**
 * Random programs that pack weights, compared with plain loops.
 *
 * @module
 */
import { type ConvSpec, describeSpec, weightShape } from '../../../src/conv/spec.js'
import { planChannelLanes } from '../../../src/kernel/channelLanesPlan.js'
import type { PixelPass } from '../../../src/kernel/convolutionPlan.js'
import { planPackWeight } from '../../../src/kernel/packWeight.js'
import { planPixelLanes } from '../../../src/kernel/pixelLanesPlan.js'
import { contiguousData } from '../../../src/tensor/copy.js'
import { integer, pick } from '../../differential/support/specs.js'
import { numbers } from '../../property/support/numbers.js'
import { type Case, type Drawn, garbage, read, write } from './case.js'
import { packWeight } from './packWeight.js'

/** Weights in the order of a kernel. */
export function packing({ next, element, machine }: Drawn, spec: ConvSpec): Case {
  const pass: PixelPass = pick(next, ['forward', 'inputGradient'])
  const plan = pick(next, [planChannelLanes, planPixelLanes])
  const planned = plan(machine, spec, pass, { bias: false, wantedTasks: 1, bandBytes: 5000 })
  const { program, checkLength } = planPackWeight(machine, spec, pass, planned)
  const weight = numbers(integer(next, 0, 2 ** 30), weightShape(spec), { dtype: element })
  return {
    text: `packing ${pass} ${element}: ${describeSpec(spec)}`,
    precision: element,
    program,
    operands: [
      read('weight', contiguousData(weight)),
      write('check', garbage(element, checkLength)),
      write('packed weight', garbage(element, planned.packedLength)),
    ],
    // the packed weight is the second argument
    order: [0, 2, 1],
    expected: packWeight(element, spec, pass, weight, planned),
  }
}
