/**
 * Runs the cases of fixtures/losses.py, which real PyTorch answered.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { toFloat64 } from '../../src/tensor/copy.js'
import { wrapArray } from '../../src/tensor/tensor.js'

/** Seed, shape and kind of an input. */
export type Pattern = [seed: number, shape: number[], kind?: string]

/** What PyTorch found; numbers, or 'nan', 'inf', '-inf'. */
export interface Answers {
  shape: number[]
  output: (number | string)[]
  gradients?: ((number | string)[] | null)[]
  second?: ((number | string)[] | null)[]
}

export function readCases<T>(name: string): T[] {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T[]
}

const KINKS = [-6, -3, -1, -0.5, 0, 0.5, 1, 3, 6, 20, 21, -20]

/** The same numbers as pattern() in losses.py. */
export function pattern([seed, shape, kind = 'signed']: Pattern): Tensor {
  const count = shape.reduce((product, size) => product * size, 1)
  const mixed = Array.from({ length: count }, (_, i) => (i * 1237 + seed * 7919) % 1009)
  const classes = Number(kind)
  if (classes > 0)
    return tensor(
      BigInt64Array.from(mixed, m => BigInt(m % classes)),
      { shape },
    )
  const numberOf = {
    signed: (m: number) => ((m % 509) - 254.5) / 128,
    unit: (m: number) => (m + 0.5) / 1009,
    log: (m: number) => -(m + 0.5) / 256,
    kinks: (m: number) => KINKS[m % 12]!,
  }[kind]!
  return tensor(Float64Array.from(mixed, numberOf), { shape })
}

function weights(like: Tensor): Tensor {
  const numbers = Float64Array.from({ length: like.numel() }, (_, i) => ((i * 37 + 11) % 29) / 16 - 0.6)
  return wrapArray(numbers, like.shape, 'float64') as Tensor
}

/** Fails where numbers are apart by more than the bound, relative to the larger of the expected number and 1. */
export function expectNumbers(
  actual: Tensor | null,
  expected: (number | string)[] | null,
  what: string,
  bound = 1e-9,
): void {
  const wanted = expected?.map(x => (typeof x === 'number' ? x : Number(x.replace('inf', 'Infinity')))) ?? null
  // what PyTorch leaves out may be zeros here, and the other way round
  const found = actual ? [...toFloat64(actual)] : (wanted?.map(() => 0) ?? [])
  const target = wanted ?? found.map(() => 0)
  expect(found.length, what).toBe(target.length)
  for (const [i, x] of found.entries()) {
    const y = target[i]!
    if (Object.is(x, y) || Math.abs(x - y) <= bound * Math.max(1, Math.abs(y))) continue
    expect.fail(`${what}, element ${i}: got ${x}, PyTorch has ${y}`)
  }
}

/** Compares output, gradients and gradients of the gradients. */
export function compare(
  run: (...inputs: Tensor[]) => Tensor,
  inputs: Tensor[],
  differentiable: number[],
  answers: Answers,
  bound?: number,
): void {
  const wanted = differentiable.map(i => inputs[i]!.requiresGrad_())
  const output = run(...inputs)
  expect([...output.shape]).toEqual(answers.shape)
  expectNumbers(output, answers.output, 'output', bound)
  if (!answers.gradients) return
  const gradients = grad(output.mul(weights(output)).sum(), wanted, null, { createGraph: true }) as Tensor[]
  for (const [i, gradient] of gradients.entries())
    expectNumbers(gradient, answers.gradients[i]!, `gradient ${i}`, bound)
  if (!answers.second) return
  const total = gradients.map(gradient => gradient.mul(weights(gradient)).sum()).reduce((a, b) => a.add(b))
  const second = total.requiresGrad ? grad(total, wanted, null, { allowUnused: true }) : wanted.map(() => null)
  for (const [i, gradient] of second.entries()) {
    expectNumbers(gradient as Tensor | null, answers.second[i]!, `second gradient ${i}`, bound)
  }
}
