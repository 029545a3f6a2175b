/**
 * Bands: a few rows of the source, with the padding already looked up, as doubles in a small buffer. This is the only
 * place that sees padding, strides of memory and 16-bit floats; the microkernel sees plain numbers.
 *
 * @module
 */
import { ZERO } from '../../conv/axes.js'
import { float16Table, decodeBFloat16 } from '../../tensor/half.js'
import type { Tensor } from '../../tensor/tensor.js'
import { type AxisWalk, span } from './walk.js'

/** The three axes of one phase. */
export type Walks = readonly [AxisWalk, AxisWalk, AxisWalk]

/** Doubles a band may take: about half a megabyte, so that it stays in the second-level cache. */
const BAND_DOUBLES = 65_536

/** The layout of the bands of a phase. */
export interface BandLayout {
  readonly channels: number
  /** Rows of results per band. */
  readonly rows: number
  readonly lowRow: number
  readonly sourceRows: number
  readonly lowColumn: number
  readonly columns: number
  /** For each (channel, depth tap, row tap, column tap), in that order: its offset in the band. */
  readonly tapOffsets: Int32Array
  readonly buffer: Float64Array
}

/** Chooses how many rows of results a band holds, and where everything lies in it. */
export function layOutBand([depth, height, width]: Walks, channels: number): BandLayout {
  const { low: lowColumn, length: columns } = span(width)
  const depthTaps = depth.taps.length
  const rowsFitting = Math.floor(BAND_DOUBLES / Math.max(1, channels * depthTaps * columns))
  const extraRows = span(height, 1).length - 1
  const rows = Math.min(height.count, Math.max(1, Math.floor((rowsFitting - extraRows - 1) / height.advance) + 1))
  const { low: lowRow, length: sourceRows } = span(height, rows)
  const tapOffsets = new Int32Array(channels * depthTaps * height.taps.length * width.taps.length)
  let at = 0
  for (let plane = 0; plane < channels * depthTaps; plane++) {
    for (const row of height.taps) {
      for (const column of width.taps) {
        tapOffsets[at++] = (plane * sourceRows + row.start - lowRow) * columns + column.start - lowColumn
      }
    }
  }
  const buffer = new Float64Array(channels * depthTaps * sourceRows * columns)
  return { channels, rows, lowRow, sourceRows, lowColumn, columns, tapOffsets, buffer }
}

/** The offset in the band of each result of a band, rows first. */
export function pixelOffsets({ columns, rows }: BandLayout, [, height, width]: Walks): Int32Array {
  const offsets = new Int32Array(rows * width.count)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < width.count; column++) {
      offsets[at++] = row * height.advance * columns + column * width.advance
    }
  }
  return offsets
}

/** A source whose numbers can be read as doubles: one image (batch and first channel chosen by `offset`). */
export interface Source {
  readonly data: ArrayLike<number>
  readonly decode: ((raw: number) => number) | null
  /** Distances in memory along channels, depth, height and width. */
  readonly strides: readonly number[]
}

/** A tensor of rank 5 (N, C, D, H, W) as a source. */
export function sourceOfTensor(tensor: Tensor): Source {
  const decode =
    tensor.dtype === 'float16' ? (raw: number) => float16Table()[raw]! : tensor.dtype === 'bfloat16' ? decodeBFloat16 : null
  return { data: tensor.storage.data as unknown as ArrayLike<number>, decode, strides: tensor.strides.slice(1) }
}

/** Fills the band that the results from (`depthResult`, `firstRow`) on read. */
export function fillBand(
  { channels, lowRow, sourceRows, lowColumn, columns, buffer }: BandLayout,
  [depth, height, width]: Walks,
  source: Source,
  offset: number,
  depthResult: number,
  firstRow: number,
): void {
  const [channelStride, depthStride, rowStride, columnStride] = source.strides as [number, number, number, number]
  const { data, decode } = source
  const sources = Int32Array.from({ length: columns }, (_, i) => width.source(lowColumn + i))
  let at = 0
  for (let channel = 0; channel < channels; channel++) {
    for (const tap of depth.taps) {
      const plane = depth.source(tap.start + depthResult * depth.advance)
      for (let row = 0; row < sourceRows; row++, at += columns) {
        const line = height.source(lowRow + firstRow * height.advance + row)
        if (plane === ZERO || line === ZERO) {
          buffer.fill(0, at, at + columns)
          continue
        }
        const from = offset + channel * channelStride + plane * depthStride + line * rowStride
        for (let column = 0; column < columns; column++) {
          const index = sources[column]!
          const raw = index === ZERO ? 0 : data[from + index * columnStride]!
          buffer[at + column] = decode === null ? raw : decode(raw)
        }
      }
    }
  }
}
