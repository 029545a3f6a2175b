/**
 * Every differentiable public operation against finite differences, its derivative as well as its derivative's. A new
 * operation belongs in the table (`operations/`), or in the list of those without a derivative.
 */
import { describe, expect, test } from 'vitest'
import { gradcheck, gradgradcheck } from '../../src/autograd/gradcheck.js'
import * as functional from '../../src/nn/functional/index.js'
import * as operations from '../../src/ops/index.js'
import { Tensor } from '../../src/ops/tensor.js'
import { OPERATIONS } from './operations/index.js'
import { channelsLast, strided } from './operations/layouts.js'
import { UNDIFFERENTIABLE } from './operations/undifferentiable.js'

describe.each([...OPERATIONS])('%s', (_, checks) => {
  test.each(checks.map((one, i) => [i, one] as const))('entry %i', (_i, { f, inputs, options }) => {
    const { layout, ...tolerances } = options
    expect(gradcheck(f, inputs, tolerances)).toBe(true)
    expect(gradgradcheck(f, inputs, null, tolerances)).toBe(true)
    if (layout === 'contiguous') return
    expect(gradcheck(f, inputs.map(strided), tolerances)).toBe(true)
    if (inputs.some(({ ndim }) => ndim === 4)) expect(gradcheck(f, inputs.map(channelsLast), tolerances)).toBe(true)
  })
})

/** The names of what can be called, of a module or of the tensor's methods. */
function callable(of: object): string[] {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(of))
  return properties
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name)
}

/** Functions of `nn.functional` that are operations under the same name are the same thing, and named once. */
function publicNames(): Set<string> {
  const own = Object.entries({ ...operations }) as [string, unknown][]
  const exported: Record<string, unknown> = Object.fromEntries(own)
  const layers = Object.entries(functional).filter(([name, value]) => exported[name] !== value)
  return new Set([
    ...callable(exported),
    ...callable(Tensor.prototype),
    ...layers.filter(([, value]) => typeof value === 'function').map(([name]) => `functional.${name}`),
  ])
}

describe('the table is whole', () => {
  const without = Object.values(UNDIFFERENTIABLE).flat()

  test('every public operation is in it, or on the list of those without a derivative', () => {
    const named = [...OPERATIONS.keys(), ...without]
    const there = publicNames()
    expect([...there].filter(name => !named.includes(name))).toEqual([])
    expect(without.filter(name => !there.has(name))).toEqual([])
  })

  test('nothing is named as having a derivative and as having none', () => {
    expect(without.filter(name => OPERATIONS.has(name))).toEqual([])
  })

  test('the axes of an input all differ in size, and those of an image or kernel at least among themselves', () => {
    const sizesOf = (name: string, { shape }: Tensor) => {
      const rank = Number(/^functional\.conv\D*(\d)d$/.exec(name)?.[1] ?? 0)
      return rank === 0 ? shape.filter(size => size !== 1) : shape.slice(-rank)
    }
    const alike = [...OPERATIONS].flatMap(([name, checks]) =>
      checks
        .flatMap(({ inputs }) => inputs)
        .filter(input => new Set(sizesOf(name, input)).size < sizesOf(name, input).length)
        .map(({ shape }) => `${name} [${shape}]`),
    )
    expect(alike).toEqual([])
  })
})
