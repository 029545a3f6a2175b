/**
 * Winograd's weight transform, as a program of its own: it runs once for each version of a weight.
 *
 * @module
 */
import type { ConvSpec } from '../conv/spec.js'
import { type PixelPass, type Sides, sidesOf } from './convolutionPlan.js'
import type { Place, Pointer, Vector, VectorMachine } from './machine.js'
import { FIRST_TENSOR_SLOT, type KernelProgram } from './program.js'
import { ProgramBuilder } from './programBuilder.js'
import { type Part, parts } from './tiling.js'
import { partsOf, type WinogradAxes } from './winogradAxis.js'
import { Cells } from './winogradCells.js'
import type { WinogradTask } from './winogradTasks.js'
import { POSITIONS, TAPS, TILE_INPUT, transformWeight, WEIGHT_CONSTANTS, withConstants } from './winogradTransforms.js'

/** The arguments of the program, by slot: the weight, and its transform. */
const SOURCE_SLOT = FIRST_TENSOR_SLOT
const RESULT_SLOT = FIRST_TENSOR_SLOT + 1

/** What the kernel is specialised for: a block of result channels. */
interface WeightBlock {
  readonly channels: number
  /** Vectors of its panel. */
  readonly panelVectors: number
  readonly sourceChannels: number
  /** In bytes. */
  readonly channelStride: number
  readonly sourceStride: number
  /** Taps of the kernel. */
  readonly taps: number
  /** Which of them each part has, as [row][column]; -1 where it has none. */
  readonly parts: readonly (readonly number[])[]
}

/** The parts of a kernel of this width in the order of the transformed input: those down vary first. */
function tapsOfParts([down, across]: WinogradAxes, width: number): number[][] {
  const places = Array.from({ length: TAPS }, (_, i) => i)
  return across.parts.flatMap(columns =>
    down.parts.map(rows =>
      places.flatMap(i =>
        places.map(j => {
          const [row, column] = [rows.taps[i], columns.taps[j]]
          return row === undefined || column === undefined ? -1 : row * width + column
        }),
      ),
    ),
  )
}

export interface WeightTransform {
  readonly program: KernelProgram
  /** Elements of the transformed weight. */
  readonly length: number
  /** Equal for programs that transform alike. */
  readonly text: string
}

/** A phase of the results: its taps, and how its tasks take channels. */
export interface WeightPhase {
  readonly axes: WinogradAxes
  readonly task: Pick<WinogradTask, 'channels' | 'vectors' | 'blocks'>
}

/**
 * The program that transforms a weight for each phase. Its arguments are the weight, contiguous, and the transformed weight:
 * one phase after the other.
 */
export function planWeightTransform(
  machine: Pick<VectorMachine, 'lanes' | 'bytes'>,
  spec: ConvSpec,
  pass: PixelPass,
  phases: readonly WeightPhase[],
): WeightTransform {
  const builder = new ProgramBuilder()
  const length = phases.reduce((start, phase) => start + addPhase(builder, machine, spec, pass, phase, start), 0)
  return { program: builder.finish(), length: length / machine.bytes, text: builder.text() }
}

/** The tasks of a phase whose transformed weights begin at `start`; gives how long they are, in bytes. */
function addPhase(
  builder: ProgramBuilder,
  { bytes, lanes }: Pick<VectorMachine, 'lanes' | 'bytes'>,
  spec: ConvSpec,
  pass: PixelPass,
  { axes, task }: WeightPhase,
  start: number,
): number {
  const { groups, sourceChannels, resultChannels }: Sides = sidesOf(spec, pass)
  const inside = spec.inChannels / spec.groups
  const taps = spec.kernel[1] * spec.kernel[2]
  const [ofInput, ofOutput] = [taps * bytes, inside * taps * bytes]
  const [sourceStride, channelStride] = pass === 'forward' ? [ofInput, ofOutput] : [ofOutput, ofInput]
  const ofKernel = tapsOfParts(axes, spec.kernel[2])
  const vectorBytes = sourceChannels * partsOf(axes) * lanes * bytes
  let to = start
  for (let group = 0; group < groups; group++) {
    const from = group * (spec.outChannels / spec.groups) * ofOutput
    for (const panel of panels(resultChannels, task, lanes)) {
      const panelVectors = Math.ceil(panel.count / lanes)
      for (const { first, count: channels } of parts(panel.count, task.vectors * lanes)) {
        const block = { channels, panelVectors, sourceChannels, channelStride, sourceStride, taps, parts: ofKernel }
        const kernel = builder.kernel(JSON.stringify(block), own => writeWeightTransform(own, block))
        builder.task(kernel, [from + (panel.first + first) * channelStride, to + (first / lanes) * vectorBytes])
      }
      to += POSITIONS * panelVectors * vectorBytes
    }
  }
  builder.needScratch(SCRATCH_START + (taps + 1 + TILE_INPUT * TAPS) * lanes * bytes)
  return to - start
}

