/**
 * Before and after, with a line between them that one moves.
 *
 * @module
 */
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Work } from './state.js'

export function Comparison({ work }: { readonly work: Work }) {
  // in percent from the left: before on its left, after on its right
  const line = useSignal(50)
  const place = useRef<HTMLDivElement>(null)
  const { before, after, source } = work
  useLayoutEffect(() => {
    for (const [canvas, name] of [
      [before, 'before'],
      [after, 'after'],
    ] as const) {
      canvas.className = name
      canvas.setAttribute('role', 'img')
      canvas.setAttribute('aria-label', name === 'before' ? 'Enlarged by the browser' : 'Doubled by the network')
    }
    place.current!.replaceChildren(before, after)
  }, [before, after])
  const ratio = source.width / source.height
  return (
    <div class="comparison" style={{ '--line': `${line.value}%`, '--ratio': ratio }}>
      <div
        class="layers"
        onPointerDown={event => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={event => {
          if (event.pointerType === 'touch' || event.buttons !== 1) return
          const { left, width } = event.currentTarget.getBoundingClientRect()
          line.value = Math.min(100, Math.max(0, Math.round(((event.clientX - left) / width) * 100)))
        }}
      >
        <div ref={place} />
        <span class="line" aria-hidden="true" />
      </div>
      <label>
        <span aria-hidden="true">enlarged by the browser</span>
        <input
          type="range"
          aria-label="Part of the picture that is shown as before"
          aria-valuetext={`${line.value} percent`}
          min={0}
          max={100}
          value={line.value}
          onInput={event => {
            line.value = event.currentTarget.valueAsNumber
          }}
        />
        <span aria-hidden="true">doubled by the network</span>
      </label>
    </div>
  )
}
