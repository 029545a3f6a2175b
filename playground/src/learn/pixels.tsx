/**
 * Numbers as a picture: one cell each, the stronger the number the fuller its colour.
 *
 * @module
 */
import { useEffect, useRef } from 'preact/hooks'
import { colour, theme } from './colours.js'

interface PixelsProps {
  readonly values: ArrayLike<number>
  readonly width: number
  /** The number that gets the full colour. */
  readonly most: number
  /** What a screen reader says. */
  readonly label: string
  readonly positive?: string
}

export function Pixels({ values, width, most, label, positive = '--ink' }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const now = theme.value
  useEffect(() => {
    const context = canvas.current!.getContext('2d', { willReadFrequently: true })!
    const [above, below] = [colour(positive), colour('--minus')]
    context.clearRect(0, 0, width, values.length / width)
    for (let at = 0; at < values.length; at++) {
      context.fillStyle = values[at]! < 0 ? below : above
      context.globalAlpha = most > 0 ? Math.min(1, Math.abs(values[at]!) / most) : 0
      context.fillRect(at % width, Math.floor(at / width), 1, 1)
    }
  }, [values, width, most, positive, now])
  return (
    <canvas ref={canvas} class="pixels" width={width} height={values.length / width} role="img" aria-label={label} />
  )
}
