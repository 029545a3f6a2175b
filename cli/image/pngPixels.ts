import { inflateSync } from 'node:zlib'
import { CliError, errorCode } from '../error.js'
import type { PngHeader } from './pngHeader.js'
import type { PngPass } from './pngPasses.js'

/** Deflate's best: 258 equal bytes in two codes of one bit. */
const MAX_RATIO = 1032
/** Bytes behind the pixels are harmless and ignored, as by other decoders; but not a "zip bomb". */
const MAX_SURPLUS = 1 << 20

/** The unpacked rows of all passes, each behind the byte that names its filter: as many as the header promises. */
export function unpackPixels({ pixels }: PngHeader, passes: readonly PngPass[]): Uint8Array {
  const wanted = passes.reduce((total, { rows, rowBytes }) => total + rows * (1 + rowBytes), 0)
  const packed = Buffer.concat(pixels)
  // Asked before memory is taken for what cannot come.
  const unpacked = wanted > packed.length * MAX_RATIO ? packed : inflate(packed, wanted + MAX_SURPLUS)
  if (unpacked === packed || unpacked.length < wanted) throw new CliError('damaged PNG: pixels are missing')
  return unpacked
}

function inflate(packed: Buffer, limit: number): Buffer {
  try {
    // All in one chunk: many would be joined in the end, in memory of the same size again.
    return inflateSync(packed, { chunkSize: limit, maxOutputLength: limit })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new CliError('damaged PNG: it has more pixels than its size says')
    if (code?.startsWith('Z_')) throw new CliError('damaged PNG: its pixels cannot be unpacked')
    throw error
  }
}
