/**
 * Typing a number into a cell.
 *
 * @module
 */
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { edit } from './edits.js'
import { editing, setting } from './state.js'

/** Puts the keyboard's focus on a cell. */
export function focusCell(tensor: string, at: number): void {
  document.querySelector<HTMLElement>(`td[data-tensor="${tensor}"][data-at="${at}"]`)?.focus()
}

/** A number as one types it, with either minus sign; null if it is none. */
function typed(text: string): number | null {
  const value = Number(text.trim().replaceAll('\u2212', '-').replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(Math.fround(value)) ? null : value
}

export function CellInput() {
  const { tensor, at, text, replace } = editing.value!
  const field = useRef<HTMLInputElement>(null)
  const refused = useSignal(false)
  // before the next key arrives
  useLayoutEffect(() => {
    field.current!.focus()
    if (replace) field.current!.select()
    else field.current!.setSelectionRange(text.length, text.length)
  }, [text, replace])

  const close = (keyboard: boolean) => {
    editing.value = null
    if (keyboard) requestAnimationFrame(() => focusCell(tensor, at))
  }
  const commit = (keyboard: boolean) => {
    // Escape, or Enter, has closed it already
    if (editing.value === null) return
    // what was only looked at stays as it is: a number with more digits, or one of a fill
    if (replace && field.current!.value === text) return close(keyboard)
    const value = typed(field.current!.value)
    if (value === null && keyboard) {
      refused.value = true
      return
    }
    if (value !== null) setting.value = edit(setting.value, tensor, at, value)
    close(keyboard)
  }
  return (
    <input
      ref={field}
      class="cell-input"
      inputMode="decimal"
      aria-label={`New value of ${tensor} element ${at}`}
      aria-invalid={refused.value || undefined}
      defaultValue={text}
      onBlur={() => commit(false)}
      onKeyDown={event => {
        event.stopPropagation()
        if (event.key === 'Enter') commit(true)
        if (event.key === 'Escape') close(true)
      }}
    />
  )
}
