/**
 * `virtual:mnist-digits`: the address of a file with some of the MNIST digits, made when the page is built.
 *
 * @module
 */
import { deflateRawSync } from 'node:zlib'
import type { Plugin } from 'vite'
import { readIdx } from '../examples/mnist/idx.js'

const ID = 'virtual:mnist-digits'
const COUNTS = { train: 6000, t10k: 1000 }
const PIXELS = 28 * 28

/** Both counts as uint32 (little-endian), training and test pixels, training and test labels; compressed. */
function packDigits(): Uint8Array {
  const counts = Buffer.alloc(8)
  counts.writeUInt32LE(COUNTS.train, 0)
  counts.writeUInt32LE(COUNTS.t10k, 4)
  const first = (set: 'train' | 't10k', file: string, size: number) =>
    readIdx(`${set}-${file}-ubyte`).bytes.subarray(0, COUNTS[set] * size)
  const parts = [
    first('train', 'images-idx3', PIXELS),
    first('t10k', 'images-idx3', PIXELS),
    first('train', 'labels-idx1', 1),
    first('t10k', 'labels-idx1', 1),
  ]
  return deflateRawSync(Buffer.concat([counts, ...parts]))
}

export function mnistDigits(): Plugin {
  let building = false
  return {
    name: 'mnist-digits',
    configResolved(config) {
      building = config.command === 'build'
    },
    resolveId: id => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return
      const source = packDigits()
      // the server for development has no folder to put a file into
      const inline = () =>
        JSON.stringify(`data:application/octet-stream;base64,${Buffer.from(source).toString('base64')}`)
      if (!building) return `export default ${inline()}`
      const file = this.emitFile({ type: 'asset', name: 'mnist-digits.bin', source })
      return `export default import.meta.ROLLUP_FILE_URL_${file}`
    },
  }
}
