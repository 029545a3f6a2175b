/**
 * Loops of depthwise kernels: along what is alike in a row, and down the rows of a plane.
 *
 * @module
 */
import type { VectorMachine } from './machine.js'
import type { RowStep, SlidingRows } from './slidingRows.js'

/** Rows that are written down one after the other before a loop is worth its branch. */
const UNROLLED_INSTRUCTIONS = 700

/** Writes the body down for each item; neighbours with equal texts are one loop. */
export function forEachAlike<Item>(
  machine: VectorMachine,
  items: readonly Item[],
  text: (item: Item) => string,
  body: (item: Item) => void,
): void {
  const texts = items.map(text)
  for (let first = 0, end = 0; first < items.length; first = end) {
    while (end < items.length && texts[end] === texts[first]) end++
    machine.repeat(end - first, () => body(items[first]!))
  }
}

/** Writes all steps down, those that do the same as a loop if they are many. `down` goes down by so many rounds. */
export function writeWay(
  machine: VectorMachine,
  { steps, rounds }: SlidingRows,
  instructionsPerStep: number,
  step: (step: RowStep) => void,
  down: (rounds: number) => void,
): void {
  const isShort = steps.length * instructionsPerStep <= UNROLLED_INSTRUCTIONS
  if (isShort || rounds.count < 2) {
    steps.forEach(step)
    return
  }
  const end = rounds.first + rounds.count * rounds.steps
  steps.slice(0, rounds.first).forEach(step)
  machine.repeat(rounds.count, () => {
    steps.slice(rounds.first, rounds.first + rounds.steps).forEach(step)
    down(1)
  })
  down(-rounds.count)
  steps.slice(end).forEach(step)
}
