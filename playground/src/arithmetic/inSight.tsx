/**
 * What is lit stays in sight: on a narrow screen the kernel may step out of the visible part of a panel.
 *
 * @module
 */
import { useEffect } from 'preact/hooks'
import { focus, hovered } from './state.js'

/** Draws nothing; scrolls the panels after each step. */
export function InSight() {
  useEffect(() => {
    // nothing is pulled away under a pointer that looks around
    if (hovered.value) return
    for (const panel of document.querySelectorAll<HTMLElement>('.stage .panel')) scrollToLit(panel)
  }, [focus.value])
  return null
}

/** Scrolls a panel sideways as far as it takes, and nothing around it. */
function scrollToLit(panel: HTMLElement): void {
  const first = panel.querySelector('td.lit, td.looked')
  if (!first) return
  const cells = [...first.closest('table')!.querySelectorAll('td.lit, td.looked')]
  const edges = cells.map(cell => cell.getBoundingClientRect())
  const left = Math.min(...edges.map(edge => edge.left))
  const right = Math.max(...edges.map(edge => edge.right))
  const visible = panel.getBoundingClientRect()
  if (left < visible.left || right - left > visible.width) panel.scrollLeft += left - visible.left
  else if (right > visible.right) panel.scrollLeft += right - visible.right
}
