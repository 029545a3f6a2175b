/**
 * The kinds of field that the parameters are made of.
 *
 * @module
 */
import type { ComponentChildren } from 'preact'
import type { Pair } from './setting.js'
import { Stepper } from './stepper.js'

interface FieldProps<Value> {
  readonly name: string
  readonly value: Value
  readonly onChange: (value: Value) => void
}

/** A number for each axis: three cells of the grid of parameters. */
export function PairRow({ name, value, onChange }: FieldProps<Pair>) {
  return (
    <>
      <span class="name">{name}</span>
      <Stepper label={`${name} height`} value={value[0]} onChange={height => onChange([height, value[1]])} />
      <Stepper label={`${name} width`} value={value[1]} onChange={width => onChange([value[0], width])} />
    </>
  )
}

interface SegmentsProps<Value> extends FieldProps<Value> {
  /** What is chosen here, in words. */
  readonly legend: string
  readonly values: readonly Value[]
  readonly show: (value: Value) => string
}

/** One of a few, all in sight. */
export function Segments<Value extends number | boolean>(props: SegmentsProps<Value>) {
  return (
    <fieldset class="segments">
      <legend class="hidden">{props.legend}</legend>
      {props.values.map(own => (
        <label key={String(own)}>
          <input type="radio" name={props.name} checked={own === props.value} onChange={() => props.onChange(own)} />
          <span>{props.show(own)}</span>
        </label>
      ))}
    </fieldset>
  )
}

/** A name above what it names. */
export function Labelled({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="labelled">
      <span class="name">{name}</span>
      {children}
    </div>
  )
}

/** A whole number. */
export function Count({ name, value, onChange }: FieldProps<number>) {
  return (
    <Labelled name={name}>
      <Stepper label={name} value={value} onChange={onChange} />
    </Labelled>
  )
}

/** Yes or no. */
export function Switch({ name, value, onChange }: FieldProps<boolean>) {
  return (
    <label class="labelled">
      <span class="name">{name}</span>
      <input
        type="checkbox"
        role="switch"
        checked={value}
        aria-checked={value}
        onChange={event => onChange(event.currentTarget.checked)}
      />
    </label>
  )
}

interface ChoiceProps<Value extends string> extends FieldProps<Value> {
  readonly values: readonly Value[]
}

/** One of a few names. */
export function Choice<Value extends string>({ name, value, values, onChange }: ChoiceProps<Value>) {
  return (
    <label class="labelled">
      <span class="name">{name}</span>
      <select value={value} onChange={event => onChange(event.currentTarget.value as Value)}>
        {values.map(own => (
          <option key={own} value={own}>
            {own}
          </option>
        ))}
      </select>
    </label>
  )
}
