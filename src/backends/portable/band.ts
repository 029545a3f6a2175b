/**
 * Bands: a few rows of the source (or a piece of one), with the padding already looked up, as doubles in a small buffer. This is the only
 * place that sees padding, strides of memory and 16-bit floats; the microkernel sees plain numbers.
 *
 * @module
 */
import { ZERO } from '../../conv/axes.js'
import { type AxisWalk, type Footprint, footprint, footprintLength } from '../../conv/walk.js'
import { decodeBFloat16, float16Table } from '../../tensor/half.js'
import type { Tensor } from '../../tensor/tensor.js'

/** The three axes of one phase. */
export type Walks = readonly [AxisWalk, AxisWalk, AxisWalk]

/** How many doubles a band may take. Tests set them low, so that small images are cut as large ones are. */
export const BAND_LIMITS = {
  /** Of several rows: about half a megabyte, so that they stay in the second-level cache. */
  rows: 65_536,
  /** Of a single row, before it is cut: shorter pieces would read the weights too often. */
  oneRow: 524_288,
}

/** The layout of the bands of a phase. */
export interface BandLayout {
  readonly channels: number
  /** Rows of results per band, and results per row: all of them, or in bands of one row some. */
  readonly rows: number
  readonly columns: number
  readonly down: Footprint
  readonly along: Footprint
  /** For each (channel, depth tap, row tap, column tap), in that order: its offset in the band. */
  readonly tapOffsets: Int32Array
  readonly buffer: Float64Array
}

/** The largest count that fits, at least 1; `fits` holds up to some count and not beyond. */
function largest(most: number, fits: (count: number) => boolean): number {
  let [low, high] = [1, most]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}

/** Chooses how many rows of results a band holds, and where everything lies in it. */
export function layOutBand([depth, height, width]: Walks, channels: number): BandLayout {
  const planes = channels * depth.taps.length
  const doubles = (rows: number, columns: number) =>
    planes * footprintLength(height, rows) * footprintLength(width, columns)
  const columns = largest(width.count, count => doubles(1, count) <= BAND_LIMITS.oneRow)
  const rows = columns < width.count ? 1 : largest(height.count, count => doubles(count, columns) <= BAND_LIMITS.rows)
  const [down, along] = [footprint(height, rows), footprint(width, columns)]
  const tapOffsets = new Int32Array(planes * height.taps.length * width.taps.length)
  let at = 0
  for (let plane = 0; plane < planes; plane++) {
    for (const row of down.tapStarts) {
      for (const column of along.tapStarts) {
        tapOffsets[at++] = (plane * down.positions.length + row) * along.positions.length + column
      }
    }
  }
  const buffer = new Float64Array(planes * down.positions.length * along.positions.length)
  return { channels, rows, columns, down, along, tapOffsets, buffer }
}

/** The offset in the band of each result of a band, rows first. */
export function pixelOffsets({ columns, rows, down, along }: BandLayout): Int32Array {
  const offsets = new Int32Array(rows * columns)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      offsets[at++] = row * down.step * along.positions.length + column * along.step
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

/** Ones everywhere, so that a band of them is zero where positions lie outside. */
export const ONES: Source = { data: Float64Array.of(1), decode: null, strides: [0, 0, 0, 0] }

/** A tensor of rank 5 (N, C, D, H, W) as a source. */
export function sourceOfTensor(tensor: Tensor): Source {
  const decode =
    tensor.dtype === 'float16'
      ? (raw: number) => float16Table()[raw]!
      : tensor.dtype === 'bfloat16'
        ? decodeBFloat16
        : null
  return { data: tensor.storage.data as unknown as ArrayLike<number>, decode, strides: tensor.strides.slice(1) }
}

/** Fills the band that the results from (`depthResult`, `firstRow`, `firstColumn`) on read. */
export function fillBand(
  { channels, down, along, buffer }: BandLayout,
  [depth, height, width]: Walks,
  source: Source,
  offset: number,
  depthResult: number,
  firstRow: number,
  firstColumn: number,
): void {
  const [channelStride, depthStride, rowStride, columnStride] = source.strides as [number, number, number, number]
  const { data, decode } = source
  const columns = along.positions.length
  const sources = along.positions.map(position => width.source(position + firstColumn * width.advance))
  let at = 0
  for (let channel = 0; channel < channels; channel++) {
    for (const tap of depth.taps) {
      const plane = depth.source(tap.start + depthResult * depth.advance)
      for (const position of down.positions) {
        const line = height.source(position + firstRow * height.advance)
        if (plane === ZERO || line === ZERO) buffer.fill(0, at, at + columns)
        else {
          const from = offset + channel * channelStride + plane * depthStride + line * rowStride
          for (let column = 0; column < columns; column++) {
            const index = sources[column]!
            const raw = index === ZERO ? 0 : data[from + index * columnStride]!
            buffer[at + column] = decode === null ? raw : decode(raw)
          }
        }
        at += columns
      }
    }
  }
}
