/**
 * Integer arguments: a number, or one number per spatial axis.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { formatShape } from '../tensor/layout.js'

/** A number for all axes, or a list with one per axis. */
export type IntegerList = number | readonly number[]

/** The list an argument stands for; refused if anything in it is not an integer. */
export function integers(operation: string, name: string, value: unknown, rank: number): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : new Array(rank).fill(value)
  if (list.every(Number.isSafeInteger)) return list as readonly number[]
  throw notIntegers(operation, name, value, `an integer or a list of ${rank} integer${rank === 1 ? '' : 's'}`)
}

/** Refuses what is not one integer. */
export function integer(operation: string, name: string, value: unknown): number {
  if (Number.isSafeInteger(value)) return value as number
  throw notIntegers(operation, name, value, 'an integer')
}

function notIntegers(operation: string, name: string, value: unknown, wanted: string): TypeError {
  return new TypeError(`${operation}(): argument '${name}' must be ${wanted}, but got ${name}=${describeValue(value)}`)
}

/** One number per axis: lists of one are repeated, lists of another length refused. */
export function expandList(name: string, values: readonly number[], axes: number): readonly number[] {
  if (values.length === axes) return values
  if (values.length === 1) return new Array<number>(axes).fill(values[0]!)
  throw new RuntimeError(
    `expected ${name} to be a single integer value or a list of ${axes} values to match the convolution dimensions, but got ${name}=${formatShape(values)}`,
  )
}

/** A value as it may stand in a message. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`
  return typeof value === 'string' ? `'${value}'` : String(value)
}
