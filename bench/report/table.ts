/**
 * Tables in Markdown, aligned so that they can be read as they are.
 */

/** The first column is text, the others are set to the right. Columns in which every cell is empty are left out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = head.map((_, i) => i).filter(i => rows.some(row => row[i] !== ''))
  const widths = columns.map(i => Math.max(3, ...[head, ...rows].map(row => row[i]!.length)))
  const line = (cells: readonly string[]) =>
    `| ${columns.map((i, k) => (i === 0 ? cells[i]!.padEnd(widths[k]!) : cells[i]!.padStart(widths[k]!))).join(' | ')} |`
  const rule = `| ${columns.map((i, k) => (i === 0 ? '-'.repeat(widths[k]!) : `${'-'.repeat(widths[k]! - 1)}:`)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
