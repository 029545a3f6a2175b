/** Products with padding are left out, and no others. */
import { expect, test } from 'vitest'
import { ZERO } from '../../src/conv/axes.js'
import { type ConvSpec, outputSize, type Triple } from '../../src/conv/spec.js'
import { type PixelPass, phasesOf, type Walks } from '../../src/kernel/convolutionPlan.js'
import { directShare, insideSteps, isWorthLeavingOut, tapRanges } from '../../src/kernel/insideTaps.js'
import { PLAIN } from '../differential/support/specs.js'

/** A layer on a map of this size; its kernel is 3x3, with a pixel of padding. */
const specOf = (size: readonly [number, number], options: Partial<ConvSpec> = {}): ConvSpec => {
  const own: ConvSpec = { ...PLAIN, ...options, input: [1, ...size] }
  const { input, kernel, stride, dilation, padBefore, padAfter } = own
  const output = input.map((length, i) =>
    outputSize(length, kernel[i]!, stride[i]!, dilation[i]!, padBefore[i]!, padAfter[i]!),
  )
  return { ...own, output: output as unknown as Triple }
}

/** The products of a map that is one tile: elements that take part, and those that read pixels. */
function products(walks: Walks): { taken: number; inside: number } {
  const [, height, width] = walks
  const tile = { rows: height.count, columns: width.count, vectors: 1 }
  const inside = { rows: tapRanges(height, 0, height.count), columns: tapRanges(width, 0, width.count) }
  const down = { count: height.taps.length, elementStride: 1000, vectorStride: 100 }
  const along = { count: width.taps.length, elementStride: 1, vectorStride: 10 }
  const seen = insideSteps(inside, [down, along], tile, { row: 0, column: 0 }, 1, 1e6)
  const taken = seen?.steps.reduce((sum, { takePart }) => sum + takePart!.filter(own => own).length, 0) ?? 0
  let pixels = 0
  for (let y = 0; y < height.count; y++) {
    for (let x = 0; x < width.count; x++) {
      for (const tap of height.taps) {
        for (const other of width.taps) {
          const [row, column] = [tap.start + y * height.advance, other.start + x * width.advance]
          if (height.source(row) !== ZERO && width.source(column) !== ZERO) pixels++
        }
      }
    }
  }
  return { taken, inside: pixels }
}

const SPECS: readonly (readonly [string, ConvSpec])[] = [
  ['small maps', specOf([2, 3])],
  ['without padding', specOf([5, 4], { padBefore: [0, 0, 0], padAfter: [0, 0, 0] })],
  ['strides', specOf([7, 6], { stride: [1, 2, 3], padBefore: [0, 2, 1], padAfter: [0, 1, 2] })],
  ['dilation', specOf([5, 7], { dilation: [1, 3, 2], padBefore: [0, 3, 2], padAfter: [0, 3, 2] })],
  ['more padding than pixels', specOf([2, 2], { padBefore: [0, 4, 5], padAfter: [0, 4, 0] })],
  ['padding that shows pixels', specOf([3, 4], { paddingMode: 'reflect' })],
]

test.each(
  SPECS.flatMap(([name, spec]) => (['forward', 'inputGradient'] as const).map(pass => [name, pass, spec] as const)),
)('%s, %s', (_, pass: PixelPass, spec) => {
  if (pass === 'inputGradient' && spec.paddingMode !== 'zeros') return
  for (const walks of phasesOf(spec, pass)) {
    const { taken, inside } = products(walks)
    expect(taken).toBe(inside)
  }
})

test('where most of a small map is beside padding, and not on large ones', () => {
  const [small] = phasesOf(specOf([2, 2]), 'forward')
  expect(products(small!)).toEqual({ taken: 16, inside: 16 })
  expect(directShare({ unrolledInstructions: 500 }, small!)).toBeCloseTo(16 / 36)
  expect(directShare({ unrolledInstructions: 1 }, small!)).toBe(1)
  for (const [size, worth] of [
    [28, true],
    [112, false],
  ] as const)
    expect(isWorthLeavingOut(phasesOf(specOf([size, size]), 'forward')[0]!)).toBe(worth)
})

test('not for large kernels, whose borders are of too many kinds', () => {
  const kernel = (size: number, half = (size - 1) / 2) =>
    phasesOf(
      specOf([2 * size, 2 * size], { kernel: [1, size, size], padBefore: [0, half, half], padAfter: [0, half, half] }),
      'forward',
    )[0]!
  expect([3, 5, 7, 23].map(size => isWorthLeavingOut(kernel(size)))).toEqual([true, true, false, false])
})

test('a tile that would be too much code has loops over the taps that its pixels see', () => {
  const [, height, width] = phasesOf(specOf([9, 9]), 'forward')[0]!
  const inside = { rows: tapRanges(height, 0, 9), columns: tapRanges(width, 0, 9) }
  const [down, along] = [
    { count: 3, elementStride: 1000, vectorStride: 30 },
    { count: 3, elementStride: 1, vectorStride: 10 },
  ]
  const tile = { rows: 1, columns: 9, vectors: 1 }
  const at = (row: number) => insideSteps(inside, [down, along], tile, { row, column: 0 }, 1, 20)!
  expect(at(0)).toEqual({ axes: [{ ...down, count: 2 }, along], steps: [{ element: 1000, vector: 30 }] })
  expect(at(4)).toEqual({ axes: [down, along], steps: [{ element: 0, vector: 0 }] })
  expect(at(8)).toEqual({ axes: [{ ...down, count: 2 }, along], steps: [{ element: 0, vector: 0 }] })
})
