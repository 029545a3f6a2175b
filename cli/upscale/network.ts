import { join } from 'node:path'
import { fromTypedArray, noGrad } from '../../src/index.js'
import { safetensors } from '../../src/interop/index.js'
import { upconv7 } from '../../src/models/index.js'
import { packageRoot } from '../packageRoot.js'
import type { Network } from './upscaler.js'

/** The only place where the command line touches the library's networks. */
export async function loadUpscaler(denoise: boolean): Promise<Network> {
  const network = upconv7().eval()
  network.loadStateDict(await safetensors.loadFile(modelPath(denoise)))
  return ({ data, height, width }) => {
    const output = noGrad(() => network(fromTypedArray(data, { shape: [3, height, width] })))
    const [, rows, columns] = output.shape
    return { data: output.dataSync() as Float32Array, height: rows!, width: columns! }
  }
}

function modelPath(denoise: boolean): string {
  return join(packageRoot, 'models', denoise ? 'upconv7-noise1-scale2x.safetensors' : 'upconv7-scale2x.safetensors')
}

const CHANNELS = [3, 16, 32, 64, 128, 128, 256]

/** The multiply-adds that doubling a picture of this size takes, when it goes through the network in one piece. */
export function multiplyAdds(width: number, height: number): number {
  let total = 0
  for (let layer = 1; layer < CHANNELS.length; layer++) {
    const border = 14 - 2 * layer
    total += (width + border) * (height + border) * CHANNELS[layer - 1] * CHANNELS[layer] * 9
  }
  // Transposed, kernel 4, stride 2: every output pixel is met by 2 x 2 of the kernel's weights.
  return total + 2 * width * 2 * height * 256 * 3 * 4
}
