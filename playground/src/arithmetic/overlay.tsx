/**
 * What is drawn over a grid: the kernel's window, and arrows from padding to what it shows.
 *
 * @module
 */
import { lighting } from './state.js'

interface OverlayProps {
  readonly channel: number
  readonly rows: number
  readonly columns: number
  /** Of the kernel. */
  readonly hue: number
}

export function Overlay({ channel, rows, columns, hue }: OverlayProps) {
  const { kernelWindow, arrows } = lighting.value!
  const own = arrows.filter(arrow => arrow.channel === channel)
  return (
    <>
      {kernelWindow?.channels.includes(channel) && (
        <div
          class="window"
          style={{
            '--hue': hue,
            '--row': kernelWindow.row,
            '--column': kernelWindow.column,
            '--height': kernelWindow.height,
            '--width': kernelWindow.width,
          }}
        />
      )}
      {own.length > 0 && (
        <svg class="arrows" viewBox={`0 0 ${columns} ${rows}`} aria-hidden="true">
          <marker
            id={`head-${channel}`}
            viewBox="0 0 6 6"
            refX="5"
            refY="3"
            markerWidth="4.5"
            markerHeight="4.5"
            orient="auto"
          >
            <path d="M0 0 6 3 0 6z" />
          </marker>
          {own.map(({ from, to }) => (
            <g key={`${to}`}>
              <path d={curve(from, to)} marker-end={`url(#head-${channel})`} />
            </g>
          ))}
        </svg>
      )}
    </>
  )
}

/** A slight bend from the edge of one cell to the edge of another, so that the numbers stay legible. */
function curve([fromRow, fromColumn]: readonly [number, number], [toRow, toColumn]: readonly [number, number]): string {
  const [y, x, v, u] = [fromRow + 0.5, fromColumn + 0.5, toRow + 0.5, toColumn + 0.5]
  const length = Math.hypot(v - y, u - x)
  const [dy, dx] = [(v - y) / length, (u - x) / length]
  const bend = 0.22 * length
  const [middleY, middleX] = [(y + v) / 2 + dx * bend, (x + u) / 2 - dy * bend]
  return `M${x + dx * 0.3} ${y + dy * 0.3} Q${middleX} ${middleY} ${u - dx * 0.34} ${v - dy * 0.34}`
}
