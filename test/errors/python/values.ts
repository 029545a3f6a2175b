/**
 * Python's values where JavaScript has no such thing, and Python's way of writing values.
 *
 * Lists are arrays, dictionaries plain objects, None is null; integers, strings and booleans are JavaScript's own.
 *
 * @module
 */

/** A float: JavaScript does not tell 3.0 from 3, Python writes it otherwise. */
export class Float {
  constructor(readonly value: number) {}
}

/** A tuple, or a named one (`torch.Size`), which is written with its name. */
export class Tuple {
  constructor(
    readonly items: readonly unknown[],
    readonly name = '',
  ) {}
}

/** A value whose text is not that of the string behind it, such as the dtype `torch.float32`. */
export class Named {
  constructor(
    readonly text: string,
    readonly value: string,
  ) {}
}

/** The expression needs something that our API, or JavaScript, does not have. */
export class Inexpressible extends Error {}

/** A function or class: it takes positional arguments and keyword arguments. */
export type Callable = (args: readonly unknown[], keywords: Readonly<Record<string, unknown>>) => unknown

/** What a value is for our own API. */
export function toJavaScript(value: unknown): unknown {
  if (value instanceof Float || value instanceof Named) return value.value
  if (value instanceof Tuple) return value.items.map(toJavaScript)
  if (Array.isArray(value)) return value.map(toJavaScript)
  if (isDictionary(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toJavaScript(entry)]))
  }
  return value
}

/** A dictionary, not an instance of some class. */
export function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

/** Python's `repr(value)`. */
export function represent(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return write(value)
}

/** Python's `str(value)`. */
export function write(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value instanceof Float) return Number.isInteger(value.value) ? value.value.toFixed(1) : String(value.value)
  if (value instanceof Named) return value.text
  if (value instanceof Tuple) {
    if (value.name !== '') return `${value.name}(${represent(value.items)})`
    const items = value.items.map(represent)
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
  }
  if (Array.isArray(value)) return `[${value.map(represent).join(', ')}]`
  return String(value)
}
