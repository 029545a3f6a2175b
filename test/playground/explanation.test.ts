/**
 * What the page says about a convolution, against the library: every output is the sum of its terms, and what an input
 * or a weight goes into adds up to its gradient.
 */
import { expect, test } from 'vitest'
import { explain, isOutside, placeOf } from '../../playground/src/arithmetic/explanation.js'
import { formulas } from '../../playground/src/arithmetic/formula.js'
import { locate, NOTHING } from '../../playground/src/arithmetic/geometry.js'
import { compute } from '../../playground/src/arithmetic/layer.js'
import { light, stepUnder } from '../../playground/src/arithmetic/lighting.js'
import { addsUp, showInSum } from '../../playground/src/arithmetic/number.js'
import { truth } from './support/library.js'
import { SETTINGS } from './support/settings.js'

test.each(SETTINGS)('%s: the numbers are those of the functions', (_, setting) => {
  const numbers = compute(setting).numbers!
  const { output, padded, inputGradient, weightGradient } = truth(setting, numbers)
  expect(numbers.output).toEqual([...output.dataSync()])
  if (!setting.transposed) expect(numbers.padded).toEqual([...padded.dataSync()])
  expect(numbers.inputGradient).toEqual([...inputGradient.dataSync()])
  expect(numbers.weightGradient).toEqual([...weightGradient.dataSync()])
})

test.each(SETTINGS)('%s: the terms of every element add up', (_, setting) => {
  const numbers = compute(setting).numbers!
  const totals = { output: truth(setting, numbers).output, ...gradients(truth(setting, numbers)) }
  for (const tensor of ['output', 'input', 'weight'] as const) {
    const expected = totals[tensor].dataSync()
    const sums = [...expected.keys()].map(at => {
      const { terms, bias } = explain(numbers, setting.transposed, { tensor, at })!
      return terms.reduce((sum, { factors }) => sum + factors.reduce((a, b) => a * b, 1), bias ?? 0)
    })
    // digits and binomial weights: products and sums are exact in float32
    expect(sums).toEqual([...expected])
  }
})

const gradients = ({ inputGradient, weightGradient }: ReturnType<typeof truth>) => ({
  input: inputGradient,
  weight: weightGradient,
})

test.each(SETTINGS.filter(([, setting]) => !setting.transposed))(
  '%s: a place of the padding shows the element that it names',
  (_, setting) => {
    const numbers = compute(setting).numbers!
    const shown = truth(setting, numbers).padded.dataSync()
    for (const [at, value] of shown.entries()) {
      const { source } = placeOf(numbers.geometry, at)
      expect(source === NOTHING ? 0 : numbers.input[source]).toBe(value)
    }
  },
)

test.each(SETTINGS)('%s: the formula gives the size of the output', (_, setting) => {
  const shape = compute(setting).outputShape!
  expect(formulas(setting).map(({ result }) => result)).toEqual(shape.slice(2))
})

test('a sum is equal only if it is as it is shown', () => {
  // 0.3 of float32 sums
  expect(
    addsUp(
      [
        [0.1, 1],
        [0.2, 1],
      ],
      Math.fround(0.3),
    ),
  ).toBe(true)
  expect(addsUp([[123_455_000, 1]], 123_455_000)).toBe(true)
  expect(showInSum(123_455_000)).toBe('123455000')
  expect(addsUp([[1.23456, 1.23456]], Math.fround(1.23456 ** 2))).toBe(false)
  expect(
    addsUp(
      [
        [1, 1 / 3],
        [1, 1 / 3],
        [1, 1 / 3],
      ],
      1,
    ),
  ).toBe(false)
})

test('the letters of the formula are evaluated as they stand', () => {
  for (const [, setting] of SETTINGS) {
    for (const { numbers, result } of formulas(setting)) {
      const code = numbers.replaceAll('⌊', 'Math.floor(').replaceAll('⌋', ')').replaceAll('−', '-').replaceAll('·', '*')
      expect(new Function(`return ${code}`)()).toBe(result)
    }
  }
})

test('a padding place is lit with its source and an arrow from it', () => {
  const [, setting] = SETTINGS.find(([name]) => name === 'reflect')!
  const numbers = compute(setting).numbers!
  const { cells, arrows } = light(numbers, false, { tensor: 'padding', at: 0 })
  // two rows and one column of reflection: the corner shows row 2, column 1
  expect(arrows).toEqual([{ channel: 0, from: [4, 2], to: [0, 0] }])
  expect(cells.has(`input:${2 * 5 + 1}`)).toBe(true)
})

test('groups: an output lights up no channel of another group', () => {
  const [, setting] = SETTINGS.find(([name]) => name === 'groups')!
  const numbers = compute(setting).numbers!
  const { geometry: g } = numbers
  for (const at of numbers.output.keys()) {
    const group = Math.floor(locate(at, g.steps)[0] / 3)
    const { kernelWindow } = light(numbers, false, { tensor: 'output', at })
    expect(kernelWindow!.channels).toEqual([2 * group, 2 * group + 1])
  }
})

test('dragging: the kernel goes where its middle is under the pointer, and stays on the input', () => {
  const [, setting] = SETTINGS.find(([name]) => name === 'strides')!
  const { geometry: g } = compute(setting).numbers!
  // 7 x 8, kernel 3, stride (2, 3): outputs are 3 x 2, with middles at rows 1, 3, 5 and columns 1, 4
  expect(g.steps).toEqual([1, 3, 2])
  expect(stepUnder(g, 3, 4, 0)).toBe(1 * 2 + 1)
  expect(stepUnder(g, 0, 0, 0)).toBe(0)
  expect(stepUnder(g, 6, 7, 0)).toBe(2 * 2 + 1)
  expect(isOutside(g, 0)).toBe(false)
})
