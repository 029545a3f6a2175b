/**
 * How well the network does on digits it has not seen.
 */
import { setImmediate } from 'node:timers/promises'
import { Generator, noGrad, type Tensor } from 'convforge'
import { DataLoader, type Dataset } from 'convforge/data'
import type { DigitNet } from './network.js'

/** One digit of the test set with what the network made of it. */
export interface Answer {
  readonly index: number
  readonly label: number
  readonly guess: number
  /** How sure the network was of the true label: 0..1. */
  readonly confidence: number
}

/**
 * The network's answer to every digit.
 *
 * @param signal stops it between two batches: it throws the signal's reason then
 */
export async function answers(net: DigitNet, digits: Dataset<Tensor[]>, signal?: AbortSignal): Promise<Answer[]> {
  net.eval()
  const found: Answer[] = []
  // a generator of its own: testing must not change the random numbers that training draws
  const loader = new DataLoader(digits, { batchSize: 250, generator: new Generator(0) })
  for (const [images, labels] of loader) {
    await setImmediate(undefined, { signal })
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
