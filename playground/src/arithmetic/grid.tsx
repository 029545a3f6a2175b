/**
 * One channel of a tensor as a grid of cells, with its padding around it.
 *
 * @module
 */
import './style/grid.css'
import type { ComponentChildren } from 'preact'
import { CellInput } from './cellInput.js'
import type { Focus } from './explanation.js'
import { cellKey } from './lighting.js'
import { show, showShort } from './number.js'
import { editing, focus, lighting, selected } from './state.js'

/** What a cell shows. */
export interface Cell {
  readonly tensor: Focus['tensor']
  readonly at: number
  /** null: a place that was cut off. */
  readonly value: number | null
  /** For those who do not see where it stands. */
  readonly label: string
}

interface GridProps {
  /** The grid's name to a screen reader. */
  readonly label: string
  readonly rows: readonly (readonly Cell[])[]
  /** The colour of the group, in degrees. */
  readonly hue: number
  /** The largest magnitude in the tensor: the strongest tint. */
  readonly most: number
  /** Elements between cells that are there but skipped: dilation, seen. */
  readonly gaps?: readonly [rows: number, columns: number]
  /** Drawn over the cells. */
  readonly children?: ComponentChildren
}

export function Grid({ label, rows, hue, most, gaps = [0, 0], children }: GridProps) {
  const { tensor, at } = selected.value
  const flat = rows.flat()
  // one cell of each grid takes part in the order of the Tab key
  const entry =
    flat.find(cell => cell.tensor === tensor && cell.at === at) ?? flat.find(cell => cell.tensor !== 'padding')
  return (
    <div class="grid" style={{ '--hue': hue, '--row-gap': gaps[0], '--column-gap': gaps[1] }}>
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: ARIA's grid pattern on a real table
        role="grid"
        aria-label={label}
      >
        <tbody>
          {rows.map(cells => (
            <tr key={cellKey(cells[0]!.tensor, cells[0]!.at)}>
              {cells.map(cell => (
                <GridCell key={cellKey(cell.tensor, cell.at)} cell={cell} most={most} entry={cell === entry} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </div>
  )
}

function GridCell({ cell, most, entry }: { cell: Cell; most: number; entry: boolean }) {
  const { tensor, at, value, label } = cell
  const note = lighting.value?.cells.get(cellKey(tensor, at))
  const looked = focus.value.tensor === tensor && focus.value.at === at
  const typing = editing.value?.tensor === tensor && editing.value.at === at
  const text = value === null ? '' : showShort(value)
  const classes = [
    tensor === 'padding' ? 'padding' : '',
    note !== undefined ? 'lit' : '',
    looked ? 'looked' : '',
    value !== null && value < 0 ? 'negative' : '',
    text.length > 4 ? 'long' : '',
  ]
  return (
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a cell that can be chosen, by ARIA's grid pattern
      role="gridcell"
      tabIndex={entry ? 0 : -1}
      data-tensor={tensor}
      data-at={at}
      class={classes.filter(Boolean).join(' ')}
      style={{ '--heat': value === null || most === 0 ? 0 : (Math.abs(value) / most).toFixed(3) }}
      aria-label={value === null ? label : `${label}: ${show(value, 6)}`}
      aria-selected={selected.value.tensor === tensor && selected.value.at === at}
    >
      {typing ? <CellInput /> : <span>{text}</span>}
      {note && <small aria-hidden="true">{note}</small>}
    </td>
  )
}
