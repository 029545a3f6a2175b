/**
 * A whole number, with buttons for one less and one more.
 *
 * @module
 */

interface StepperProps {
  readonly label: string
  readonly value: number
  readonly onChange: (value: number) => void
}

/** Has no bounds: which numbers are possible is for the library to say. */
export function Stepper({ label, value, onChange }: StepperProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset for each number would say too much
    <div class="stepper" role="group" aria-label={label}>
      <button type="button" tabIndex={-1} aria-label={`${label}: less`} onClick={() => onChange(value - 1)}>
        −
      </button>
      <input
        type="number"
        step={1}
        aria-label={label}
        value={Number.isNaN(value) ? '' : value}
        onInput={event => onChange(event.currentTarget.valueAsNumber)}
      />
      <button type="button" tabIndex={-1} aria-label={`${label}: more`} onClick={() => onChange(value + 1)}>
        +
      </button>
    </div>
  )
}
