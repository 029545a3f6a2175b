/**
 * How well the network does on digits it has not seen.
 */
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { noGrad, type Tensor } from 'convforge'
import { DataLoader, type Dataset } from 'convforge/data'
import { PNG } from 'pngjs'
import type { DigitNet } from './network.js'

/** One digit of the test set with what the network made of it. */
export interface Answer {
  readonly index: number
  readonly label: number
  readonly guess: number
  /** How sure the network was of the true label: 0..1. */
  readonly confidence: number
}

/** The network's answer to every digit. */
export function answers(net: DigitNet, digits: Dataset<Tensor[]>): Answer[] {
  net.eval()
  const found: Answer[] = []
  for (const [images, labels] of new DataLoader(digits, { batchSize: 500 }) as Iterable<[Tensor, Tensor]>) {
    const probabilities = noGrad(() => net(images).softmax(1))
    const guesses = probabilities.argmax(1).tolist() as number[]
    const truths = labels.tolist() as number[]
    const sure = probabilities.tolist() as number[][]
    guesses.forEach((guess, i) => {
      found.push({ index: found.length, label: truths[i]!, guess, confidence: sure[i]![truths[i]!]! })
    })
  }
  return found
}

export function accuracy(all: readonly Answer[]): number {
  return all.filter(answer => answer.guess === answer.label).length / all.length
}

/** Rows are true digits, columns what the network said. */
export function confusionMatrix(all: readonly Answer[]): string {
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0))
  for (const { label, guess } of all) counts[label]![guess]!++
  const row = (name: string, cells: readonly (number | string)[]) =>
    name.padEnd(6) + cells.map(cell => String(cell).padStart(6)).join('')
  return [row('', [...counts.keys()]), ...counts.map((cells, digit) => row(String(digit), cells))].join('\n')
}

const SIDE = 28
const SCALE = 3
const COLUMNS = 10

/** The digits the network got most wrong, worst first, as one picture; returns them. */
export async function drawWorst(
  path: string,
  all: readonly Answer[],
  digits: Dataset<Tensor[]>,
  count = 50,
): Promise<Answer[]> {
  const worst = all
    .filter(answer => answer.guess !== answer.label)
    .sort((a, b) => a.confidence - b.confidence)
    .slice(0, count)
  const cell = SIDE * SCALE + 4
  const png = new PNG({ width: COLUMNS * cell, height: Math.max(1, Math.ceil(worst.length / COLUMNS)) * cell })
  png.data.fill(255)
  worst.forEach(({ index }, place) => {
    const pixels = (digits.get(index) as [Tensor, Tensor])[0].dataSync() as Float32Array
    const [left, top] = [(place % COLUMNS) * cell, Math.floor(place / COLUMNS) * cell]
    for (let y = 0; y < SIDE * SCALE; y++) {
      for (let x = 0; x < SIDE * SCALE; x++) {
        const value = pixels[Math.floor(y / SCALE) * SIDE + Math.floor(x / SCALE)]! * 0.3081 + 0.1307
        png.data.fill(
          Math.round(255 * (1 - value)),
          4 * ((top + y) * png.width + left + x),
          4 * ((top + y) * png.width + left + x) + 3,
        )
      }
    }
  })
  await pipeline(png.pack(), createWriteStream(path))
  return worst
}
