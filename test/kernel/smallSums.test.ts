/**
 * Small products and convolutions of float32 are summed in float64 and rounded once; how many rows or samples there are
 * changes nothing. Messages name the case; `CONVFORGE_SEED` repeats it.
 */
import { expect, test } from 'vitest'
import { convolutionPrecision, productPrecision } from '../../src/backends/compiled/precision.js'
import { describeSpec } from '../../src/conv/spec.js'
import { addmm, backends, type Tensor } from '../../src/index.js'
import { PASSES } from '../differential/support/compare.js'
import { depthwiseSpec } from '../differential/support/depthwiseSpecs.js'
import { integer, pick, type Random, randomSpec } from '../differential/support/specs.js'
import { generator, values } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { forEachTarget } from '../vectors/support.js'
import { operandsOf, planFor, real } from './sameBits.js'

const CASES = 120

const [reference] = backends.convolutionAlgorithms().filter(({ name }) => name === 'reference')

/** Algorithms that sum directly. */
const direct = backends.convolutionAlgorithms().filter(({ name }) => /^(x64|wasm)\/(?!winograd)/.test(name))

/** Each number must be the float64 one, rounded: what that one's own roundings may change is far below. */
function expectRoundedOnce(found: Tensor, exact: Tensor, where: string): void {
  expect(found.dtype).toBe('float32')
  expect(found.shape).toEqual(exact.shape)
  const [own, wide] = [values(found), values(exact)]
  const slack = 1e-13 * Math.max(...wide.map(Math.abs))
  const wrong = own.findIndex(
    (value, i) => value < Math.fround(wide[i]! - slack) || value > Math.fround(wide[i]! + slack),
  )
  if (wrong >= 0) throw new Error(`${where}: element ${wrong} is ${own[wrong]}, not ${wide[wrong]} rounded`)
}

const double = (tensor: Tensor) => tensor.to('float64')

/** A matrix that lies in memory by rows or by columns, with or without gaps. */
function matrix(next: Random, seed: number, rows: number, columns: number): Tensor {
  const gap = integer(next, 0, 2)
  return next() < 0.5
    ? real(seed, [rows, columns + gap]).narrow(1, 0, columns)
    : real(seed, [columns, rows + gap])
        .t()
        .narrow(0, 0, rows)
}

forEachTarget(`small sums (CONVFORGE_SEED=${SEED})`, () => {
  test('products of matrices have one rounding, with any strides and a bias', () => {
    const next = generator(SEED)
    for (let i = 0; i < CASES; i++) {
      const columns = integer(next, 1, 70)
      const steps = pick(next, [integer(next, 1, 20), Math.floor(2048 / columns)])
      const rows = integer(next, 1, 40)
      const [a, b] = [matrix(next, SEED + i, rows, steps), matrix(next, SEED + i + 1, steps, columns)]
      const bias = real(SEED + i + 2, pick(next, [[columns], [rows, 1], [rows, columns]]))
      expect(productPrecision('float32', steps, columns)).toBe('widened')
      const where = `case ${i}: ${rows} x ${steps} x ${columns}, strides ${a.stride()} and ${b.stride()}`
      expectRoundedOnce(a.matmul(b), double(a).matmul(double(b)), where)
      expectRoundedOnce(addmm(bias, a, b), addmm(double(bias), double(a), double(b)), `${where}, bias ${bias.shape}`)
    }
  })

  test('a row of a product is the same alone and among others, however large the matrix', () => {
    const next = generator(SEED + 1)
    for (const columns of [1, 7, 32, 64, 200]) {
      for (const steps of [1, 9, 63, 64, 65, 300]) {
        const rows = integer(next, 2, 70)
        const [a, b] = [matrix(next, SEED, rows, steps), matrix(next, SEED + 1, steps, columns)]
        const all = a.matmul(b)
        const row = integer(next, 0, rows - 1)
        expect(values(a.narrow(0, row, 1).matmul(b)), `${steps} x ${columns}`).toEqual(values(all.narrow(0, row, 1)))
      }
    }
  })

  test.each(PASSES)('convolutions have one rounding: %s', pass => {
    const next = generator(SEED + 2)
    const served = new Map(direct.map(({ name }) => [name, 0]))
    for (let i = 0; i < CASES; i++) {
      const spec = i % 3 === 0 ? depthwiseSpec(next) : randomSpec(next)
      // gradients of padding that is not zero are folded in float32
      if (pass === 'inputGradient' && spec.paddingMode !== 'zeros') continue
      if (convolutionPrecision({ spec, dtype: 'float32' }) !== 'widened') continue
      const operands = operandsOf(spec, pass, 'float32', SEED + 5 * i)
      const problem = { spec, pass, dtype: 'float64', format: 'contiguous', reducedPrecision: false } as const
      const exact = reference!.prepare(problem)({
        first: double(operands.first),
        second: double(operands.second),
        bias: operands.bias && double(operands.bias),
      })
      for (const algorithm of direct) {
        const kernel = planFor(algorithm, spec, pass, 'float32')
        if (!kernel) continue
        served.set(algorithm.name, served.get(algorithm.name)! + 1)
        expectRoundedOnce(kernel(operands), exact, `case ${i}, ${algorithm.name}: ${describeSpec(spec)}`)
      }
    }
    for (const [name, count] of served) {
      const least = name.endsWith('/depthwise') ? CASES / 20 : CASES / 4
      if (name.endsWith('/depthwise') || name.endsWith('/weight-gradient') === (pass === 'weightGradient'))
        expect(count, name).toBeGreaterThan(least)
    }
  })
})

test('how many rows or samples there are does not decide the precision', () => {
  const next = generator(SEED + 3)
  for (let i = 0; i < CASES; i++) {
    const spec = randomSpec(next)
    const precisions = [1, 2, 64, 1000].map(batch =>
      convolutionPrecision({ spec: { ...spec, batch }, dtype: 'float32' }),
    )
    expect(new Set(precisions).size).toBe(1)
  }
  expect(productPrecision('float32', 64, 10)).toBe('widened')
  expect(productPrecision('float32', 512, 1000)).toBe('float32')
  expect(productPrecision('float64', 64, 10)).toBe('float64')
})
