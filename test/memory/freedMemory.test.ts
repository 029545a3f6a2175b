/** Where there is no Buffer, as in browsers, the memory of collected tensors serves the next ones. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nn, noGrad, type Tensor, tensor } from '../../src/index.js'
import { MOST_KEPT_BYTES, partOf } from '../../src/tensor/freedMemory.js'
import { Storage } from '../../src/tensor/storage.js'

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

beforeEach(() => {
  vi.stubGlobal('Buffer', undefined)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** Collects what nobody has any more; its memory is kept a moment later. */
async function collect(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise(resolve => setTimeout(resolve, 5))
    gc()
  }
  await new Promise(resolve => setTimeout(resolve, 20))
}

/** Makes memory full of sevens, of which the caller keeps what `taken` takes. */
function sevens<T>(length: number, taken: (storage: Storage) => T): T {
  const storage = Storage.unwritten('float32', length)
  storage.data.fill(7 as never)
  return taken(storage)
}

const first = (length: number) => Storage.unwritten('float32', length).data[0]

test('memory is used again once nobody has the tensor, and not before', async () => {
  const held = sevens(10_001, storage => storage)
  await collect()
  expect(first(10_001)).toBe(0)
  sevens(10_002, () => null)
  await collect()
  expect(first(10_002)).toBe(7)
  expect(held.data[0]).toBe(7)
})

test('the array alone keeps its memory, as does the same memory under another dtype', async () => {
  const array = sevens(10_003, ({ data }) => data)
  const reinterpreted = sevens(10_004, storage => storage.reinterpret('complex64'))
  await collect()
  expect([first(10_003), first(10_004)]).toEqual([0, 0])
  expect([array[0], reinterpreted.data[0]]).toEqual([7, 7])
})

test('a part of an array keeps the memory of the whole, as does a part of a part', async () => {
  const part = sevens(10_006, ({ data }) => partOf(data, 5, 50))
  const inner = sevens(10_007, ({ data }) => partOf(partOf(data, 5, 50), 1, 4))
  await collect()
  expect([first(10_006), first(10_007)]).toEqual([0, 0])
  expect([part[0], inner[0]]).toEqual([7, 7])
})

test('memory that was transferred is not used again', async () => {
  sevens(10_005, ({ data }) => structuredClone(data, { transfer: [data.buffer as ArrayBuffer] }))
  await collect()
  expect(first(10_005)).toBe(0)
})

test('what is too much to keep is not kept, and what is kept makes room', async () => {
  sevens(MOST_KEPT_BYTES / 4 + 1, () => null)
  sevens(10_006, () => null)
  await collect()
  expect(first(MOST_KEPT_BYTES / 4 + 1)).toBe(0)
  expect(first(10_006)).toBe(7)
  sevens(10_007, () => null)
  await collect()
  sevens(MOST_KEPT_BYTES / 4, () => null)
  await collect()
  expect(first(10_007)).toBe(0)
})

test('sizes that nobody has asked for in a long time are forgotten', async () => {
  sevens(10_008, () => null)
  sevens(10_009, () => null)
  await collect()
  for (let i = 0; i < 1023; i++) Storage.unwritten('float32', 5000 + i)
  expect(first(10_009)).toBe(7)
  expect(first(10_008)).toBe(0)
})

test('what dataSync() gives belongs to the caller, contiguous or not: even its buffer alone', async () => {
  const square = () => tensor(new Float32Array(150 * 150).fill(7), { shape: [150, 150] }).clone()
  const buffers = [(x: Tensor) => x, (x: Tensor) => x.t(), (x: Tensor) => x.slice(0, 1, 149)].map(
    view => view(square()).dataSync().buffer,
  )
  await collect()
  for (let i = 0; i < 20; i++)
    for (const rows of [149, 150]) Storage.unwritten('float32', 150 * rows).data.fill(9 as never)
  for (const buffer of buffers) expect(new Float32Array(buffer as ArrayBuffer).every(value => value === 7)).toBe(true)
})

test('results do not depend on what stood in the memory', async () => {
  const layer = new nn.Conv2d(4, 8, 3, { padding: 1 })
  const x = tensor(new Float32Array(4 * 40 * 40).fill(0.5), { shape: [1, 4, 40, 40] })
  const run = () => noGrad(() => layer(x).dataSync())
  const expected = run()
  sevens(8 * 40 * 40, () => null)
  await collect()
  expect(run()).toEqual(expected)
})
