/**
 * A field for a number, for the controls of every tab.
 *
 * @module
 */
import { useLayoutEffect, useRef } from 'preact/hooks'

interface NumberFieldProps {
  readonly label?: string
  readonly id?: string
  /** NaN is an empty field. */
  readonly value: number
  readonly step?: number | 'any'
  readonly min?: number
  readonly max?: number
  readonly disabled?: boolean
  /** Called for each key, with NaN for what is no number, or not yet one. */
  readonly onType: (value: number) => void
}

const textOf = (value: number) => (Number.isNaN(value) ? '' : String(value))

/** What is typed stands as it is typed; left, the field shows its value. */
export function NumberField({ label, value, onType, ...rest }: NumberFieldProps) {
  const field = useRef<HTMLInputElement>(null)
  // not a `value` in the markup: "0." and "0" are the same number, and "0." would become "0" before the next key
  useLayoutEffect(() => {
    const own = field.current!
    if (!Object.is(own.valueAsNumber, value)) own.value = textOf(value)
  }, [value])
  return (
    <input
      {...rest}
      ref={field}
      type="number"
      aria-label={label}
      onInput={event => onType(event.currentTarget.valueAsNumber)}
      onBlur={event => {
        event.currentTarget.value = textOf(value)
      }}
    />
  )
}
