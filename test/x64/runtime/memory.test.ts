import { describe, expect, test } from 'vitest'
import { addressOf, installCode, NativeBlock, unavailable } from '../../../src/backends/x64/runtime/index.js'
import { bundleChild, runChild } from './child.js'
import { copyingKernel, single } from './kernels.js'
import { accessTo } from './maps.js'

describe.skipIf(unavailable() !== null)('addressOf', () => {
  test('is the place of the first element, of whole arrays and of parts', () => {
    const shared = new SharedArrayBuffer(64)
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 3 })
    const arrays: BigInt64Array[] = [
      new BigInt64Array(5),
      new BigInt64Array(100_000),
      new BigInt64Array(new ArrayBuffer(80), 16, 5),
      new BigInt64Array(shared),
      new BigInt64Array(memory.buffer, 128),
      new BigInt64Array(9).subarray(3),
    ]
    const copying = single(copyingKernel())
    const target = new BigInt64Array(1)
    for (const [i, array] of arrays.entries()) {
      array[0] = BigInt(i + 10)
      // twice: the second answer is a remembered one
      for (let again = 0; again < 2; again++) {
        copying.run([addressOf(array), target])
        expect(target[0]).toBe(BigInt(i + 10))
      }
      expect(addressOf(array.subarray(2))).toBe(addressOf(array) + 16)
      expect(addressOf(new DataView(array.buffer, array.byteOffset + 3))).toBe(addressOf(array) + 3)
    }
  })

  test('refuses arrays whose buffer is gone, and has no place for empty ones', () => {
    const array = new Float32Array(8)
    const part = array.subarray(3)
    addressOf(array)
    structuredClone(array.buffer, { transfer: [array.buffer] })
    expect(() => addressOf(array)).toThrow('the buffer of this array is detached')
    expect(() => addressOf(part)).toThrow('the buffer of this array is detached')

    const memory = new WebAssembly.Memory({ initial: 1 })
    const bytes = new Uint8Array(memory.buffer)
    addressOf(bytes)
    memory.grow(1)
    expect(() => addressOf(bytes)).toThrow('the buffer of this array is detached')
    expect(addressOf(new Float32Array(0))).toBe(0)
  })
})

describe.skipIf(unavailable() !== null)('pages', () => {
  test('of code can be run and read, not written', () => {
    const block = installCode(new Uint8Array([0xc3]))
    expect(accessTo(block.address)).toBe('r-xp')
    expect(block.address % 4096).toBe(0)
    expect(block.byteLength).toBe(1)
  })

  test('of native memory are zero, can be written, and stand between pages that nobody can use', () => {
    const block = new NativeBlock(5000)
    expect(block.address % 4096).toBe(0)
    expect(accessTo(block.address)).toBe('rw-p')
    expect(accessTo(block.address - 1)).toBe('---p')
    expect(accessTo(block.address + 2 * 4096)).toBe('---p')
    const view = block.view()
    expect(view.byteLength).toBe(5000)
    expect(view.every(byte => byte === 0)).toBe(true)
    block.write(10, new Uint16Array([0x1234, 0x5678]))
    expect(Array.from(view.subarray(9, 15))).toEqual([0, 0x34, 0x12, 0x78, 0x56, 0])
    expect(() => block.write(4998, new Uint16Array(2))).toThrow('4 bytes at 4998 do not fit into a block of 5000')
  })

  test('of native memory are gone when released', () => {
    const block = new NativeBlock(40 * 4096)
    block.release()
    expect(accessTo(block.address + 20 * 4096)).not.toBe('rw-p')
  })

  test('that cannot be had are an error', () => {
    expect(() => new NativeBlock(2 ** 52)).toThrow(/no memory: mmap of \d+ bytes failed/)
  })

  test.each([
    ['inside', { status: 0, signal: null, stdout: 'written' }],
    ['before', { status: null, signal: 'SIGSEGV', stdout: '' }],
    ['after', { status: null, signal: 'SIGSEGV', stdout: '' }],
    ['code', { status: null, signal: 'SIGSEGV', stdout: '' }],
  ])('a kernel that writes %s', async (place, outcome) => {
    const script = await bundleChild('access')
    expect(runChild(script, [place])).toMatchObject(outcome)
  })

  test('are unmapped when nothing needs them any more, and not before', async () => {
    const script = await bundleChild('collection')
    const { stdout, stderr } = runChild(script, [], { flags: ['--expose-gc'] })
    expect(stderr).toBe('')
    const { wrong, largest, keeps } = JSON.parse(stdout)
    expect(wrong).toBe(0)
    expect(keeps).toBe(true)
    // 4000 blocks are made
    expect(largest).toBeLessThan(1500)
  })
})
