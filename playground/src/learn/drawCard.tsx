/**
 * A digit, drawn or chosen, and the network's answer.
 *
 * @module
 */
import { NumberField } from '../shell/numberField.js'
import { Answer } from './answer.js'
import { SIDE } from './digits.js'
import { Pad } from './pad.js'
import { Pixels } from './pixels.js'
import { clearDrawing, digits, lookAtTest, looked } from './state.js'

export function DrawCard() {
  const count = digits.value?.test.labels.length ?? 0
  const now = looked.value
  const what = !now ? '' : now.index === null ? 'your drawing' : `test digit ${now.index}`
  return (
    <section class="card draw" aria-label="Recognise a digit">
      <h2>Draw a digit</h2>
      <div class="boards">
        <Pad />
        <figure>
          {now && <Pixels values={now.pixels} width={SIDE} most={255} label={`What the network sees: ${what}`} />}
          <figcaption>what the network sees: {what}</figcaption>
          {now?.index === null && (
            <button type="button" class="chip" onClick={clearDrawing}>
              Clear
            </button>
          )}
        </figure>
      </div>
      <div class="choose">
        <label for="test-digit">
          <span class="name">or a test digit (0 to {Math.max(0, count - 1)})</span>
          <NumberField
            id="test-digit"
            min={0}
            max={count - 1}
            value={now?.index ?? Number.NaN}
            disabled={count === 0}
            onType={index => {
              if (Number.isInteger(index) && index >= 0 && index < count) lookAtTest(index)
            }}
          />
        </label>
        <button
          type="button"
          class="chip"
          disabled={count === 0}
          onClick={() => lookAtTest(Math.floor(Math.random() * count))}
        >
          Any other
        </button>
      </div>
      <Answer />
    </section>
  )
}
