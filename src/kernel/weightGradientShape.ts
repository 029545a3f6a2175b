/**
 * A task of a weight's gradient: what its kernel is specialised for, and where its sums are.
 *
 * @module
 */
import type { Band } from './band.js'
import { CACHE_LINE } from './cacheLine.js'
import { BAND_START, type TapAxis } from './convolutionTask.js'
import type { GradientTile } from './gradientTile.js'
import type { InsideTaps } from './insideTaps.js'
import { locate } from './locate.js'
import type { Pointer, VectorMachine } from './machine.js'
import { type AddingShape, paddedChannels, WeightGradientSlots } from './weightGradientSum.js'

/** The parameters of a task that sums: bytes from the arguments of the same name, and its pieces. */
export const SummingRecord = { gradient: 0, input: 1, sums: 2, pieces: 3, pieceCount: 4, result: 5, check: 6 } as const

/** Of the gradients, where padding is left out. */
export const GRADIENT_CHECK = { slot: WeightGradientSlots.check, parameter: SummingRecord.check } as const

/** What the tables have for each piece: elements from the start of the tensors, and the offset of its row table. */
export const PIECE_NUMBERS = 3

/** Everything that the summing kernel is specialised for. Strides in bytes. */
export interface WeightGradientShape {
  readonly band: Band
  readonly firstTap: number
  readonly taps: readonly [TapAxis, TapAxis, TapAxis]
  /** Which taps the pixels see, where products with padding are left out; the gradients are checked then. */
  readonly inside: InsideTaps | null
  /** The samples of a piece, and how far the next one is in the band and in the gradient. */
  readonly samples: number
  readonly bandSampleStride: number
  readonly gradientSampleStride: number
  /** The pixels of a sample, and how far the next one reads in the band. */
  readonly rows: number
  readonly columns: number
  readonly bandRowStride: number
  readonly bandColumnStride: number
  /** The output channels of a task. */
  readonly channels: number
  readonly gradientChannelStride: number
  readonly gradientRowStride: number
  readonly tile: GradientTile
  /** Whether a task has one piece, whose sums begin in registers; else they are added to those of the pieces before. */
  readonly onePiece: boolean
  /** What is done with the sums, which are in scratch memory then; `null` if they are left to a second phase. */
  readonly finish: AddingShape | null
}

export function locateSums(machine: VectorMachine, shape: WeightGradientShape, to: Pointer): void {
  if (shape.finish === null) {
    locate(machine, to, WeightGradientSlots.sums, SummingRecord.sums)
    return
  }
  machine.scratch(to)
  machine.advance(to, sumsStart(machine, shape))
}

type Lanes = Pick<VectorMachine, 'lanes' | 'bytes'>

/** Where sums are in scratch memory: behind the band and the gradients. */
function sumsStart(machine: Lanes, shape: WeightGradientShape): number {
  const { band, samples, rows, columns, channels } = shape
  const gradients = samples * rows * columns * paddedChannels(machine, channels) * machine.bytes
  return Math.ceil((BAND_START + band.byteLength + gradients) / CACHE_LINE) * CACHE_LINE
}

/** Bytes of scratch memory that a task needs. */
export function weightGradientScratchBytes(machine: Lanes, shape: WeightGradientShape): number {
  return sumsStart(machine, shape) + (shape.finish ? sumCount(machine, shape) * machine.bytes : 0)
}

const tapCount = ({ taps }: WeightGradientShape) => taps.reduce((product, axis) => product * axis.count, 1)

/** How many sums a task has. */
export function sumCount(machine: Pick<VectorMachine, 'lanes'>, shape: WeightGradientShape): number {
  return shape.band.channels * tapCount(shape) * paddedChannels(machine, shape.channels)
}
