/**
 * Where one draws a digit, with a mouse, pen or finger.
 *
 * @module
 */
import { useEffect, useRef } from 'preact/hooks'
import { centred } from './centring.js'
import { colour, theme } from './colours.js'
import { look, looked } from './state.js'

/** Of the drawing, in its own pixels; a line is as thick as MNIST's once it is scaled. */
const SIZE = 280
const LINE = 22

export function Pad() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const last = useRef<readonly [x: number, y: number] | null>(null)
  const context = () => canvas.current!.getContext('2d', { willReadFrequently: true })!
  const drawn = looked.value !== null && looked.value.index === null
  useEffect(() => {
    // a test digit was chosen
    if (!drawn) context().clearRect(0, 0, SIZE, SIZE)
  }, [drawn])
  const now = theme.value
  useEffect(() => {
    const own = context()
    own.globalCompositeOperation = 'source-in'
    own.fillStyle = colour('--ink')
    own.fillRect(0, 0, SIZE, SIZE)
    own.globalCompositeOperation = 'source-over'
  }, [now])

  const lineTo = (event: PointerEvent) => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect()
    const place = [((event.clientX - left) / width) * SIZE, ((event.clientY - top) / height) * SIZE] as const
    const own = context()
    own.strokeStyle = colour('--ink')
    own.lineWidth = LINE
    own.lineCap = 'round'
    own.beginPath()
    own.moveTo(...(last.current ?? place))
    own.lineTo(...place)
    own.stroke()
    last.current = place
  }
  const show = () => {
    const { data } = context().getImageData(0, 0, SIZE, SIZE)
    const ink = Uint8Array.from({ length: SIZE * SIZE }, (_, at) => data[4 * at + 3]!)
    const pixels = centred(ink, SIZE)
    if (pixels) look({ pixels, index: null })
  }
  return (
    <canvas
      ref={canvas}
      class="pad"
      width={SIZE}
      height={SIZE}
      role="img"
      aria-label="Drawing area for a pointer. With a keyboard, choose a test digit instead."
      onPointerDown={event => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        lineTo(event)
        show()
      }}
      onPointerMove={event => {
        if (!last.current) return
        // all the places since the last frame, so that a fast line is round
        const between = event.getCoalescedEvents?.() ?? []
        for (const own of between.length > 0 ? between : [event]) lineTo(own)
        show()
      }}
      onPointerUp={() => {
        last.current = null
      }}
      onPointerCancel={() => {
        last.current = null
      }}
    />
  )
}
