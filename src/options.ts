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
  const unknown = Object.keys(options).find(key => !allowed.includes(key))
  if (unknown !== undefined) {
    throw new TypeError(
      `${operation}() got an unexpected keyword argument '${unknown}'; it takes ${allowed.join(', ')}`,
    )
  }
  return options
}
