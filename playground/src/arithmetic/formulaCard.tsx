/**
 * How the size of the output comes about.
 *
 * @module
 */
import './style/notes.css'
import { formulas } from './formula.js'
import { allLinks, type Geometry, NOTHING } from './geometry.js'
import type { Numbers } from './layer.js'
import { showSize } from './number.js'
import { numbers, setting } from './state.js'

export function FormulaCard() {
  const [height, width] = formulas(setting.value)
  return (
    <section class="card formula" aria-label="Output size">
      <h2>Output size</h2>
      <p class="letters">
        H<sub>out</sub> = {height.letters}
      </p>
      {[height, width].map(({ axis, numbers, result }) => (
        <p key={axis} data-axis={axis}>
          <span class="name">{axis}</span> {numbers} = <b>{showSize(result)}</b>
        </p>
      ))}
      {numbers.value && <Counts numbers={numbers.value} />}
    </section>
  )
}

/** What the layer costs. */
function Counts({ numbers: { geometry, weight, bias, output } }: { numbers: Numbers }) {
  const { transposed } = setting.value
  const numbersOf = [
    [weight.length, 'weights'],
    [bias?.length ?? 0, 'biases'],
    [productCount(geometry, transposed), 'products'],
    [output.length, 'outputs'],
  ] as const
  return (
    <dl class="facts">
      {numbersOf.map(([count, name]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{count.toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Products with zeros of the padding count; what falls beside a transposed convolution's output does not. */
function productCount(geometry: Geometry, transposed: boolean): number {
  const links = allLinks(geometry)
  return transposed ? links.filter(link => link.source !== NOTHING).length : links.length
}
