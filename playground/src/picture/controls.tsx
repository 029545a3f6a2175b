/**
 * The kernel and how it steps.
 *
 * @module
 */
import '../arithmetic/style/controls.css'
import { Choice, Count, Labelled, Segments, Switch } from '../arithmetic/fields.js'
import { KernelGrid, NumberInput } from './kernelGrid.js'
import { MOST_DILATION, MOST_STRIDE } from './link.js'
import { KERNEL_SIZES, kernelSize, PADDING_MODES, resize, SIDES } from './setting.js'
import { set, setting } from './state.js'

/** A number of steps, kept in 1..most; an emptied field waits for the next key. */
const within = (value: number, most: number) => Math.min(most, Math.max(1, Math.round(value)))

export function Controls() {
  const now = setting.value
  return (
    <form class="card controls" aria-label="Parameters" onSubmit={event => event.preventDefault()}>
      <Segments
        legend="Size of the kernel"
        name="size"
        value={kernelSize(now)}
        values={KERNEL_SIZES}
        show={size => `${size} × ${size}`}
        onChange={size => set({ weights: resize(now.weights, size) })}
      />
      <KernelGrid />
      <div class="channels">
        <Labelled name="divided by">
          <NumberInput
            label="divided by"
            value={now.divisor}
            allowed={value => value !== 0}
            onChange={divisor => set({ divisor })}
          />
        </Labelled>
        <Switch name="add grey 128" value={now.grey} onChange={grey => set({ grey })} />
        <Count
          name="stride"
          value={now.stride}
          onChange={value => Number.isNaN(value) || set({ stride: within(value, MOST_STRIDE) })}
        />
        <Count
          name="dilation"
          value={now.dilation}
          onChange={value => Number.isNaN(value) || set({ dilation: within(value, MOST_DILATION) })}
        />
      </div>
      <div class="choices">
        <Choice
          name="beyond the edge"
          value={now.paddingMode}
          values={PADDING_MODES}
          onChange={paddingMode => set({ paddingMode })}
        />
        <Choice name="longer side" value={now.side} values={SIDES} onChange={side => set({ side })} />
      </div>
    </form>
  )
}
