/**
 * Options objects of this folder's functions.
 *
 * @module
 */

/** Refuses keys that a function does not know: an option that is not honoured is worse than an error. */
export function checkOptions<T extends object>(name: string, options: T, allowed: readonly (keyof T & string)[]): T {
  const unknown = Object.keys(options).find(key => !(allowed as readonly string[]).includes(key))
  if (unknown === undefined) return options
  throw new TypeError(`${name}() got an unexpected keyword argument '${unknown}'; it takes ${allowed.join(', ')}`)
}
