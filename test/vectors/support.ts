// Elementwise operations and reductions by compiled kernels, against the same in plain loops.
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { getBackend, setBackend } from '../../src/backends/registry.js'
import { withLoops } from '../../src/backends/settings.js'
import { servedCalls } from '../../src/backends/vectorOperations.js'
import { probeEngine } from '../../src/backends/wasm/engine.js'
import { wasmTarget } from '../../src/backends/wasm/target.js'
import { cpu, unavailable } from '../../src/backends/x64/runtime/index.js'
import { type DType, randn, type Tensor } from '../../src/index.js'

const SETS = unavailable() === null ? (['avx512', 'avx2'] as const).filter(set => set === 'avx2' || cpu().avx512) : []

/** Runs the tests once for each instruction set that the processor has. */
export function forEachInstructionSet(name: string, tests: () => void): void {
  describe.skipIf(SETS.length === 0)(name, () => {
    for (const set of SETS.length > 0 ? SETS : (['none'] as const)) {
      describe(set, () => {
        const before = process.env.CONVFORGE_ISA
        beforeAll(() => {
          process.env.CONVFORGE_ISA = set
        })
        afterAll(() => {
          if (before === undefined) delete process.env.CONVFORGE_ISA
          else process.env.CONVFORGE_ISA = before
        })
        tests()
      })
    }
  })
}

/** Runs the tests once for each target of compiled kernels: each instruction set, and WebAssembly. */
export function forEachTarget(name: string, tests: () => void): void {
  forEachInstructionSet(name, tests)
  describe.skipIf(typeof probeEngine() === 'string')(`${name}, wasm`, () => {
    const { fewestElements } = wasmTarget
    const before = getBackend()
    beforeAll(() => {
      setBackend('wasm')
      // small tensors as well, which are not worth it
      Object.assign(wasmTarget, { fewestElements: 0 })
    })
    afterAll(() => {
      setBackend(before)
      Object.assign(wasmTarget, { fewestElements })
    })
    tests()
  })
}

export type Numbers = Float32Array | Float64Array | Int32Array | BigInt64Array

/** The elements in row-major order. */
export const elements = (tensor: Tensor): Numbers => tensor.contiguous().clone().storage.data as Numbers

/** What is computed, by vectors and by loops. */
export function bothWays(compute: () => readonly Tensor[], calls = 1): (readonly [Numbers, Numbers])[] {
  const before = servedCalls()
  const fast = compute().map(elements)
  expect(servedCalls() - before, 'calls that compiled kernels served').toBeGreaterThanOrEqual(calls)
  const served = servedCalls()
  const slow = withLoops(() => compute().map(elements))
  expect(servedCalls(), 'loops are loops').toBe(served)
  return fast.map((own, i) => [own, slow[i]!])
}

/** The same bits (all NaN being one). Names the first element that differs. */
export function expectSame(compute: () => readonly Tensor[], calls = 1): void {
  for (const [fast, slow] of bothWays(compute, calls)) {
    expect(fast.length).toBe(slow.length)
    const wrong = fast.findIndex((value, i) => !Object.is(value, slow[i]))
    if (wrong >= 0) expect({ wrong, is: fast[wrong] }).toEqual({ wrong, is: slow[wrong] })
  }
}

/**
 * The same float32 or the next one, but for what the loops lose in doubles: some 1e-15 of elements of this size, where most of a sum
 * cancels.
 *
 * @param size `null` if nothing is lost: then zeros have the same sign as well
 */
export function expectNext(compute: () => readonly Tensor[], size: Tensor | null): void {
  const sizes = size && (elements(size) as Float32Array)
  for (const [fast, slow] of bothWays(compute)) {
    expect(fast.length).toBe(slow.length)
    for (let i = 0; i < slow.length; i++) {
      const [own, other] = [Number(fast[i]), Number(slow[i])]
      const lost = sizes ? 1e-15 * Math.max(1, Math.abs(sizes[i]!)) : 0
      // subnormal numbers are a fixed distance apart
      const next = Math.max(2 ** -23 * Math.abs(other), other === 0 ? 0 : 2 ** -149)
      const isNear = own === other ? sizes !== null : Math.abs(own - other) <= next + lost
      const isNext = Object.is(own, other) || isNear
      if (!isNext) expect({ i, is: own }).toEqual({ i, is: other })
    }
  }
}

/** Equal but for rounding: within so many times the largest element. */
export function expectClose(compute: () => readonly Tensor[], tolerance: number, calls = 1): void {
  for (const [fast, slow] of bothWays(compute, calls)) {
    expect(fast.length).toBe(slow.length)
    let largest = 0
    for (const value of slow) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(Number(value)))
    for (const [i, value] of slow.entries()) {
      if (Object.is(fast[i], value)) continue
      const difference = Math.abs(Number(fast[i]) - Number(value))
      // also fails where one is NaN
      if (!(difference <= tolerance * largest)) expect({ i, is: fast[i] }).toEqual({ i, is: value })
    }
  }
}

export const SPECIAL = [
  ...[0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40, -1e-40, 1.17549435e-38],
  ...[3.4e38, -3.4e38, 1, -1, 3, -3, 6, 0.5, -0.5, 88.7, 88.8, -87.3, -103.9, -104, 1e-7, -1e-7, 16777217, 709, -745],
]

/** Random numbers, with every pair of special ones at the same places of the first and the second tensor. */
export function withSpecial(shape: readonly number[], dtype: DType, place: 'first' | 'second' = 'first'): Tensor {
  const result = randn(shape).mul(3).to(dtype)
  const data = result.storage.dataToWrite as Float32Array
  for (let i = 0; i < Math.min(data.length, SPECIAL.length ** 2); i++) {
    data[i] = SPECIAL[place === 'first' ? Math.floor(i / SPECIAL.length) : i % SPECIAL.length]!
  }
  return result
}
