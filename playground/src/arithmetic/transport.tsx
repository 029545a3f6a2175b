/**
 * Moving the kernel: step by step, by a slider, or by itself.
 *
 * @module
 */
import './style/transport.css'
import { useEffect } from 'preact/hooks'
import { stepping } from './explanation.js'
import { hovered, numbers, playing, selected, setting } from './state.js'

/** Time for each step, in milliseconds: long enough to follow one sum. */
const STEP_TIME = 700

function stepCount(): number {
  const g = numbers.value?.geometry
  return g ? g.steps[0] * g.steps[1] * g.steps[2] : 0
}

/** The step where the kernel stands; the first, while another cell is looked at. */
function present(): number {
  const { tensor, at } = selected.value
  return tensor === stepping(setting.value.transposed) && at < stepCount() ? at : 0
}

function go(step: number): void {
  const count = stepCount()
  hovered.value = null
  selected.value = { tensor: stepping(setting.value.transposed), at: ((step % count) + count) % count }
}

export function Transport() {
  useEffect(() => {
    if (!playing.value) return
    const timer = setInterval(() => {
      if (stepCount() === 0) playing.value = false
      else go(present() + 1)
    }, STEP_TIME)
    return () => clearInterval(timer)
  }, [playing.value])
  const count = stepCount()
  if (count === 0) return null
  const move = (step: number) => {
    playing.value = false
    go(step)
  }
  return (
    <fieldset class="transport">
      <legend class="hidden">Steps of the kernel</legend>
      <StepButton label="Previous step" path="m14 6-6 6 6 6" onClick={() => move(present() - 1)} />
      <button
        type="button"
        class="icon play"
        aria-label={playing.value ? 'Pause' : 'Play'}
        onClick={() => {
          playing.value = !playing.value
        }}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true" class="solid">
          {playing.value ? <path d="M7 5h3.5v14H7zm6.5 0H17v14h-3.5z" /> : <path d="M8 5v14l11-7z" />}
        </svg>
      </button>
      <StepButton label="Next step" path="m10 6 6 6-6 6" onClick={() => move(present() + 1)} />
      <input
        type="range"
        min={0}
        max={count - 1}
        value={present()}
        aria-label="Step"
        aria-valuetext={`step ${present() + 1} of ${count}`}
        onInput={event => move(Number(event.currentTarget.value))}
      />
      <span class="count">
        {present() + 1} / {count}
      </span>
    </fieldset>
  )
}

function StepButton({ label, path, onClick }: { label: string; path: string; onClick: () => void }) {
  return (
    <button type="button" class="quiet icon" aria-label={label} onClick={onClick}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  )
}
