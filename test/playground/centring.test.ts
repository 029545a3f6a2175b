/**
 * Drawings become what MNIST's digits are, and the settings of a training are a link.
 */
import { expect, test } from 'vitest'
import { readIdx } from '../../examples/mnist/idx.js'
import { centred } from '../../playground/src/learn/centring.js'
import { DEFAULTS, readLink, writeLink } from '../../playground/src/learn/settings.js'

const images = readIdx('t10k-images-idx3-ubyte').bytes
const DIGITS = Array.from({ length: 50 }, (_, index) => images.subarray(index * 784, (index + 1) * 784))

/** A digit at a place of a larger picture, each pixel a square. */
function enlarged(digit: Uint8Array, scale: number, width: number, left: number, top: number): Uint8Array {
  const picture = new Uint8Array(width * width)
  for (let y = 0; y < 28 * scale; y++) {
    for (let x = 0; x < 28 * scale; x++) {
      const [row, column] = [y + top, x + left]
      if (row < 0 || row >= width || column < 0 || column >= width) continue
      picture[row * width + column] = digit[Math.floor(y / scale) * 28 + Math.floor(x / scale)]!
    }
  }
  return picture
}

function centreOfMass(pixels: Uint8Array): [x: number, y: number] {
  const total = pixels.reduce((sum, own) => sum + own, 0)
  const mean = (place: (at: number) => number) => pixels.reduce((sum, own, at) => sum + own * place(at), 0) / total
  return [mean(at => (at % 28) + 0.5), mean(at => Math.floor(at / 28) + 0.5)]
}

test('the centre of mass is in the middle, and the longer side is 20 pixels', () => {
  for (const digit of DIGITS) {
    const result = centred(enlarged(digit, 6, 280, 70, 20), 280)!
    const [x, y] = centreOfMass(result)
    // at the edge only if it would be cut off otherwise
    const atEdge = (place: (at: number) => number) => result.some((own, at) => own > 0 && [0, 27].includes(place(at)))
    expect(Math.abs(x - 14.5)).toBeLessThan(atEdge(at => at % 28) ? 1 : 0.1)
    expect(Math.abs(y - 14.5)).toBeLessThan(atEdge(at => Math.floor(at / 28)) ? 1 : 0.1)
    const [rows, columns] = [(at: number) => Math.floor(at / 28), (at: number) => at % 28].map(place => {
      const inked = [...result.keys()].filter(at => result[at]! > 0).map(place)
      return Math.max(...inked) - Math.min(...inked) + 1
    }) as [number, number]
    // one more where an edge falls within a pixel
    expect(Math.max(rows, columns)).toBeGreaterThanOrEqual(20)
    expect(Math.max(rows, columns)).toBeLessThanOrEqual(21)
  }
})

test('a digit is the same wherever and however large it is drawn', () => {
  for (const digit of DIGITS) {
    const [here, there] = [
      centred(enlarged(digit, 9, 280, 14, 14), 280)!,
      centred(enlarged(digit, 4, 280, 140, 30), 280)!,
    ]
    const differences = here.map((own, at) => Math.abs(own - there[at]!))
    expect(Math.max(...differences)).toBeLessThanOrEqual(1)
  }
})

test('a digit of MNIST stays where it is, but for less than a pixel', () => {
  for (const digit of DIGITS) {
    const result = centred(digit, 28)!
    const difference = result.reduce((sum, own, at) => sum + Math.abs(own - digit[at]!), 0)
    const moved = digit.reduce((sum, own, at) => sum + Math.abs(own - (digit[at - 2] ?? 0)), 0)
    expect(difference).toBeLessThan(0.6 * moved)
  }
})

test('nothing drawn is no digit', () => {
  expect(centred(new Uint8Array(100), 10)).toBe(null)
})

test('the settings are a link, and what is none of them is told', () => {
  expect(writeLink(DEFAULTS)).toBe('')
  const settings = { batch: 16, rate: 0.003, epochs: 5, seed: 7 }
  expect(readLink(writeLink(settings))).toEqual({ setting: settings, faults: [] })
  const { setting: read, faults } = readLink('batch=17&rate=-1&epochs=&seed=1.5&toString=1&seed=10000')
  expect(read).toEqual(DEFAULTS)
  expect(faults).toEqual(['batch=17', 'rate=-1', 'epochs=', 'seed=1.5', 'toString=1', 'seed=10000'])
})
