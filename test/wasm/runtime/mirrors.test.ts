/**
 * The places of operands: a run's own never overlap, and what is said to be in one is there.
 */
import { describe, expect, test } from 'vitest'
import { Mirrors, type Place } from '../../../src/backends/wasm/runtime/mirrors.js'
import { noteOwned, noteShared, noteWrite } from '../../../src/tensor/mirrors.js'
import { integer } from '../../differential/support/specs.js'
import { generator } from '../../property/support/numbers.js'
import { SEED } from '../../property/support/seed.js'

const MIB = 2 ** 20

/** A ring over an arena of zeros. */
function ring() {
  const arena = new Uint8Array(64 * MIB)
  const mirrors = new Mirrors(() => arena)
  return { arena, mirrors }
}

function made(bytes: number): Uint8Array {
  const array = new Uint8Array(bytes)
  noteOwned(array)
  return array
}

/** One run that has an array in a place of its own. */
function runOn(mirrors: Mirrors, array: Uint8Array, start = 0): Place {
  mirrors.begin(start, array.byteLength)
  const place = mirrors.take(array.byteLength)
  mirrors.keep(place, array)
  return place
}

describe('an array', () => {
  test('is found where it was, and so is a part of it', () => {
    const { mirrors } = ring()
    const array = made(4096)
    const place = runOn(mirrors, array)
    mirrors.begin(0, 0)
    expect(mirrors.find(array)).toBe(place)
    const part = array.subarray(256, 512)
    expect(mirrors.find(part)).toBe(place)
    expect(mirrors.address(place, part)).toBe(place.start + 256)
  })

  test('is not found where only a part of it was', () => {
    const { mirrors } = ring()
    const array = made(8192)
    runOn(mirrors, array.subarray(0, 4096))
    mirrors.begin(0, 0)
    expect(mirrors.find(array)).toBeNull()
    expect(mirrors.find(array.subarray(4000, 5000))).toBeNull()
  })

  test('is not found after somebody has written to it, to any part', () => {
    const { mirrors } = ring()
    const array = made(4096)
    runOn(mirrors, array)
    noteWrite(array.subarray(1, 2))
    expect(mirrors.find(array)).toBeNull()
  })

  test('is not found if another place of its buffer was written to', () => {
    const { mirrors } = ring()
    const array = made(8192)
    mirrors.begin(0, 16384)
    const [read, written] = [mirrors.take(8192), mirrors.take(4096)]
    mirrors.keep(written, array.subarray(0, 4096))
    mirrors.keep(read, array)
    mirrors.written(written, array.subarray(0, 4096))
    expect(mirrors.find(array)).toBeNull()
  })

  test("is not kept, nor found, if it has become a user's", () => {
    const { mirrors } = ring()
    const array = made(4096)
    runOn(mirrors, array)
    noteShared(array)
    expect(mirrors.find(array)).toBeNull()
    runOn(mirrors, array)
    expect(mirrors.find(array)).toBeNull()
  })

  test('is not kept if its writes are not noted', () => {
    const { mirrors } = ring()
    const array = new Uint8Array(4096)
    runOn(mirrors, array)
    expect(mirrors.find(array)).toBeNull()
  })

  test('is not found behind a start that has come to be behind it', () => {
    const { mirrors } = ring()
    const array = made(4096)
    runOn(mirrors, array)
    mirrors.begin(64, 0)
    expect(mirrors.find(array)).toBeNull()
    expect(mirrors.take(64).start).toBe(64)
  })
})

test('places begin where they are wanted in a word, and do not overlap', () => {
  const { mirrors } = ring()
  mirrors.begin(0, 4096)
  const places = [mirrors.take(100, 4), mirrors.take(60, 4), mirrors.take(64)]
  expect(places.map(({ start }) => start)).toEqual([4, 132, 192])
})

test('the newest 4 MiB are there, and a run of more has room', () => {
  const { mirrors } = ring()
  const arrays = Array.from({ length: 20 }, () => made(MIB))
  for (const array of arrays) runOn(mirrors, array)
  mirrors.begin(0, 0)
  expect(arrays.map(array => mirrors.find(array) !== null)).toEqual(arrays.map((_, i) => i >= 16))
  mirrors.begin(0, 12 * MIB)
  const places = [5, 4, 3].map(size => mirrors.take(size * MIB))
  expect(Math.max(...places.map(({ end }) => end))).toBeLessThanOrEqual(16 * MIB)
})

test(`random runs have what they are said to have (CONVFORGE_SEED=${SEED})`, () => {
  const next = generator(SEED)
  const { arena, mirrors } = ring()
  const arrays = Array.from({ length: 60 }, () => made(2048 * integer(next, 1, 400)))
  let found = 0
  for (let run = 1; run <= 2000; run++) {
    const own = Array.from({ length: integer(next, 1, 4) }, () => arrays[integer(next, 0, arrays.length - 1)]!)
    mirrors.begin(64 * integer(next, 0, 3), 0)
    const places = new Map<Uint8Array, Place>()
    const fresh: Uint8Array[] = []
    for (const array of own) {
      if (places.has(array)) continue
      const there = mirrors.find(array)
      if (there) {
        found++
        const at = [0, array.length / 2, array.length - 1].map(i => arena[there.start + i])
        expect(at).toEqual([array[0], array[0], array[0]])
      } else fresh.push(array)
      places.set(array, there ?? mirrors.take(array.length))
    }
    const ordered = [...places.values()].toSorted((a, b) => a.start - b.start)
    for (let i = 1; i < ordered.length; i++) expect(ordered[i]!.start).toBeGreaterThanOrEqual(ordered[i - 1]!.end)
    // the first is a result, the others are read
    const [result] = own
    result!.fill(run % 256)
    for (const [array, { start }] of places) arena.fill(array[0]!, start, start + array.length)
    for (const array of fresh) mirrors.keep(places.get(array)!, array)
    mirrors.written(places.get(result!)!, result!)
    if (next() < 0.1) {
      const other = arrays[integer(next, 0, arrays.length - 1)]!
      other.fill(integer(next, 0, 255))
      noteWrite(other)
    }
  }
  expect(found).toBeGreaterThan(500)
})
