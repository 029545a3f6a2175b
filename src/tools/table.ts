/**
 * The text of a summary, laid out as torchinfo does.
 *
 * @module
 */
import { formatShape } from '../tensor/layout.js'
import type { Summary, SummaryRow } from './summary.js'

type Totals = Pick<Summary, 'totalParameters' | 'trainableParameters' | 'totalMultiplyAdds' | 'bytes'>

/** Branches of the tree before a row: "│    └─". */
function branch(rows: readonly SummaryRow[], at: number): string {
  const { depth } = rows[at]!
  if (depth === 0) return ''
  const later = rows.slice(at + 1)
  const ends = later.findIndex(row => row.depth < depth)
  const last = !(ends < 0 ? later : later.slice(0, ends)).some(row => row.depth === depth)
  return `${'│    '.repeat(depth - 1)}${last || depth > 1 ? '└─' : '├─'}`
}

/** In brackets where nothing of it is trained. */
function parameterCell({ parameters, trainableParameters, recursive }: SummaryRow): string {
  if (recursive) return '(recursive)'
  if (parameters === 0) return '--'
  return trainableParameters > 0 ? count(parameters) : `(${count(parameters)})`
}

const count = (value: number) => value.toLocaleString('en-US')
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2)

/** The whole table with its totals. */
export function layoutTable(rows: readonly SummaryRow[], totals: Totals): string {
  const numbers = new Map<number, number>()
  const cells = rows.map((row, at) => {
    const number = (numbers.get(row.depth) ?? 0) + 1
    numbers.set(row.depth, number)
    const label = row.depth === 0 ? row.type : `${branch(rows, at)}${row.type}: ${row.depth}-${number}`
    return [
      label,
      formatShape(row.outputShape),
      parameterCell(row),
      row.multiplyAdds > 0 ? count(row.multiplyAdds) : '--',
    ]
  })
  const head = ['Layer (type:depth-idx)', 'Output Shape', 'Param #', 'Mult-Adds']
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map(cell => cell[i]!.length)) + 2)
  const line = (cell: readonly string[]) =>
    cell
      .map((text, i) => text.padEnd(widths[i]!))
      .join('')
      .trimEnd()
  const bar = '='.repeat(widths.reduce((a, b) => a + b))
  const { totalParameters, trainableParameters, totalMultiplyAdds, bytes } = totals
  return [
    bar,
    line(head),
    bar,
    ...cells.map(line),
    bar,
    `Total params: ${count(totalParameters)}`,
    `Trainable params: ${count(trainableParameters)}`,
    `Non-trainable params: ${count(totalParameters - trainableParameters)}`,
    `Total mult-adds (M): ${(totalMultiplyAdds / 1e6).toFixed(2)}`,
    bar,
    `Input size (MB): ${megabytes(bytes.input)}`,
    `Forward/backward pass size (MB): ${megabytes(bytes.passes)}`,
    `Params size (MB): ${megabytes(bytes.parameters)}`,
    `Estimated Total Size (MB): ${megabytes(bytes.input + bytes.passes + bytes.parameters)}`,
    bar,
  ].join('\n')
}
