/**
 * A picture doubled by workers, tile by tile. Pixels and tiles are those of `convforge upscale`.
 *
 * @module
 */
import { readAlphaTile, writeAlphaTile } from '../../../cli/upscale/alpha.js'
import { bleedColours } from '../../../cli/upscale/bleed.js'
import { toInteger } from '../../../cli/upscale/round.js'
import { type Planes, planTiles, readTile, SCALE, type Tile, writeTile } from '../../../cli/upscale/tiles.js'
import type { Answer } from './worker.js'

/** Small, so that there is something to see soon. The result does not depend on it. */
const TILE = 64

const MOST_WORKERS = 8

interface Progress {
  /** Pixels that are ready. */
  readonly image: ImageData
  /** The part that has become ready, in the doubled picture's pixels. */
  readonly part: Tile
  readonly done: number
  readonly total: number
}

/**
 * Doubles a picture. The page's own thread only cuts and joins.
 *
 * @param signal stops the work at once: the promise is refused with the signal's reason
 * @throws Error with what went wrong in a worker
 */
export async function double(
  source: ImageData,
  onTile: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<void> {
  const { width, height } = source
  const picture = { width, height, channels: 4, depth: 8, data: bytesOf(source) } as const
  const image = new ImageData(width * SCALE, height * SCALE)
  const out = { ...picture, width: image.width, height: image.height, data: bytesOf(image) }
  const round = (value: number) => toInteger(value, 255)
  const colours = bleedColours(picture)
  const tiles = planTiles(width, height, TILE)
  const left = tiles.values()
  let done = 0

  // one core is the page's own
  const cores = Math.max(1, (navigator.hardwareConcurrency || 2) - 1)
  const workers = Array.from({ length: Math.min(cores, MOST_WORKERS, tiles.length) }, startWorker)
  const work = async (worker: Worker) => {
    // the workers share the iterator: each takes the next tile
    for (const tile of left) {
      writeTile(tile, await ask(worker, readTile(colours, tile, [0, 1, 2])), out, round)
      const alpha = readAlphaTile(picture, tile)
      writeAlphaTile(picture, tile, alpha && (await ask(worker, alpha)), out, round)
      onTile({ image, part: doubled(tile), done: ++done, total: tiles.length })
    }
  }
  try {
    await Promise.race([Promise.all(workers.map(work)), aborted(signal)])
  } finally {
    for (const worker of workers) worker.terminate()
  }
}

const startWorker = () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })

const bytesOf = ({ data }: ImageData) => new Uint8Array(data.buffer)

const doubled = ({ x, y, width, height }: Tile): Tile => ({
  x: x * SCALE,
  y: y * SCALE,
  width: width * SCALE,
  height: height * SCALE,
})

function ask(worker: Worker, tile: Planes): Promise<Planes> {
  return new Promise((answer, refuse) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) =>
      'planes' in data ? answer(data.planes) : refuse(new Error(data.error))
    worker.onerror = event => refuse(new Error(event.message || 'a part of the page could not be loaded'))
    worker.postMessage(tile, [tile.data.buffer])
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, refuse) => {
    signal.addEventListener('abort', () => refuse(signal.reason), { once: true })
  })
}
