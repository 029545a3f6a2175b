/**
 * Arguments as PyTorch takes them: by position, by name, or some of each.
 *
 * @module
 */

import { describe } from '../errors.js'
import { checkOptions } from '../options.js'

/** Option of what can write its result over its input. */
export interface InplaceOptions {
  /** Write the result over the input, and return the input. Default: false. */
  inplace?: boolean
}

/**
 * The arguments by name: `(0.2, { inplace: true })` and `({ negativeSlope: 0.2, inplace: true })` are the same.
 *
 * @param given what was passed: values in the order of `positional`, then maybe one object with the others
 * @param others what can only be passed by name
 */
export function namedArguments<T extends object>(
  name: string,
  given: readonly unknown[],
  positional: readonly (keyof T & string)[],
  others: readonly (keyof T & string)[] = [],
): Partial<T> {
  const values = [...given]
  while (values.length > 0 && values.at(-1) === undefined) values.pop()
  const options = isOptions(values.at(-1)) ? values.pop() : {}
  if (values.length > positional.length) throw tooMany(name, values.length, positional, others)
  const named: Partial<T> = { ...checkOptions(name, options as T, [...positional, ...others]) }
  for (const [i, key] of positional.entries()) {
    if (values[i] === undefined) continue
    if (isOptions(values[i])) throw new TypeError(`${name}(): argument '${key}' must not be ${describe(values[i])}`)
    if (named[key] !== undefined) throw new TypeError(`${name}() got multiple values for argument '${key}'`)
    named[key] = values[i] as T[keyof T & string]
  }
  return named
}

function tooMany(name: string, count: number, positional: readonly string[], others: readonly string[]): TypeError {
  const takes = positional.length === 0 ? 'no positional arguments' : `at most ${positional.length} (${positional})`
  const named = others.length === 0 ? '' : `, and by name ${others}`
  return new TypeError(`${name}() takes ${takes}${named}, but ${count} positional arguments were given`)
}

/** Whether a value is an object literal, as options are. */
function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** A number, or PyTorch's kind of refusal. */
export function checkNumber(name: string, argument: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError(`${name}(): argument '${argument}' must be a number, but got ${argument}=${describe(value)}`)
}

/** Yes or no. */
export function checkFlag(name: string, argument: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError(`${name}(): argument '${argument}' must be true or false, but got ${argument}=${describe(value)}`)
}
