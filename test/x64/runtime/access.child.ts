/**
 * Writes a word where the parameter says: `inside`, `before` or `after` a block of native memory, or into `code`.
 */
import { installCode, NativeBlock } from '../../../src/backends/x64/runtime/index.js'
import { copyingKernel, single } from './kernels.js'

const block = new NativeBlock(3 * 4096)
const places: Record<string, number> = {
  inside: block.address + block.byteLength - 8,
  before: block.address - 8,
  after: block.address + block.byteLength,
  code: installCode(new Uint8Array([0xc3])).address,
}
single(copyingKernel()).run([new BigInt64Array([5n]), places[process.argv[2]!]!])
console.log('written')
