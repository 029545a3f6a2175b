/**
 * Pointer and keyboard on the grids: looking, choosing, dragging the kernel, typing.
 *
 * @module
 */

import { focusCell } from './cellInput.js'
import { type Focus, stepping } from './explanation.js'
import { locate } from './geometry.js'
import { stepUnder } from './lighting.js'
import { showExactly } from './number.js'
import { editing, hovered, numbers, playing, selected, setting } from './state.js'

/** The cell that an event happened in. */
function cellOf(target: EventTarget | null): (Focus & { readonly element: HTMLTableCellElement }) | null {
  const element = target instanceof Element ? target.closest<HTMLTableCellElement>('td[data-at]') : null
  if (!element) return null
  return { tensor: element.dataset['tensor'] as Focus['tensor'], at: Number(element.dataset['at']), element }
}

const same = (a: Focus | null, b: Focus | null) => a?.tensor === b?.tensor && a?.at === b?.at

/** A drag of the kernel: from which cell, at which step it stood, and whether the pointer has left the cell. */
let drag: { readonly from: Focus; readonly near: number; moved: boolean } | null = null

/** The row and column of the frame that a cell stands for, if the kernel goes over its tensor. */
function frameCell({ tensor, at }: Focus): readonly [number, number] | null {
  const g = numbers.value!.geometry
  const { transposed } = setting.value
  if (tensor === 'padding') return locate(at, [0, ...g.frame]).slice(1) as [number, number]
  if (tensor !== (transposed ? 'output' : 'input')) return null
  const [, row, column] = locate(at, g.framed)
  return [row + g.before[0], column + g.before[1]]
}

export function onPointerOver(event: PointerEvent): void {
  if (drag || event.pointerType === 'touch') return
  const cell = cellOf(event.target)
  hovered.value = cell && { tensor: cell.tensor, at: cell.at }
}

export function onPointerLeave(): void {
  hovered.value = null
}

export function onPointerDown(event: PointerEvent): void {
  const cell = cellOf(event.target)
  if (!cell || event.button !== 0 || !frameCell(cell)) return
  // a finger scrolls, unless it takes hold of the kernel
  if (event.pointerType === 'touch' && !cell.element.classList.contains('lit')) return
  // the click is about to choose the cell under it
  const { tensor, at } = selected.value
  drag = { from: cell, near: tensor === stepping(setting.value.transposed) ? at : 0, moved: false }
  // wherever it is let go, also outside of the stage
  addEventListener('pointerup', endDrag)
  addEventListener('pointercancel', endDrag)
}

export function onPointerMove(event: PointerEvent): void {
  if (!drag) return
  const cell = cellOf(document.elementFromPoint(event.clientX, event.clientY))
  const place = cell && frameCell(cell)
  if (!place || (!drag.moved && same(cell, drag.from))) return
  drag.moved = true
  playing.value = false
  hovered.value = null
  const { transposed } = setting.value
  const tensor = stepping(transposed)
  selected.value = { tensor, at: stepUnder(numbers.value!.geometry, ...place, drag.near) }
}

function endDrag(): void {
  drag = null
  removeEventListener('pointerup', endDrag)
  removeEventListener('pointercancel', endDrag)
}

/** A click chooses a cell; one more on the chosen cell begins typing. */
export function onClick(event: MouseEvent): void {
  const cell = cellOf(event.target)
  if (!cell || editing.value) return
  const chosen = chosenAtDown
  if (chosen && same(chosen, cell)) beginTyping(cell, null)
}

/** What was chosen before the click that is going on. */
let chosenAtDown: Focus | null = null

export function onMouseDown(): void {
  chosenAtDown = document.activeElement instanceof HTMLTableCellElement ? cellOf(document.activeElement) : null
}

export function onFocusIn(event: FocusEvent): void {
  const cell = cellOf(event.target)
  if (!cell || event.target !== cell.element) return
  playing.value = false
  selected.value = { tensor: cell.tensor, at: cell.at }
}

function beginTyping({ tensor, at }: Focus, first: string | null): void {
  if (tensor !== 'input' && tensor !== 'weight') return
  playing.value = false
  editing.value = { tensor, at, text: first ?? showExactly(numbers.value![tensor][at]!), replace: first === null }
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
}

export function onKeyDown(event: KeyboardEvent): void {
  const cell = cellOf(event.target)
  if (!cell || event.altKey || event.metaKey) return
  const step = STEPS[event.key]
  if (step) {
    event.preventDefault()
    hovered.value = null
    const next = neighbour(cell.element, step, event.ctrlKey)
    if (next) focusCell(next.dataset['tensor']!, Number(next.dataset['at']))
  } else if (event.key === ' ') {
    event.preventDefault()
    playing.value = !playing.value
  } else if (event.key === 'Enter' || event.key === 'F2') {
    event.preventDefault()
    beginTyping(cell, null)
  } else if (/^[\d.,−-]$/.test(event.key) && !event.ctrlKey) {
    event.preventDefault()
    beginTyping(cell, event.key)
  }
}

/** The cell that an arrow key leads to; Ctrl+Home and Ctrl+End lead to the corners. */
function neighbour(
  cell: HTMLTableCellElement,
  [down, right]: readonly [number, number],
  corner: boolean,
): HTMLTableCellElement | undefined {
  const row = cell.parentElement as HTMLTableRowElement
  const { rows } = cell.closest('table')!
  const clamp = (at: number, count: number) => Math.min(count - 1, Math.max(0, at))
  const toRow =
    corner && !Number.isFinite(right) ? (right < 0 ? 0 : rows.length - 1) : clamp(row.rowIndex + down, rows.length)
  return rows[toRow]!.cells[clamp(cell.cellIndex + right, row.cells.length)]
}
