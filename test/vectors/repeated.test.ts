// What is planned for one call serves the next one of the same shapes: only where that changes nothing.
import { expect, test } from 'vitest'
import { elementwise, fold } from '../../src/backends/vectorOperations.js'
import { backends, manualSeed, nn, randn, type Tensor, zeros } from '../../src/index.js'
import { add, Formula, multiply, operand } from '../../src/kernel/expression.js'
import { expectSame, forEachTarget } from './support.js'

const rows = (data: Float32Array | Float64Array, offset = 0, strides: readonly number[] = [1]) => ({
  data,
  offset,
  strides,
})

forEachTarget('calls that come again', () => {
  test('a formula of the same text in another precision is another one', () => {
    const text = () => multiply(multiply(operand(0), operand(0)), operand(1))
    const [single, double] = [new Formula('element', text()), new Formula('double', text())]
    const x = Float32Array.from({ length: 2048 }, (_, i) => 1 + i / 999)
    const z = Float32Array.from({ length: 2048 }, (_, i) => 1 + i / 777)
    const resultOf = (formula: Formula) => {
      const y = new Float32Array(2048)
      expect(elementwise({ shape: [2048], operands: [rows(x), rows(z), rows(y)], formula, into: [2] })).toBe(true)
      return y
    }
    const rounded = x.map((value, i) => Math.fround(Math.fround(value * value) * z[i]!))
    const once = x.map((value, i) => value * value * z[i]!)
    expect(rounded).not.toEqual(once)
    for (const [formula, expected] of [
      [single, rounded],
      [double, once],
      [single, rounded],
    ] as const)
      expect(resultOf(formula)).toEqual(expected)
  })

  test('views may begin anywhere, in both directions', () => {
    const formula = new Formula('element', add(operand(0), operand(1)))
    const sums = new Formula('double', operand(0))
    const length = 40 * 1031
    const [x, z] = [0, 1].map(own => Float32Array.from({ length }, (_, i) => ((i * 7919) % 1013) + own)) as [
      Float32Array,
      Float32Array,
    ]
    for (const [a, b, to] of [
      [0, 0, 0],
      [1031, 5, 17],
      [3, 30 * 1031, 12],
      [0, 0, 0],
      [37 * 1031, 1, 36 * 1031],
    ] as const) {
      const y = new Float32Array(length)
      const shape = [2, 1029]
      const operands = [rows(x, a, [1031, 1]), rows(z, b, [1029, 1]), rows(y, to, [1030, 1])]
      expect(elementwise({ shape, operands, formula, into: [2] })).toBe(true)
      const expected = new Float32Array(length)
      for (let row = 0; row < 2; row++)
        for (let k = 0; k < 1029; k++) expected[to + row * 1030 + k] = x[a + row * 1031 + k]! + z[b + row * 1029 + k]!
      expect(y).toEqual(expected)
      const found = fold({ shape, kept: [true, false], operands: [operands[0]!], formula: sums, operation: 'add' })
      const total = (from: number) => x.subarray(from, from + 1029).reduce((sum, own) => sum + own, 0)
      expect(found).toEqual(Float64Array.of(total(a), total(a + 1031)))
    }
  })

  test('slices of a tensor, one after another', () => {
    manualSeed(3)
    const x = randn(150, 3, 700)
    const y = randn(3, 700)
    const steps = () => Array.from({ length: 150 }, (_, i) => x.select(0, i)).flatMap(own => [own.add(y), own.sum(1)])
    expectSame(steps, 2 * 150)
  })

  test('the numbers of threads make no difference', () => {
    const before = backends.getNumThreads()
    const x = randn(8, 16, 40, 40)
    const layer = new nn.BatchNorm2d(16)
    const run = (): Tensor => layer(x).relu().sum([0, 2, 3])
    try {
      backends.setNumThreads(1)
      const one = run()
      backends.setNumThreads(2)
      expect(run().tolist()).toEqual(one.tolist())
      expect(zeros(2).add(1).tolist()).toEqual([1, 1])
    } finally {
      backends.setNumThreads(before)
    }
  })
})
