/**
 * Trailing options objects: what is not known is refused, never passed over.
 *
 * @module
 */
import { describe } from './errors.js'

/** The options as given; refuses keys that an operation does not know. */
export function checkOptions<T>(operation: string, options: T, allowed: readonly string[]): T {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(
      `${operation}(): options must be an object with ${allowed.join(', ')}, but got ${describe(options)}`,
    )
  }
  for (const key in options) {
    if (allowed.includes(key) || !Object.hasOwn(options, key)) continue
    throw new TypeError(`${operation}() got an unexpected keyword argument '${key}'; it takes ${allowed.join(', ')}`)
  }
  return options
}
