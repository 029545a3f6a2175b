import { describe, expect, test } from 'vitest'
import { Arena } from '../../../src/backends/wasm/runtime/arena.js'
import { Residents } from '../../../src/backends/wasm/runtime/residents.js'
import { addOne, compile, programOf } from './programs.js'

const MIB = 2 ** 20

describe('residents', () => {
  test('an array has its place from the first time on, at a cache line', () => {
    const residents = new Residents(4096)
    const [a, b] = [new Float32Array(5), new Float64Array(100)]
    expect(residents.address(a)).toBeUndefined()
    expect(residents.add(a)).toBe(4096)
    expect(residents.add(b)).toBe(4160)
    expect(residents.address(a)).toBe(4096)
    expect(residents.end).toBe(4160 + 832)
    residents.forget()
    expect(residents.address(b)).toBeUndefined()
    expect(residents.add(b)).toBe(4096)
  })

  test('arrays that are no longer there do not fill the arena', async () => {
    const residents = new Residents(0)
    for (let i = 0; i < 1500; i++) {
      residents.tidy()
      residents.add(new Uint8Array(MIB))
      // what a WeakRef has given lives until the task ends
      if (i % 10 === 0) await new Promise(resolve => setTimeout(resolve))
    }
    // when they are collected is the engine's business; a gibibyte is the most in any case
    expect(residents.end).toBeLessThanOrEqual(1025 * MIB)
  })

  test('arrays that live are kept, though they are many', () => {
    const residents = new Residents(0)
    const arrays = Array.from({ length: 100 }, () => new Uint8Array(MIB))
    const useAll = () =>
      arrays.filter(own => {
        residents.tidy()
        const isThere = residents.address(own) !== undefined
        if (!isThere) residents.add(own)
        return !isThere
      }).length
    useAll()
    useAll()
    // by now there is room for all of them
    expect(useAll()).toBe(0)
  })
})

describe('the arena', () => {
  test('grows to what is needed, and keeps what stands there', () => {
    const arena = new Arena()
    arena.begin()
    arena.bytes(10_000)[9000] = 7
    const bytes = arena.bytes(MIB)
    expect(bytes.length).toBeGreaterThanOrEqual(MIB)
    expect(bytes[9000]).toBe(7)
  })

  test('is replaced when it has been far too large for long', () => {
    const arena = new Arena()
    arena.begin()
    arena.bytes(200 * MIB)
    const { memory } = arena
    for (let i = 0; i < 2000; i++) {
      arena.begin()
      arena.bytes(MIB)
    }
    expect(arena.memory).not.toBe(memory)
    expect(arena.bytes(MIB).length).toBeLessThan(10 * MIB)
  })

  test('programs go on in the memory that takes the place of another', () => {
    const large = compile(programOf(addOne, 2, 1, 300 * MIB), 'part')
    const small = compile(programOf(addOne, 3), 'part')
    for (let i = 0; i < 700; i++) {
      const out = new Float64Array(3)
      ;(i === 0 ? large : small)([out], false)
      expect([...out]).toEqual(i === 0 ? [1, 1, 0] : [1, 1, 1])
    }
  })
})
