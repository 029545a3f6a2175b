/**
 * A setting as the query of a link, and back. Only what differs from the defaults is written.
 *
 * @module
 */

/** How one value is written and read; `read` gives undefined for what it does not understand. */
export interface Field<Value> {
  readonly name: string
  readonly write: (value: Value) => string
  readonly read: (text: string) => Value | undefined
}

export type Fields<Setting> = { readonly [Key in keyof Setting]: Field<Setting[Key]> }

export const INTEGER = /^-?\d{1,6}$/
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number that is one in float32, too, as the library computes with it. */
export function readNumber(text: string): number | undefined {
  const value = Number(text)
  return NUMBER.test(text) && Number.isFinite(Math.fround(value)) ? value : undefined
}

export const integer = (name: string): Field<number> => ({
  name,
  write: String,
  read: text => (INTEGER.test(text) ? Number(text) : undefined),
})

export function choice<Value extends string>(name: string, values: readonly Value[]): Field<Value> {
  return { name, write: value => value, read: text => values.find(value => value === text) }
}

export const flag = (name: string): Field<boolean> => ({
  name,
  write: value => (value ? '1' : '0'),
  read: text => (text === '1' ? true : text === '0' ? false : undefined),
})

/** The query of a setting: `kernel=3&stride=2,1`. */
export function writeQuery<Setting extends object>(
  fields: Fields<Setting>,
  defaults: Setting,
  setting: Setting,
): string {
  const parts = (Object.keys(fields) as (keyof Setting)[]).map(key => {
    const { name, write } = fields[key]
    const text = write(setting[key])
    return text === write(defaults[key]) ? '' : `${name}=${text}`
  })
  return parts.filter(Boolean).join('&')
}

/** The setting of a query. What is not understood has its default, and is named in `faults`. */
export function readQuery<Setting extends object>(
  fields: Fields<Setting>,
  defaults: Setting,
  query: string,
): { setting: Setting; faults: string[] } {
  const keys = Object.keys(fields) as (keyof Setting)[]
  const given: Partial<Setting> = {}
  const faults: string[] = []
  for (const part of query.split('&').filter(Boolean)) {
    const [name, text = ''] = part.split(/=(.*)/s)
    const key = keys.find(own => fields[own].name === name)
    const value = key && fields[key].read(decoded(text))
    if (key && value !== undefined) given[key] = value
    else faults.push(decoded(part))
  }
  return { setting: { ...defaults, ...given }, faults }
}

/** A link may have been escaped on its way, and badly. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
