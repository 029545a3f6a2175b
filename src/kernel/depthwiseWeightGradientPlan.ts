/**
 * The program of the gradient of a depthwise convolution's filters.
 *
 * How the sum over samples is cut depends on the spec alone: so it is the same sum in the same order with any number of
 * threads.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import type { MachineShape } from './bandPlan.js'
import { allRead, depthwiseAxes } from './depthwiseAxes.js'
import { refuseShape } from './depthwisePlan.js'
import { filterRowsTogether, writeDepthwiseWeightGradient } from './depthwiseWeightGradient.js'
import { writePartialSums } from './partialSums.js'
import { ProgramBuilder } from './programBuilder.js'
import { evenTile } from './tiling.js'
import type { WeightGradientProgram } from './weightGradientPlan.js'

/** A call is cut for as many tasks as there may be threads, with some to spare. */
const TASKS = 16

/** `null` if the kernel can serve, else a sentence that says why not. */
export function refuseDepthwiseWeightGradient(machine: Pick<MachineShape, 'vectors'>, spec: ConvSpec): string | null {
  const declined = refuseShape(spec)
  if (declined !== null) return declined
  const axes = depthwiseAxes(spec, 'forward')
  // an infinite gradient must leave a trace in the result: it is what tells that padding has to be multiplied
  const [rows, columns] = [axes.rows[0]!, axes.columns.walks[0]!]
  if (!(allRead(rows, axes.sourceRows) && allRead(columns, axes.columns.source)))
    return 'takes no gradients of pixels that read nothing but padding'
  return filterRowsTogether(machine, axes) > 0 ? null : 'has no registers for the sums of a row of a filter'
}

export function planDepthwiseWeightGradient(
  { bytes, storedBytes, lanes }: Pick<MachineShape, 'bytes' | 'storedBytes' | 'lanes'>,
  spec: ConvSpec,
): Omit<WeightGradientProgram, 'checkLength'> {
  const builder = new ProgramBuilder()
  const { batch, groups } = spec
  const axes = depthwiseAxes(spec, 'forward')
  const taps = numelOf(spec.kernel)
  const together = Math.ceil(groups / TASKS)
  const wanted = Math.ceil(TASKS / Math.ceil(groups / together))
  const samples = evenTile(batch, Math.ceil(batch / Math.min(batch, wanted)))
  const parts = Math.ceil(batch / samples)
  for (let plane = 0; plane < groups; plane += together) {
    for (let part = 0; part < parts; part++) {
      const first = part * samples * groups + plane
      const shape = {
        axes,
        planes: Math.min(together, groups - plane),
        samples: Math.min(samples, batch - part * samples),
        groups,
      }
      builder.task(
        builder.kernel(`sums ${JSON.stringify(shape)}`, own => writeDepthwiseWeightGradient(own, shape)),
        [
          first * numelOf(spec.output) * storedBytes,
          first * numelOf(spec.input) * storedBytes,
          (part * groups + plane) * taps * bytes,
        ],
      )
    }
  }
  builder.nextPhase()
  const all = groups * taps
  const length = Math.ceil(all / TASKS / lanes) * lanes
  for (let first = 0; first < all; first += length) {
    const shape = { parts, partLength: all, elements: Math.min(length, all - first) }
    builder.task(
      builder.kernel(`adding ${JSON.stringify(shape)}`, own => writePartialSums(own, shape)),
      [first * bytes, first * storedBytes],
    )
  }
  return { program: builder.finish(), sumsLength: parts * all }
}
