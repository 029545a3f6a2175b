/**
 * The way down the rows of a plane on which each source row is read once, for all results that it adds to.
 *
 * @module
 */
import type { AxisWalk } from '../conv/walk.js'

/** What one source row does: it begins results, adds a tap's products to some, and ends results. */
export interface RowStep {
  readonly row: number
  readonly adds: readonly { readonly result: number; readonly tap: number }[]
  readonly begins: readonly number[]
  readonly ends: readonly number[]
}

/** A stretch of steps that does the same again and again, but for rows further down. */
interface Rounds {
  /** Index of its first step. */
  readonly first: number
  readonly count: number
  /** How far a round is from the next. */
  readonly steps: number
  readonly results: number
}

export interface SlidingRows {
  /** One for each row from the first to the last that is read. */
  readonly steps: readonly RowStep[]
  readonly rounds: Rounds
  /** How many results are under way at the same time: result `r` uses slot `r % slots`. */
  readonly slots: number
  /** Results that no source row adds to. */
  readonly untouched: readonly number[]
}

/** The way to `count` results from the given one on. */
export function slidingRows(
  walk: Pick<AxisWalk, 'taps' | 'advance'>,
  sourceRows: number,
  firstResult: number,
  count: number,
): SlidingRows {
  const rowsOf = Array.from({ length: count }, (_, i) =>
    walk.taps
      .map((tap, index) => ({ tap: index, row: tap.start + (firstResult + i) * walk.advance }))
      .filter(({ row }) => row >= 0 && row < sourceRows),
  )
  const touched = rowsOf.flatMap(rows => rows.map(({ row }) => row))
  const [low, high] = [Math.min(...touched), Math.max(...touched)]
  const steps = Array.from({ length: touched.length === 0 ? 0 : high - low + 1 }, (_, i): RowStep => {
    const row = low + i
    const all = rowsOf.map((own, result) => ({ result: firstResult + result, own }))
    const edge = (which: 'min' | 'max') =>
      all
        .filter(({ own }) => own.length > 0 && Math[which](...own.map(one => one.row)) === row)
        .map(({ result }) => result)
    const adds = all.flatMap(({ result, own }) =>
      own.filter(one => one.row === row).map(({ tap }) => ({ result, tap })),
    )
    return { row, adds, begins: edge('min'), ends: edge('max') }
  })
  const slots = slotsOf(steps)
  const untouched = rowsOf.flatMap((rows, i) => (rows.length === 0 ? [firstResult + i] : []))
  return { steps, rounds: findRounds(steps, slots, walk.advance), slots, untouched }
}

/** The longest stretch of results from the first to the last that are under way together. */
function slotsOf(steps: readonly RowStep[]): number {
  const open = new Set<number>()
  let most = 1
  for (const { begins, ends } of steps) {
    for (const result of begins) open.add(result)
    if (open.size > 0) most = Math.max(most, Math.max(...open) - Math.min(...open) + 1)
    for (const result of ends) open.delete(result)
  }
  return most
}

function findRounds(steps: readonly RowStep[], slots: number, advance: number): Rounds {
  const period = slots * advance
  const isAgain = (i: number) => text(steps[i]!, 0) === text(steps[i + period]!, slots)
  let best: Rounds = { first: 0, count: 0, steps: period, results: slots }
  for (let first = 0; first + period < steps.length; first++) {
    let end = first
    while (end + period < steps.length && isAgain(end)) end++
    const count = Math.floor((end - first + period) / period)
    if (end > first && count > Math.max(1, best.count)) best = { ...best, first, count }
    first = end
  }
  return best
}

/** The same for steps that differ in the row, and by `results` in the results. */
function text({ adds, begins, ends }: RowStep, results: number): string {
  const own = (list: readonly number[]) => list.map(result => result - results)
  return JSON.stringify([adds.map(({ result, tap }) => [result - results, tap]), own(begins), own(ends)])
}
