/**
 * What optimizers and schedulers are set to: defaults, checks, and the names PyTorch has for them in state dicts.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { checkOptions } from '../options.js'

/** Refuses a value that a setting cannot have; `name` is the setting's, for the message. */
export type Check = (value: unknown, name: string) => void

/** One setting: what it must be, and what it is where nothing is said. */
export interface Setting {
  readonly check: Check
  /** Left out for what must be given. */
  readonly default?: unknown
}

/** Settings by their names in TypeScript. */
export type SettingTable<Settings> = { readonly [Name in keyof Settings]-?: Setting }

/**
 * The options with the defaults filled in, every value checked.
 *
 * @throws TypeError for an unknown key or a value of the wrong type; ValueError for one out of its range
 */
export function completeSettings<Settings extends object>(
  owner: string,
  options: Partial<Settings>,
  table: SettingTable<Settings>,
): Settings {
  checkOptions(owner, options, Object.keys(table))
  const settings: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries<Setting>(table)) {
    const given = (options as Record<string, unknown>)[name]
    const value = given === undefined ? setting.default : given
    if (value === undefined) throw new TypeError(`${owner}() missing the required option '${name}'`)
    setting.check(value, name)
    settings[name] = value
  }
  return settings as Settings
}

/** A number of at least zero; `label` is PyTorch's name for it in `Invalid ${label}: ${value}`. */
export function nonNegative(label: string): Check {
  return (value, name) => {
    number(value, name)
    if (!((value as number) >= 0)) throw new ValueError(`Invalid ${label}: ${value}`)
  }
}

/** Any number but NaN. */
export const number: Check = (value, name) => {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, but got ${describe(value)}`)
  if (Number.isNaN(value)) throw new ValueError(`${name} must be a number, but got ${name}=NaN`)
}

/** A whole number of at least one. */
export const positiveInteger: Check = (value, name) => {
  if (!Number.isSafeInteger(value) || (value as number) <= 0) {
    throw new ValueError(`Expected positive integer ${snakeCase(name)}, but got ${shown(value)}`)
  }
}

/** A whole number of at least zero. */
export const count: Check = (value, name) => {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new ValueError(`Expected non-negative integer ${snakeCase(name)}, but got ${shown(value)}`)
  }
}

export const flag: Check = (value, name) => {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, but got ${describe(value)}`)
}

/** One of a few strings; `message` is what PyTorch says otherwise. */
export function oneOf(allowed: readonly string[], message: (value: string) => string): Check {
  return value => {
    if (typeof value !== 'string' || !allowed.includes(value)) throw new ValueError(message(shown(value)))
  }
}

/** A list whose every entry passes the check. */
export function listOf(check: Check): Check {
  return (value, name) => {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, but got ${describe(value)}`)
    for (const entry of value) check(entry, name)
  }
}

/** One value for all parameter groups, or a list with one for each. */
export function eachGroup(check: Check): Check {
  return (value, name) => (Array.isArray(value) ? listOf(check)(value, name) : check(value, name))
}

/** Both checks. */
export function all(...checks: readonly Check[]): Check {
  return (value, name) => {
    for (const check of checks) check(value, name)
  }
}

/** A value as it stands in a message. */
export function shown(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : describe(value)
}

/** The few settings whose names in PyTorch have capitals. */
const CAPITALS: Readonly<Record<string, string>> = { tMax: 'T_max', t0: 'T_0', tMult: 'T_mult' }

/** `weightDecay` as PyTorch spells it: `weight_decay`. */
export function snakeCase(name: string): string {
  return CAPITALS[name] ?? name.replace(/[A-Z]/g, capital => `_${capital.toLowerCase()}`)
}

/** `weight_decay` as it is spelled here: `weightDecay`. */
export function camelCase(name: string): string {
  const capital = Object.keys(CAPITALS).find(own => CAPITALS[own] === name)
  return capital ?? name.replace(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
