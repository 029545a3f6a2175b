/**
 * Numbers as one reads them.
 */
import type { Spread } from '../statistics.js'

/** Three digits that count: 0.0264, 1.27, 12.7, 127, 1270. */
export function digits(value: number): string {
  const shown = Number(value.toPrecision(3))
  return String(Math.abs(value) >= 1000 ? Math.round(value) : shown)
}

/** A time with its scatter: `1.27 ms (1.25-1.31)`. */
export function time({ median, p10, p90 }: Spread): string {
  const [unit, size] = median < 1000 ? ['µs', 1] : median < 1e6 ? ['ms', 1e3] : ['s', 1e6]
  return `${digits(median / size)} ${unit} (${digits(p10 / size)}-${digits(p90 / size)})`
}

/** How many times as long: `2.31x (2.20-2.40)`. */
export function factor({ median, p10, p90 }: Spread): string {
  return `${digits(median)}x (${digits(p10)}-${digits(p90)})`
}
