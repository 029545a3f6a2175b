import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/ops/creation/fromData.js'
import { arange, zeros } from '../../src/ops/creation/fromSizes.js'

describe('dataSync and data', () => {
  test('give the elements in row-major order, whatever the strides', async () => {
    const x = arange(24, { dtype: 'float32' }).view(2, 3, 4).permute(2, 0, 1).slice(0, 1, null, 2)
    const wanted = new Float32Array([1, 5, 9, 13, 17, 21, 3, 7, 11, 15, 19, 23])
    expect(x.dataSync()).toEqual(wanted)
    expect(await x.data()).toEqual(wanted)
  })

  test('are copies, contiguous or not', () => {
    for (const x of [zeros(2, 3), zeros(3, 2).t()]) {
      ;(x.dataSync() as Float32Array).fill(9)
      expect(x.sum().item()).toBe(0)
    }
    expect(zeros(4).narrow(0, 1, 2).dataSync()).toHaveLength(2)
  })

  test('interleave complex numbers, and give 16-bit floats as bits', () => {
    expect(tensor([{ re: 1, im: -2 }]).dataSync()).toEqual(new Float32Array([1, -2]))
    expect(tensor([1, -2], { dtype: 'float16' }).dataSync()).toEqual(new Uint16Array([0x3c00, 0xc000]))
    expect(tensor([true, false]).dataSync()).toEqual(new Uint8Array([1, 0]))
    expect(tensor([5n]).dataSync()).toEqual(new BigInt64Array([5n]))
  })

  test('refuse the meta device', async () => {
    const x = zeros(2, { device: 'meta' })
    expect(() => x.dataSync()).toThrow('Cannot copy out of meta tensor; no data!')
    await expect(x.data()).rejects.toThrow('no data')
  })
})

describe('tolist', () => {
  test('nests', () => {
    expect(arange(6).view(2, 3).t().tolist()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ])
    expect(tensor(2.5).tolist()).toBe(2.5)
    expect(zeros(2, 0).tolist()).toEqual([[], []])
    expect(zeros(0).tolist()).toEqual([])
  })

  test('gives each dtype its JavaScript value', () => {
    expect(tensor([true, false]).tolist()).toEqual([true, false])
    expect(tensor([{ re: 1, im: 2 }]).tolist()).toEqual([{ re: 1, im: 2 }])
    expect(tensor([0.1], { dtype: 'bfloat16' }).tolist()).toEqual([0.10009765625])
    expect(tensor([2n ** 53n - 1n]).tolist()).toEqual([2 ** 53 - 1])
  })

  test('refuses integers that a number does not hold, and names the cure', () => {
    expect(() => tensor([1n, 2n ** 53n + 1n]).tolist()).toThrow('9007199254740993 does not fit in a number exactly')
    expect(() => tensor([2n ** 60n]).tolist()).toThrow('dataSync()')
  })
})

describe('item', () => {
  test('takes exactly one element', () => {
    expect(zeros(1, 1).item()).toBe(0)
    expect(tensor(true).item()).toBe(true)
    expect(tensor({ re: 1, im: 2 }).item()).toEqual({ re: 1, im: 2 })
    expect(tensor(2n ** 60n).item()).toBe(2n ** 60n)
    expect(tensor([1, 2, 3]).narrow(0, 2, 1).item()).toBe(3)
    expect(() => zeros(2, 3).item()).toThrow('a Tensor with 6 elements cannot be converted to Scalar')
    expect(() => zeros(0).item()).toThrow('a Tensor with 0 elements')
    expect(() => zeros(1, { device: 'meta' }).item()).toThrow('no data')
  })
})

describe('as JavaScript sees a tensor', () => {
  test('iteration goes over dimension 0', () => {
    const rows = [...arange(6).view(2, 3)]
    expect(rows.map(row => row.tolist())).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ])
    expect(() => [...tensor(1)]).toThrow('iteration over a 0-d tensor')
    const x = zeros(2, 3)
    for (const row of x) row.fill_(1)
    expect(x.sum().item()).toBe(6)
  })

  test('text in templates and in the console', () => {
    expect(`${tensor([1, 2])}`).toBe('tensor([1., 2.])')
    expect(inspect({ x: tensor([1.5]) })).toBe('{ x: tensor([1.5000]) }')
    const view = arange(6, { dtype: 'float32', requiresGrad: true }).view(2, 3)
    expect(String(view)).toBe('tensor([[0., 1., 2.],\n        [3., 4., 5.]], grad_fn=<ViewBackward0>)')
  })
})
