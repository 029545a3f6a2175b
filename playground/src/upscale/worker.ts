/**
 * One network in a thread of its own: a tile comes, the doubled tile goes back.
 *
 * @module
 */
import { backends, fromTypedArray, noGrad } from 'convforge'
import { safetensors } from 'convforge/interop'
import { upconv7 } from 'convforge/models'
import type { Planes } from '../../../cli/upscale/tiles.js'
import weightsUrl from '../../../models/upconv7-scale2x.safetensors?url'

/** What a worker answers. */
export type Answer = { readonly planes: Planes } | { readonly error: string }

async function load() {
  const response = await fetch(weightsUrl)
  if (!response.ok) throw new Error(`the weights could not be loaded (${response.status})`)
  const network = upconv7().eval()
  network.loadStateDict(safetensors.load(await response.arrayBuffer()))
  return network
}

// there is a worker for each core already
backends.setNumThreads(1)

const loading = load()
// told with the first tile
loading.catch(() => {})

addEventListener('message', async ({ data: tile }: MessageEvent<Planes>) => {
  try {
    const network = await loading
    const output = noGrad(() => network(fromTypedArray(tile.data, { shape: [3, tile.height, tile.width] })))
    const [, height, width] = output.shape
    const planes = { data: output.contiguous().dataSync() as Float32Array<ArrayBuffer>, height: height!, width: width! }
    postMessage({ planes } satisfies Answer, { transfer: [planes.data.buffer] })
  } catch (error) {
    postMessage({ error: (error as Error).message } satisfies Answer)
  }
})
