/**
 * Values that are made when they are first needed.
 *
 * @module
 */

/** Gives what `make` makes, which is called once. */
export function once<Value extends object>(make: () => Value): () => Value {
  let value: Value | undefined
  return () => {
    value ??= make()
    return value
  }
}
