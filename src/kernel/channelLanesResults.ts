/**
 * The results of a tile with result channels in the lanes: where they are, and how sums become neighbours in memory.
 *
 * @module
 */
import { CACHE_LINE } from './cacheLine.js'
import type { ChannelLanesPointers, ChannelLanesShape } from './channelLanes.js'
import { type EpilogueWriter, laneRuns } from './epilogue.js'
import type { Place, Pointer, Vector, VectorMachine } from './machine.js'
import type { Tile } from './tile.js'

/** The pixels of a tile, in the order of their sums. */
export function tilePixels({ samples }: ChannelLanesShape, { rows, columns }: Tile) {
  return Array.from({ length: samples * rows * columns }, (_, i) => ({
    sample: Math.floor(i / (rows * columns)),
    row: Math.floor(i / columns) % rows,
    column: i % columns,
  }))
}

function resultOffset(shape: ChannelLanesShape, pixel: { sample: number; row: number; column: number }): number {
  const { outputSampleStride, outputRowStride, outputColumnStride } = shape
  return pixel.sample * outputSampleStride + pixel.row * outputRowStride + pixel.column * outputColumnStride
}

/**
 * Asks for the lines that a tile will be stored to. A result is new memory, which is far away, and a tile has a line or two
 * of it for each channel.
 */
export function fetchResults(
  machine: VectorMachine,
  shape: ChannelLanesShape,
  tile: Tile,
  channels: number,
  output: Pointer,
): void {
  const bytes = machine.storedBytes
  const runs = laneRuns(
    tilePixels(shape, tile).map(pixel => resultOffset(shape, pixel)),
    bytes,
  )
  const ofChannel = runs.flatMap(({ offset, count }) => {
    const lines = Math.ceil((count * bytes) / CACHE_LINE)
    return [...Array.from({ length: lines }, (_, i) => offset + i * CACHE_LINE), offset + count * bytes - 1]
  })
  const places = Array.from({ length: channels }, (_, channel) =>
    ofChannel.map(offset => channel * shape.outputChannelStride + offset),
  )
  let last = Number.NEGATIVE_INFINITY
  for (const offset of places.flat().sort((a, b) => a - b)) {
    // most likely of the same line
    if (offset < last + CACHE_LINE / 2) continue
    machine.prefetchForWriting({ base: output, offset })
    last = offset
  }
}

/** Stores the sums of a tile, as many pixels at a time as there are lanes; gives their registers back. */
export function storeTile(
  machine: VectorMachine,
  shape: ChannelLanesShape,
  tile: Tile,
  channels: number,
  { output, epilogue }: ChannelLanesPointers,
  sums: readonly (readonly Vector[])[],
): void {
  const { lanes } = machine
  const offsets = tilePixels(shape, tile).map(pixel => resultOffset(shape, pixel))
  // where columns are apart, the pixels of a vector must be of one row
  const longest = shape.outputColumnStride === machine.storedBytes ? offsets.length : tile.columns
  const pieces: { first: number; count: number }[] = []
  for (let run = 0; run < offsets.length; run += longest) {
    for (let i = 0; i < longest; i += lanes) pieces.push({ first: run + i, count: Math.min(lanes, longest - i) })
  }
  // full pieces first: what they give back is needed to fill up the others
  pieces.sort((a, b) => b.count - a.count)
  for (let q = 0; q * lanes < channels; q++) {
    for (const { first, count } of pieces) {
      const pixels = sums.slice(first, first + count).map(own => own[q]!)
      const place = { base: output, offset: q * lanes * shape.outputChannelStride }
      storePiece(
        machine,
        shape,
        place,
        pixels,
        offsets.slice(first, first + count),
        Math.min(lanes, channels - q * lanes),
        epilogue,
      )
    }
  }
}

/** Up to as many pixels as there are lanes, for each channel of a vector; finished here, where sums are complete. */
function storePiece(
  machine: VectorMachine,
  { outputChannelStride, outputColumnStride }: ChannelLanesShape,
  to: Place,
  pixels: readonly Vector[],
  offsets: readonly number[],
  channels: number,
  epilogue: EpilogueWriter | null,
): void {
  const filling = Array.from({ length: machine.lanes - pixels.length }, () => machine.vector())
  const byChannel = machine.transpose([...pixels, ...filling])
  machine.release(...byChannel.slice(channels))
  const runs = laneRuns(offsets, machine.storedBytes)
  for (const [channel, vector] of byChannel.slice(0, channels).entries()) {
    const place = { base: to.base, offset: to.offset + channel * outputChannelStride }
    machine.round(vector)
    epilogue?.finish(vector, place, runs)
    if (outputColumnStride !== machine.storedBytes) {
      const first = { base: to.base, offset: place.offset + offsets[0]! }
      machine.writeScattered(first, vector, outputColumnStride, pixels.length)
    } else {
      for (const { first, count, offset } of runs)
        machine.write({ base: to.base, offset: place.offset + offset }, vector, first, count)
    }
    machine.release(vector)
  }
}
