/**
 * The weights, to type into.
 *
 * @module
 */
import { NumberField } from '../shell/numberField.js'
import { kernelSize } from './setting.js'
import { set, setting } from './state.js'

interface NumberInputProps {
  readonly label: string
  readonly value: number
  readonly allowed?: (value: number) => boolean
  readonly onChange: (value: number) => void
}

/** A field whose number counts as soon as it is one; left half-typed, it shows the last one again. */
export function NumberInput({ label, value, allowed = () => true, onChange }: NumberInputProps) {
  return (
    <NumberField
      label={label}
      value={value}
      step="any"
      onType={typed => {
        if (Number.isFinite(Math.fround(typed)) && allowed(typed)) onChange(typed)
      }}
    />
  )
}

export function KernelGrid() {
  const { weights } = setting.value
  const size = kernelSize(setting.value)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset draws a border and a legend that the grid has no room for
    <div class="weights" role="group" aria-label="Kernel" style={{ '--size': size }}>
      {weights.map((weight, at) => (
        <NumberInput
          key={`${size},${at}`}
          label={`row ${Math.floor(at / size) + 1}, column ${(at % size) + 1}`}
          value={weight}
          onChange={value => set({ weights: weights.with(at, value) })}
        />
      ))}
    </div>
  )
}
