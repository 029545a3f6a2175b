import { setImmediate } from 'node:timers/promises'
import { createPicture, maxValue, type Picture } from '../image/picture.js'
import { readAlphaTile, writeAlphaTile } from './alpha.js'
import { bleedColours } from './bleed.js'
import { toInteger } from './round.js'
import { CONTEXT, type Planes, planTiles, readTile, SCALE, writeTile } from './tiles.js'

/** Doubles a tile: (3, H + 2 * CONTEXT, W + 2 * CONTEXT) in 0..1 becomes (3, 2 * H, 2 * W), not yet clamped. */
export type Network = (tile: Planes) => Planes | Promise<Planes>

export interface UpscaleOptions {
  /** The largest side of a tile, without its surroundings. Memory grows with its square. */
  tileSize: number
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

/**
 * The picture doubled by the network, tile by tile. Besides the two pictures only one tile is in memory. The result is
 * the same for every tile size, up to how the network rounds its sums, which may depend on where a tile begins.
 */
export async function upscalePicture(picture: Picture, network: Network, options: UpscaleOptions): Promise<Picture> {
  const out = createPicture(picture.width * SCALE, picture.height * SCALE, picture.channels, picture.depth)
  const colours = bleedColours(picture)
  const tiles = planTiles(picture.width, picture.height, options.tileSize)
  const round = (value: number) => toInteger(value, maxValue(picture))
  for (const [i, tile] of tiles.entries()) {
    options.signal?.throwIfAborted()
    writeTile(tile, await run(network, readTile(colours, tile, [0, 1, 2])), out, round)
    if (picture.channels === 4) {
      const alpha = readAlphaTile(picture, tile)
      writeAlphaTile(picture, tile, alpha && (await run(network, alpha)), out, round)
    }
    options.onProgress?.(i + 1, tiles.length)
    // A network may well compute without a pause; timers, progress and signals get their turn between the tiles.
    await setImmediate()
  }
  return out
}

async function run(network: Network, tile: Planes): Promise<Planes> {
  const result = await network(tile)
  const width = (tile.width - 2 * CONTEXT) * SCALE
  const height = (tile.height - 2 * CONTEXT) * SCALE
  if (result.width !== width || result.height !== height || result.data.length !== 3 * width * height) {
    throw new Error(
      `the network made ${result.width} x ${result.height} of a tile that should become ${width} x ${height}`,
    )
  }
  return result
}
