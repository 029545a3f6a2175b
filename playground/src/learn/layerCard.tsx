/**
 * The first layer: its kernels, and what each makes of the digit.
 *
 * @module
 */
import { SIDE } from './digits.js'
import { Pixels } from './pixels.js'
import { view } from './state.js'

const largest = (arrays: readonly ArrayLike<number>[]) =>
  Math.max(...arrays.map(own => Array.from(own).reduce((most, value) => Math.max(most, Math.abs(value)), 0)))

export function LayerCard() {
  const now = view.value
  return (
    <section class="card layer" aria-label="The first layer">
      <h2>The first layer</h2>
      <p class="hint">
        Its eight 3×3 kernels, <b class="plus">positive</b> and <b class="minus">negative</b>, and below each the
        feature map that it makes of the digit, after batch norm and ReLU.
      </p>
      {now && (
        <ol>
          {now.kernels.map((kernel, i) => (
            <li key={i}>
              <Pixels
                values={kernel}
                width={3}
                most={largest(now.kernels)}
                label={`Kernel ${i + 1}: ${Array.from(kernel, value => value.toFixed(2)).join(', ')}`}
                positive="--plus"
              />
              <Pixels values={now.maps[i]!} width={SIDE} most={largest(now.maps)} label={describe(now.maps[i]!, i)} />
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function describe(map: Float32Array, index: number): string {
  const most = map.reduce((found, value) => Math.max(found, value), 0)
  if (most === 0) return `Feature map ${index + 1}: zero everywhere`
  const at = map.indexOf(most)
  const [row, column] = [Math.floor(at / SIDE), at % SIDE]
  return `Feature map ${index + 1}: largest value ${most.toFixed(2)}, in row ${row}, column ${column}`
}
