/**
 * The program of a depthwise convolution.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { numelOf } from '../tensor/layout.js'
import type { MachineShape } from './bandPlan.js'
import { type PixelPass, type PlanOptions, sidesOf } from './convolutionPlan.js'
import { type DepthwiseShape, fitsRegisters, MOST_STEP, writeDepthwise } from './depthwise.js'
import { depthwiseAxes } from './depthwiseAxes.js'
import type { KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'
import { evenTile } from './tiling.js'

/** Pixels of a plane whose offsets are within the reach of an instruction. */
const MOST_PIXELS = 2 ** 24

/** The products of a larger kernel are more instructions than a loop should have. */
const MOST_TAPS = 49

/** Fewer rows are not worth a task of their own. */
const LEAST_ROWS = 8

/** `null` if kernels of pixels in the lanes can serve, else a sentence that says why not. */
export function refuseDepthwise(machine: Pick<MachineShape, 'vectors'>, spec: ConvSpec, pass: PixelPass) {
  const declined = refuseShape(spec)
  if (declined !== null) return declined
  const fits = fitsRegisters(machine, depthwiseAxes(spec, pass))
  return fits ? null : 'has no registers for all rows that are under way together'
}

/** The layers that depthwise kernels decline in any pass. */
export function refuseShape(spec: ConvSpec): string | null {
  const { groups, inChannels, outChannels, input, output, kernel, stride, padBefore, paddingMode } = spec
  if (inChannels !== groups || outChannels !== groups) return 'is for one filter for each channel'
  const isFlat = kernel[0] === 1 && input[0] === 1 && output[0] === 1 && padBefore[0] === 0
  if (!isFlat) return 'is for two dimensions'
  if (paddingMode !== 'zeros') return 'pads with zeros only'
  if (stride[2] > MOST_STEP) return `takes columns with a stride of at most ${MOST_STEP}`
  if (Math.min(numelOf(input), numelOf(output), numelOf(kernel)) === 0) return 'needs something to compute'
  if (Math.max(numelOf(input), numelOf(output)) > MOST_PIXELS) return `is for planes of at most ${MOST_PIXELS} pixels`
  return numelOf(kernel) > MOST_TAPS ? `is for kernels of at most ${MOST_TAPS} elements` : null
}

/** A task for each sample and some of its planes; or some rows of a plane, where there are few. The weight is as it is. */
export function planDepthwise(
  { storedBytes }: Pick<MachineShape, 'storedBytes'>,
  spec: ConvSpec,
  pass: PixelPass,
  { bias, epilogue = null, wantedTasks }: Omit<PlanOptions, 'bandBytes'>,
): KernelProgram {
  const builder = new ProgramBuilder()
  const { batch, groups, source, result } = sidesOf(spec, pass)
  const axes = depthwiseAxes(spec, pass)
  const kernel = [spec.kernel[1], spec.kernel[2]] as const
  const together = evenTile(groups, Math.ceil(groups / Math.min(groups, Math.ceil(wantedTasks / batch))))
  const longest = axes.rows[0]!.count
  const cuts = Math.min(Math.ceil(wantedTasks / (batch * groups)), Math.ceil(longest / LEAST_ROWS))
  const rows = Math.ceil(longest / cuts)
  for (let n = 0; n < batch; n++) {
    for (let plane = 0; plane < groups; plane += together) {
      for (let first = 0; first < longest; first += rows) {
        const planes = Math.min(together, groups - plane)
        const pieces = axes.rows.map(({ count }) => ({ first, count: Math.max(0, Math.min(rows, count - first)) }))
        const shape: DepthwiseShape = { ...axes, planes, kernel, pieces, bias, epilogue }
        builder.task(
          builder.kernel(JSON.stringify(shape), machine => writeDepthwise(machine, shape)),
          [
            (n * groups + plane) * numelOf(source) * storedBytes,
            plane * numelOf(spec.kernel) * storedBytes,
            plane * storedBytes,
            (n * groups + plane) * numelOf(result) * storedBytes,
          ],
        )
      }
    }
  }
  return builder.finish()
}
