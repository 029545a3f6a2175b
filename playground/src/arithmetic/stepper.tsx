/**
 * A whole number, with buttons for one less and one more.
 *
 * @module
 */
import { useRef } from 'preact/hooks'
import { NumberField } from '../shell/numberField.js'

interface StepperProps {
  readonly label: string
  /** NaN while the field is empty. */
  readonly value: number
  readonly onChange: (value: number) => void
}

/** Has no bounds: which numbers are possible is for the library to say. */
export function Stepper({ label, value, onChange }: StepperProps) {
  // from an emptied field the buttons go on
  const last = useRef(value)
  if (!Number.isNaN(value)) last.current = value
  const step = (by: 1 | -1) => onChange(last.current + by)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset for each number would say too much
    <div class="stepper" role="group" aria-label={label}>
      <button type="button" tabIndex={-1} aria-label={`${label}: less`} onClick={() => step(-1)}>
        −
      </button>
      <NumberField label={label} value={value} step={1} onType={onChange} />
      <button type="button" tabIndex={-1} aria-label={`${label}: more`} onClick={() => step(1)}>
        +
      </button>
    </div>
  )
}
