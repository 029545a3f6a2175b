/**
 * How far the training is, in numbers.
 *
 * @module
 */
import { network, phase, settings, steps, tests } from './state.js'

const WORDS = {
  loading: 'loading the digits',
  ready: 'not trained yet',
  running: 'training',
  paused: 'paused',
  finished: 'finished',
} as const

export function Figures() {
  const last = steps.value.at(-1)
  const tested = tests.value.at(-1)
  const shown = [
    ['state', WORDS[phase.value]],
    ['step', `${last?.step ?? 0} of ${network.value.steps}`],
    ['epoch', `${last ? last.epoch + 1 : 0} of ${settings.value.epochs}`],
    ['loss', last ? last.loss.toFixed(4) : '–'],
    ['test accuracy', tested ? `${(100 * tested.accuracy).toFixed(1)} %` : '–'],
    ['images a second', last ? String(Math.round(last.imagesPerSecond)) : '–'],
  ] as const
  return (
    <>
      <dl class="facts">
        {shown.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-figure={name}>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hidden" role="status">
        {WORDS[phase.value]}
        {tested && `, test accuracy ${(100 * tested.accuracy).toFixed(1)} % after ${tested.step} steps`}
      </p>
    </>
  )
}
