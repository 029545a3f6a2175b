/**
 * What the network says of the digit.
 *
 * @module
 */
import { digits, looked, phase, steps, view } from './state.js'

const percent = (part: number) => `${(100 * part).toFixed(1)} %`

export function Answer() {
  const probabilities = view.value?.probabilities
  if (!probabilities || !looked.value) return <p class="hint">Nothing to recognise yet.</p>
  const guess = probabilities.indexOf(Math.max(...probabilities))
  const { index } = looked.value
  const label = index === null ? null : digits.value!.test.labels[index]!
  return (
    <div class="answer">
      {/* not while it changes with each step */}
      <p class="says" aria-live={phase.value === 'running' ? 'off' : 'polite'}>
        The network says <b>{guess}</b> ({percent(probabilities[guess]!)}).
        {label !== null && ` It is a ${label}.`}
        {steps.value.length === 0 && ' It is not trained yet: its weights are random, and so is its answer.'}
      </p>
      <ol aria-label="Probability of each digit">
        {probabilities.map((probability, digit) => (
          <li key={digit} data-digit={digit} class={digit === guess ? 'guess' : undefined}>
            <b>{digit}</b>
            <span class="bar" aria-hidden="true">
              <i style={{ width: `${100 * probability}%` }} />
            </span>
            <span class="percent">{percent(probability)}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}
