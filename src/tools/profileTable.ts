/**
 * The text of a profile, laid out as torch.profiler does.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { checkOptions } from '../options.js'
import type { Profile, ProfileRow } from './profile.js'

const SORTS = ['selfTime', 'totalTime', 'averageTime', 'calls', 'name'] as const

/** Options of `Profile.table`. */
export interface TableOptions {
  /** The largest first; names in order. Default: `'selfTime'`. */
  sortBy?: (typeof SORTS)[number]
  /** How many rows to show at most. Default: all. */
  rowLimit?: number
}

/** 0.001234 ms as PyTorch writes it: 1.234us. */
function time(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(3)}s`
  return milliseconds >= 1 ? `${milliseconds.toFixed(3)}ms` : `${(milliseconds * 1000).toFixed(3)}us`
}

const percent = (share: number) => `${(100 * share).toFixed(2)}%`

/** The table: names to the left, numbers to the right, totals below. */
export function layoutProfile(
  { rows, total, outside }: Pick<Profile, 'rows' | 'total' | 'outside'>,
  options: TableOptions = {},
): string {
  const { sortBy = 'selfTime', rowLimit = rows.length } = checkOptions('table', options, ['sortBy', 'rowLimit'])
  if (!SORTS.includes(sortBy)) {
    throw new ValueError(`table(): sortBy must be one of ${SORTS.join(', ')}, but got sortBy=${String(sortBy)}`)
  }
  if (!Number.isInteger(rowLimit) || rowLimit < 0) {
    throw new ValueError(`table(): rowLimit must be a whole number, but got rowLimit=${describe(rowLimit)}`)
  }
  const shown = [...rows].sort(order(sortBy)).slice(0, rowLimit)
  const body = shown.map(row => [
    row.name,
    row.algorithm ?? '',
    percent(row.selfShare),
    time(row.selfTime),
    percent(row.totalShare),
    time(row.totalTime),
    time(row.averageTime),
    String(row.calls),
  ])
  body.push(['(outside any operation)', '', percent(total === 0 ? 0 : outside / total), time(outside), '', '', '', ''])
  const head = ['Name', 'Algorithm', 'Self %', 'Self', 'Total %', 'Total', 'Average', 'Calls']
  const widths = head.map((title, i) => Math.max(title.length, ...body.map(cells => cells[i]!.length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd()
  const bar = widths.map(width => '-'.repeat(width)).join('  ')
  const left = rows.length - shown.length
  return [
    bar,
    line(head),
    bar,
    ...body.map(line),
    bar,
    ...(left > 0 ? [`${left} more rows`] : []),
    `Total: ${time(total)}`,
  ].join('\n')
}

function order(by: (typeof SORTS)[number]): (a: ProfileRow, b: ProfileRow) => number {
  if (by === 'name') return (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))
  return (a, b) => b[by] - a[by]
}
