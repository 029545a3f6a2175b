/**
 * Loss and accuracy as curves that grow.
 *
 * @module
 */
import 'uplot/dist/uPlot.min.css'
import { useEffect, useRef } from 'preact/hooks'
import UPlot from 'uplot'
import { colour, theme } from './colours.js'
import { network, steps, tests } from './state.js'

const HEIGHT = 170

interface CurveProps {
  readonly name: string
  readonly label: string
  readonly data: readonly [x: readonly number[], y: readonly number[]]
  readonly end: number
  /** Of the y axis; its end is the data's if it is null. */
  readonly top: number | null
  readonly stroke: string
  readonly points: boolean
}

function Curve({ name, label, data, end, top, stroke, points }: CurveProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot | null>(null)
  const present = data as [number[], number[]]
  const now = theme.value
  useEffect(() => {
    const [ink, line, own] = [colour('--soft-ink'), colour('--line'), colour(stroke)]
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } }
    const options: UPlot.Options = {
      width: place.current!.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [0, Math.max(1, end)] },
        y: { range: (_, __, most) => [0, top ?? Math.max(1, most ?? 1)] },
      },
      axes: [
        { ...axis, size: 30 },
        { ...axis, size: 44 },
      ],
      series: [{}, { stroke: own, width: 2, points: { show: points, size: 7, fill: own } }],
    }
    plot.current = new UPlot(options, present, place.current!)
    const resized = new ResizeObserver(() => {
      plot.current!.setSize({ width: place.current!.clientWidth, height: HEIGHT })
    })
    resized.observe(place.current!)
    return () => {
      resized.disconnect()
      plot.current!.destroy()
    }
  }, [end, top, stroke, points, now])
  useEffect(() => plot.current!.setData(present), [present])
  return (
    <figure class="curve">
      <figcaption>{name}</figcaption>
      <div ref={place} role="img" aria-label={label} />
    </figure>
  )
}

export function Curves() {
  const [losses, accuracies] = [steps.value, tests.value]
  const end = network.value.steps
  const [first, last] = [losses.at(0), losses.at(-1)]
  const tested = accuracies.at(-1)
  return (
    <div class="curves">
      <Curve
        name="loss of each batch"
        label={
          last
            ? `Loss: ${first!.loss.toFixed(2)} at first, ${last.loss.toFixed(2)} at step ${last.step}`
            : 'No loss yet'
        }
        data={[losses.map(own => own.step), losses.map(own => own.loss)]}
        end={end}
        top={null}
        stroke="--plus"
        points={losses.length === 1}
      />
      <Curve
        name="accuracy on the test digits, %"
        label={tested ? `Accuracy: ${(100 * tested.accuracy).toFixed(1)} % at step ${tested.step}` : 'No accuracy yet'}
        data={[accuracies.map(own => own.step), accuracies.map(own => 100 * own.accuracy)]}
        end={end}
        top={100}
        stroke="--minus"
        points={true}
      />
    </div>
  )
}
