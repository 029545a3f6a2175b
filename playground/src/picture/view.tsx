/**
 * The picture and what the kernel makes of it, side by side.
 *
 * @module
 */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Frame } from './filter.js'
import { filtered, picture, rate, source } from './state.js'

export function View() {
  const from = picture.value
  const result = filtered.value
  if (!from || !result) return null
  const { frame, error } = result
  return (
    <>
      <div class="frames">
        <Canvas part="original" title="Before" frame={from} room={from} />
        {frame && <Canvas part="result" title="After" frame={frame} room={from} />}
      </div>
      {error ? (
        <p class="problem" role="alert">
          {error}
        </p>
      ) : (
        <Facts milliseconds={result.milliseconds} />
      )}
    </>
  )
}

function Facts({ milliseconds }: { readonly milliseconds: number }) {
  const live = source.value === 'camera'
  return (
    <dl class="facts">
      <div>
        <dt>Convolution</dt>
        <dd data-fact="time">{milliseconds.toFixed(1)} ms</dd>
      </div>
      <div>
        <dt>{live ? 'Frames a second' : 'Frames a second, at most'}</dt>
        <dd data-fact="rate">
          {live ? rate.value : (1000 / Math.max(milliseconds, 0.1)).toFixed(milliseconds > 100 ? 1 : 0)}
        </dd>
      </div>
    </dl>
  )
}

interface CanvasProps {
  readonly part: 'original' | 'result'
  readonly title: string
  readonly frame: Frame
  /** A result of fewer pixels is shown as large as the original. */
  readonly room: Frame
}

function Canvas({ part, title, frame, room }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height, data } = frame
  useLayoutEffect(() => {
    const element = canvas.current!
    if (element.width !== width) element.width = width
    if (element.height !== height) element.height = height
    element.getContext('2d')!.putImageData(new ImageData(data, width, height), 0, 0)
  }, [data, width, height])
  return (
    <figure>
      <figcaption>
        {title}{' '}
        <span>
          {width} × {height}
        </span>
      </figcaption>
      <canvas
        ref={canvas}
        role="img"
        aria-label={part === 'original' ? 'The picture' : 'The picture after the convolution'}
        data-picture={part}
        style={{ aspectRatio: `${room.width} / ${room.height}` }}
      />
    </figure>
  )
}
