/**
 * Plain objects from outside: state dicts may come from a file that somebody else wrote.
 *
 * @module
 */
import { ValueError } from '../errors.js'

/** Whether a value is an object with entries by name. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The entries, refusing names that would reach into the object's prototype when they are assigned to another. */
export function plainEntries(owner: string, record: Record<string, unknown>): [string, unknown][] {
  const entries = Object.entries(record)
  for (const [name] of entries) {
    if (name in Object.prototype)
      throw new ValueError(`${owner}: an entry must not have the name ${JSON.stringify(name)}`)
  }
  return entries
}
