import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { safetensors } from '../../src/interop/index.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import { entry, everyDType, expectRefusal, file } from './support.js'

const { load, loadFile, save, saveFile } = safetensors

test('the model as tensors', async () => {
  const weights = await loadFile(fileURLToPath(new URL('../../models/upconv7-scale2x.safetensors', import.meta.url)))
  expect(Object.keys(weights).length).toBe(14)
  expect(weights['0.weight']!.dtype).toBe('float16')
  expect(weights['0.weight']!.shape).toEqual([16, 3, 3, 3])
  // the same three values as NumPy reads
  const first = weights['0.weight']!.to('float32').reshape(-1).tolist() as number[]
  expect(first.slice(0, 3)).toEqual([0.021026611328125, 0.0928955078125, 0.035980224609375])
})

test('every dtype there and back, in memory and in a file', async () => {
  const bytes = safetensors.encodeSafetensors(everyDType, { format: 'pt' })
  const tensors = load(bytes)
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(everyDType).sort())
  expect(save(tensors, { format: 'pt' })).toEqual(bytes)

  const folder = mkdtempSync(join(tmpdir(), 'convforge-safetensors-'))
  try {
    const path = join(folder, 'model.safetensors')
    await saveFile(new Map(Object.entries(tensors)), path, { format: 'pt' })
    expect(readdirSync(folder)).toEqual(['model.safetensors'])
    expect(save(await loadFile(path), { format: 'pt' })).toEqual(bytes)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a file has the tensors as they were at the call', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'convforge-safetensors-'))
  try {
    const path = join(folder, 'model.safetensors')
    const x = tensor([1, 2, 3])
    const saving = saveFile({ x, turned: x.reshape(3, 1).t() }, path)
    x.zero_()
    await saving
    const { x: saved, turned } = await loadFile(path)
    expect([saved!.tolist(), turned!.tolist()]).toEqual([[1, 2, 3], [[1, 2, 3]]])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('tensors share the memory of the file where it is aligned', () => {
  const bytes = save({ x: tensor([1, 2, 3]) })
  const { x } = load(bytes)
  new Float32Array(bytes.buffer, bytes.length - 12, 3)[0] = 7
  expect(x!.tolist()).toEqual([7, 2, 3])
})

test('views are stored whole and in row-major order', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])
  const { turned, part, one } = load(save({ turned: x.t(), part: x.select(0, 1), one: x.select(0, 0).expand(2, 3) }))
  expect(turned!.tolist()).toEqual([
    [1, 4],
    [2, 5],
    [3, 6],
  ])
  expect(part!.tolist()).toEqual([4, 5, 6])
  expect(one!.tolist()).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ])
})

test('scalars, empty tensors and names that are special in JavaScript', () => {
  const tensors = load(save([['__proto__', tensor(5)] as const, ['none', zeros(0, 3)] as const]))
  expect(Object.keys(tensors)).toEqual(['__proto__', 'none'])
  expect(Object.values(tensors)[0]!.item()).toBe(5)
  expect(tensors['none']!.shape).toEqual([0, 3])
})

test('as many dimensions as PyTorch has are read and printed, and no more', () => {
  const shape = new Array<number>(64).fill(1)
  const { a } = load(file({ a: entry(0, 1, shape) }, [3]))
  expect(a!.ndim).toBe(64)
  expect(String(a)).toMatch(/^tensor\(\[{64}3\]{64},\s+dtype=torch.uint8\)$/)
  expectRefusal(() => load(file({ a: entry(0, 1, [...shape, 1]) }, [3])), 'shape', 'a')
})

test('what cannot be saved is refused', () => {
  expectRefusal(() => save({ z: tensor({ re: 1, im: 2 }, { dtype: 'complex128' }) }), 'dtype', 'z')
  expectRefusal(() => save({ ['__metadata__']: tensor(1) }), 'name', '__metadata__')
  expect(() => save({ a: everyDType['float32'] as never })).toThrow(
    'tensors must be tensors by name, but "a" is Object',
  )
  expect(() => save({ a: zeros(2, { device: 'meta' }) })).toThrow(TypeError)
})
