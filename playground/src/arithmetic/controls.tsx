/**
 * Every parameter of the layer.
 *
 * @module
 */
import './style/controls.css'
import { Choice, Count, PairRow, Segments, Switch } from './fields.js'
import { INPUT_FILLS, type InputFill, WEIGHT_FILLS, type WeightFill } from './fills.js'
import type { PaddingMode, Setting } from './setting.js'
import { set, setting } from './state.js'

const PADDING_MODES: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular']

export function Controls() {
  const now = setting.value
  return (
    <form class="card controls" aria-label="Parameters" onSubmit={event => event.preventDefault()}>
      <Segments
        legend="Layer"
        name="layer"
        value={now.transposed}
        values={[false, true]}
        show={transposed => (transposed ? 'ConvTranspose2d' : 'Conv2d')}
        onChange={transposed => set({ transposed })}
      />
      <div class="pairs">
        <span class="heading" />
        <span class="heading">height</span>
        <span class="heading">width</span>
        <PairRow name="input size" value={now.size} onChange={size => set({ size })} />
        <PairRow name="kernel" value={now.kernel} onChange={kernel => set({ kernel })} />
        <PairRow name="stride" value={now.stride} onChange={stride => set({ stride })} />
        <PaddingRow now={now} />
        <PairRow name="dilation" value={now.dilation} onChange={dilation => set({ dilation })} />
        {now.transposed && (
          <PairRow name="output padding" value={now.outputPadding} onChange={outputPadding => set({ outputPadding })} />
        )}
      </div>
      <div class="choices">
        <Choice
          name="padding"
          value={typeof now.padding === 'string' ? now.padding : 'numbers'}
          values={['numbers', 'same', 'valid']}
          onChange={value => set({ padding: value === 'numbers' ? [0, 0] : (value as 'same' | 'valid') })}
        />
        <Choice
          name="padding mode"
          value={now.paddingMode}
          values={PADDING_MODES}
          onChange={paddingMode => set({ paddingMode })}
        />
      </div>
      <div class="channels">
        <Count name="channels in" value={now.inChannels} onChange={inChannels => set({ inChannels })} />
        <Count name="channels out" value={now.outChannels} onChange={outChannels => set({ outChannels })} />
        <Count name="groups" value={now.groups} onChange={groups => set({ groups })} />
        <Switch name="bias" value={now.bias} onChange={bias => set({ bias })} />
      </div>
      <div class="choices">
        <Choice<InputFill>
          name="input numbers"
          value={now.input}
          values={INPUT_FILLS}
          onChange={input => set({ input, inputEdits: {} })}
        />
        <Choice<WeightFill>
          name="weights"
          value={now.weight}
          values={WEIGHT_FILLS}
          onChange={weight => set({ weight, weightEdits: {} })}
        />
      </div>
      <p class="hint">Click a cell and type to change its number. The arrow keys move, Space plays.</p>
    </form>
  )
}

function PaddingRow({ now }: { now: Setting }) {
  if (typeof now.padding !== 'string') {
    return <PairRow name="padding" value={now.padding} onChange={padding => set({ padding })} />
  }
  return (
    <>
      <span class="name">padding</span>
      <span class="word">'{now.padding}'</span>
    </>
  )
}
