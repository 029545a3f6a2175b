/**
 * The errors convforge throws, named as Python names them, so that a message found in a PyTorch forum and the class
 * caught in TypeScript agree. Wrong argument *types* are JavaScript's own `TypeError`.
 *
 * @module
 */

/** The operation cannot be done with these shapes, dtypes or devices (PyTorch's `RuntimeError`). */
export class RuntimeError extends Error {
  override name = 'RuntimeError'
}

/** An argument has the right type and a value that is not allowed (Python's `ValueError`). */
export class ValueError extends Error {
  override name = 'ValueError'
}

/** A dimension or an index lies outside its range (Python's `IndexError`). */
export class IndexError extends RangeError {
  override name = 'IndexError'
}

/** A combination that PyTorch does not define either (Python's `NotImplementedError`). */
export class NotImplementedError extends RuntimeError {
  override name = 'NotImplementedError'
}

/** There is no such attribute, or it is not of the kind asked for (Python's `AttributeError`). */
export class AttributeError extends Error {
  override name = 'AttributeError'
}

/** A name is missing, taken, or not allowed (Python's `KeyError`). */
export class KeyError extends Error {
  override name = 'KeyError'
}

/** What a value is, in a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' || typeof value === 'function') return value.constructor?.name ?? 'an object'
  return `${typeof value} ${String(value)}`
}
