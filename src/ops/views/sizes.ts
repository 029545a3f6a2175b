/**
 * Sizes as people pass them: `(2, 3, 4)` or `([2, 3, 4])`.
 *
 * @module
 */
import { describe } from '../../errors.js'
import type { Shape } from '../../tensor/layout.js'

/** Whole numbers as arguments, or all of them in one array. */
export type Sizes = number[] | [Shape]

/** The list that was meant; refused with its position where an entry is not a whole number. */
export function listOf(operation: string, argument: string, args: readonly unknown[]): number[] {
  const list: readonly unknown[] = args.length === 1 && Array.isArray(args[0]) ? args[0] : args
  list.forEach((entry, i) => {
    if (typeof entry === 'number' && Number.isInteger(entry)) return
    throw new TypeError(
      `${operation}(): argument '${argument}' must be whole numbers, but found ${describe(entry)} at pos ${i + 1}`,
    )
  })
  return [...(list as readonly number[])]
}
