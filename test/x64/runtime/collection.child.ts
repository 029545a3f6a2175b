/**
 * With --expose-gc: makes and drops a lot of code and memory, moves arrays about, and prints what is left.
 */
import { addressOf, installCode, NativeBlock } from '../../../src/backends/x64/runtime/index.js'
import { copyingKernel, single } from './kernels.js'
import { mappings } from './maps.js'

const collect = (globalThis as unknown as { gc: (options?: { type: 'minor' }) => void }).gc
const copying = single(copyingKernel())
const kept = installCode(new Uint8Array([0xc3]))
const keptBlock = new NativeBlock(100)
keptBlock.view()[99] = 42

/** Arrays so small that V8 first has them on its own heap, where it moves what survives. */
const arrays = Array.from({ length: 500 }, (_, i) => new BigInt64Array([BigInt(i)]))
const addresses = arrays.map(array => addressOf(array))

const target = new BigInt64Array(1)
let wrong = 0
let largest = 0
for (let round = 0; round < 20; round++) {
  for (let i = 0; i < 100; i++) {
    installCode(new Uint8Array(5000 + i))
    new NativeBlock(10_000 + i)
  }
  // a view outlives its block's object
  const view = new NativeBlock(64).view()
  collect({ type: 'minor' })
  collect()
  // finalizers run between tasks
  await new Promise(resolve => setTimeout(resolve, 5))
  view[63] = round
  largest = Math.max(largest, mappings().length)
  for (const [i, address] of addresses.entries()) {
    copying.run([address, target])
    if (target[0] !== BigInt(i) || addressOf(arrays[i]!) !== address) wrong++
  }
}
const keeps =
  keptBlock.view()[99] === 42 && mappings().some(({ start, end }) => start <= kept.address && kept.address < end)
console.log(JSON.stringify({ wrong, largest, keeps }))
