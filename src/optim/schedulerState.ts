/**
 * Reading schedulers' state dicts, which may come from a file that somebody else wrote.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { isRecord, plainEntries } from './plain.js'
import { completeSettings, listOf, number, type SettingTable, shown, snakeCase } from './settings.js'

/** Whether a setting can be saved: functions, and lists of them, cannot. */
export const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isPlain) : typeof value !== 'function'

/** Gives the entries of a state dict one by one, each checked. */
export class SchedulerStateReader {
  private readonly entries: ReadonlyMap<string, unknown>

  constructor(
    private readonly owner: string,
    given: unknown,
  ) {
    if (!isRecord(given)) throw new TypeError(`${owner}: a state dict must be an object, but got ${describe(given)}`)
    this.entries = new Map(plainEntries(owner, given))
  }

  get(name: string): unknown {
    const value = this.entries.get(name)
    if (value === undefined) throw new ValueError(`${this.owner}: the loaded state dict has no ${name}`)
    return value
  }

  /** The settings of a table; functions are not loaded but kept. */
  settings<Settings extends object>(table: SettingTable<Settings>, own: Settings): Settings {
    const settings = { ...own } as Record<string, unknown>
    for (const [name, value] of Object.entries(own)) {
      if (isPlain(value)) settings[name] = this.get(snakeCase(name))
    }
    return completeSettings(this.owner, settings as Partial<Settings>, table)
  }

  count(name: string): number {
    return this.whole(name, 0)
  }

  /** A whole number of at least `least`. */
  whole(name: string, least: number): number {
    const value = this.get(name)
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number
    throw new ValueError(`${this.owner}: ${name} must be a whole number of at least ${least}, but got ${shown(value)}`)
  }

  number(name: string): number {
    const value = this.get(name)
    number(value, name)
    return value as number
  }

  /** Numbers, one for each group but those that were added after the scheduler was made. */
  list(name: string, groups: number): number[] {
    const value = this.get(name)
    listOf(number)(value, name)
    if ((value as number[]).length > groups || (value as number[]).length === 0) {
      throw new ValueError(
        `${this.owner}: ${name} in the loaded state dict has ${(value as number[]).length} entries, and the optimizer has ${groups} groups`,
      )
    }
    return [...(value as number[])]
  }
}
