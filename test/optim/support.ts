/**
 * What the tests of optimizers share.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
// the import that attaches the methods
import '../../src/ops/tensor.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { Adam, AdamW, type Optimizer, RMSprop, SGD } from '../../src/optim/index.js'
import type { Parameters } from '../../src/optim/parameters.js'
import { copyElements, toFloat64 } from '../../src/tensor/copy.js'
import type { DType } from '../../src/tensor/dtype.js'
import { allocate, viewOf, wrapArray } from '../../src/tensor/tensor.js'

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T
}

export const OPTIMIZERS = { SGD, Adam, AdamW, RMSprop }
export type Kind = keyof typeof OPTIMIZERS

/** An optimizer by its name, with options by their names here. */
export function makeOptimizer(kind: Kind, params: Parameters<object>, options: object): Optimizer {
  const make = OPTIMIZERS[kind] as unknown as new (params: Parameters<object>, options: object) => Optimizer
  return new make(params, options)
}

/** Options as Python spells them, as they are spelled here. */
export function camelCased(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const capitals: Record<string, string> = { T_max: 'tMax', T_0: 't0', T_mult: 'tMult' }
  const camel = (name: string) =>
    capitals[name] ?? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [camel(name), value]))
}

export type Layout = 'contiguous' | 'strided'

/** A tensor with these elements; `strided` lies in memory backwards in its dimensions, with gaps and an offset. */
export function tensorIn(layout: Layout, values: readonly number[], shape: readonly number[], dtype: DType): Tensor {
  const source = wrapArray(Float64Array.from(values), shape, 'float64')
  if (layout === 'contiguous') return source.to(dtype)
  const strides: number[] = []
  let step = 2
  for (const size of shape) {
    strides.push(step)
    step *= size
  }
  const out = viewOf(allocate([step + 3], dtype), shape, strides, 3)
  copyElements(out, source)
  return out
}

/** Each element within `tolerance` times the larger of 1 and the largest expected element. */
export function expectClose(actual: Tensor, expected: readonly number[], tolerance: number, what: string): void {
  const scale = Math.max(1, ...expected.map(Math.abs))
  const values = toFloat64(actual)
  expect(values.length, what).toBe(expected.length)
  // Math.max gives NaN where one is
  const worst = Math.max(0, ...expected.map((value, i) => Math.abs(values[i]! - value)))
  expect(worst, `${what}: the largest error`).toBeLessThanOrEqual(tolerance * scale)
}
