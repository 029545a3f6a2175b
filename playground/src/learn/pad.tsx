/**
 * Where one draws a digit, with a mouse, pen or finger.
 *
 * @module
 */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { centred } from './centring.js'
import { colour, theme } from './colours.js'
import { look, looked } from './state.js'

/** Of the drawing, in its own pixels; a line is as thick as MNIST's once it is scaled. */
const SIZE = 280
const LINE = 22

type Place = readonly [x: number, y: number]

/** The pad of the tab when it was last left: the drawing is still what the network sees. */
let before: HTMLCanvasElement | null = null

export function Pad() {
  const canvas = useRef<HTMLCanvasElement>(null)
  // the pointer that draws, and where it was last: a second finger, or the ball of the hand, draws nothing
  const pen = useRef<{ readonly pointer: number; readonly place: Place } | null>(null)
  const context = () => canvas.current!.getContext('2d', { willReadFrequently: true })!
  const drawn = looked.value !== null && looked.value.index === null
  useLayoutEffect(() => {
    const own = canvas.current!
    if (before) context().drawImage(before, 0, 0)
    return () => {
      before = own
    }
  }, [])
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
    const place: Place = [((event.clientX - left) / width) * SIZE, ((event.clientY - top) / height) * SIZE]
    const own = context()
    own.strokeStyle = colour('--ink')
    own.lineWidth = LINE
    own.lineCap = 'round'
    own.beginPath()
    own.moveTo(...(pen.current?.place ?? place))
    own.lineTo(...place)
    own.stroke()
    pen.current = { pointer: event.pointerId, place }
  }
  const lift = (event: PointerEvent) => {
    if (event.pointerId === pen.current?.pointer) pen.current = null
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
        if (event.button !== 0 || pen.current) return
        event.currentTarget.setPointerCapture(event.pointerId)
        lineTo(event)
        show()
      }}
      onPointerMove={event => {
        if (event.pointerId !== pen.current?.pointer) return
        // all the places since the last frame, so that a fast line is round
        const between = event.getCoalescedEvents?.() ?? []
        for (const own of between.length > 0 ? between : [event]) lineTo(own)
        show()
      }}
      // let go of, cancelled, or gone otherwise
      onLostPointerCapture={lift}
    />
  )
}
