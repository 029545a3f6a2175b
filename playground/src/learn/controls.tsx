/**
 * What is set before a training, and its start, pause and reset.
 *
 * @module
 */
import { allows, CHOICES, LARGEST_SEED, type Settings } from './settings.js'
import { command, network, phase, reset, settings, steps } from './state.js'

export function Controls() {
  const now = settings.value
  const begun = steps.value.length > 0 || phase.value === 'running'
  return (
    <form class="training" onSubmit={event => event.preventDefault()}>
      <fieldset disabled={begun || phase.value === 'loading'}>
        <legend class="hidden">Settings of the training</legend>
        <Choice name="batch size" of="batch" now={now} />
        <Choice name="learning rate" of="rate" now={now} />
        <Choice name="epochs" of="epochs" now={now} />
        <label>
          <span class="name">seed</span>
          <input
            type="number"
            min={0}
            max={LARGEST_SEED}
            value={now.seed}
            onChange={event => {
              const seed = event.currentTarget.valueAsNumber
              if (allows('seed', seed)) reset({ ...now, seed })
              else event.currentTarget.value = String(now.seed)
            }}
          />
        </label>
      </fieldset>
      <Buttons />
      <p class="hint">
        {begun
          ? 'Reset, to change these.'
          : `The learning rate is the largest of one cycle. The seed (0 to ${LARGEST_SEED}) decides the first weights and the order.`}
      </p>
    </form>
  )
}

/** One of a few numbers. */
function Choice({ name, of, now }: { name: string; of: keyof typeof CHOICES; now: Settings }) {
  return (
    <label>
      <span class="name">{name}</span>
      <select value={now[of]} onChange={event => reset({ ...now, [of]: Number(event.currentTarget.value) })}>
        {CHOICES[of].map(own => (
          <option key={own} value={own}>
            {own}
          </option>
        ))}
      </select>
    </label>
  )
}

function Buttons() {
  const running = phase.value === 'running'
  const over = phase.value === 'loading' || phase.value === 'finished'
  const done = steps.value.length
  return (
    <div class="buttons">
      <button type="button" disabled={over} onClick={() => command({ type: running ? 'pause' : 'run' })}>
        {running ? 'Pause' : phase.value === 'finished' ? 'Finished' : done > 0 ? 'Go on' : 'Start'}
      </button>
      <button type="button" class="chip" disabled={over || running} onClick={() => command({ type: 'step' })}>
        One step
      </button>
      <button type="button" class="chip" disabled={done === 0} onClick={() => reset()}>
        Reset
      </button>
      <progress max={Math.max(1, network.value.steps)} value={done} aria-label="Steps done" />
    </div>
  )
}