/** The panels of channels, which begin anew with each task. */
function panels(
  resultChannels: number,
  { channels, vectors, blocks }: Pick<WinogradTask, 'channels' | 'vectors' | 'blocks'>,
  lanes: number,
): Part[] {
  return parts(resultChannels, channels).flatMap(({ first, count }) =>
    parts(count, blocks * vectors * lanes).map(own => ({ ...own, first: first + own.first })),
  )
}

/** The first bytes of scratch memory are not the kernel's. */
const SCRATCH_START = 64

/** One block: for each source channel, as many vectors of channels as it has. */
function writeWeightTransform(machine: VectorMachine, block: WeightBlock): void {
  const { channels, sourceChannels, channelStride, sourceStride, parts } = block
  const { lanes, bytes } = machine
  const [source, to, scratch, offset] = [machine.pointer(), machine.pointer(), machine.pointer(), machine.pointer()]
  for (const [i, pointer] of [source, to].entries()) {
    machine.argument(pointer, i === 0 ? SOURCE_SLOT : RESULT_SLOT)
    machine.parameter(offset, i)
    machine.advance(pointer, offset)
  }
  machine.release(offset)
  machine.scratch(scratch)
  machine.advance(scratch, SCRATCH_START)
  storeZeros(machine, block, scratch)
  const vectors = Math.ceil(channels / lanes)
  const nextPart = vectors * lanes * bytes
  withConstants(machine, WEIGHT_CONSTANTS, constants => {
    machine.repeat(sourceChannels, () => {
      const vector = (own: number): void => {
        gatherTaps(machine, block, own, source, scratch)
        for (const part of parts) {
          transformVector(machine, block, part, to, scratch, constants)
          machine.advance(to, nextPart)
        }
        machine.advance(source, lanes * channelStride)
        machine.advance(to, lanes * bytes - parts.length * nextPart)
      }
      machine.repeat(Math.floor(channels / lanes), () => vector(lanes))
      if (channels % lanes > 0) vector(channels % lanes)
      machine.advance(source, sourceStride - vectors * lanes * channelStride)
      machine.advance(to, (parts.length - 1) * nextPart)
    })
  })
  machine.release(source, to, scratch)
}

/** Behind the taps in scratch memory: a tap that is not there. */
function storeZeros(machine: VectorMachine, { taps }: WeightBlock, scratch: Pointer): void {
  const zero = machine.vector()
  machine.zero(zero)
  machine.store({ base: scratch, offset: taps * machine.lanes * machine.bytes }, zero)
  machine.release(zero)
}

/** The taps of a vector of channels, each as a vector: [tap][lane]. */
function gatherTaps(
  machine: VectorMachine,
  { channelStride, taps }: WeightBlock,
  channels: number,
  source: Pointer,
  to: Pointer,
): void {
  const { lanes, bytes } = machine
  for (let first = 0; first < taps; first += lanes) {
    const count = Math.min(lanes, taps - first)
    const byChannel = Array.from({ length: lanes }, (_, i) => {
      const register = machine.vector()
      const place = { base: source, offset: i * channelStride + first * bytes }
      if (i < channels) machine.loadFirst(register, place, count)
      else machine.zero(register)
      return register
    })
    const byTap = machine.transpose(byChannel)
    for (let i = 0; i < count; i++) machine.store({ base: to, offset: (first + i) * lanes * bytes }, byTap[i]!)
    machine.release(...byTap)
  }
}

/** G along both axes, for a part of the kernel; the positions are stored far apart. */
function transformVector(
  machine: VectorMachine,
  { sourceChannels, panelVectors, taps, parts }: WeightBlock,
  part: readonly number[],
  to: Pointer,
  scratch: Pointer,
  constants: readonly Vector[],
): void {
  const vector = machine.lanes * machine.bytes
  const cells = new Cells(machine, { base: scratch, offset: (taps + 1) * vector }, TILE_INPUT, TAPS)
  for (let column = 0; column < TAPS; column++) {
    const g = Array.from({ length: TAPS }, (_, row): Place => {
      const tap = part[row * TAPS + column]!
      return { base: scratch, offset: (tap < 0 ? taps : tap) * vector }
    })
    cells.put(transformWeight(machine, g, constants))
  }
  for (let row = 0; row < TILE_INPUT; row++) {
    cells.take(row, values => {
      const results = transformWeight(machine, values, constants)
      for (const [column, result] of results.entries()) {
        const offset = (row * TILE_INPUT + column) * sourceChannels * parts.length * panelVectors * vector
        machine.store({ base: to, offset }, result)
      }
      machine.release(...results)
    })
  }
}
