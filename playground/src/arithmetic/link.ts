/**
 * The setting as the query of a link, and back.
 *
 * @module
 */
import {
  choice,
  type Field,
  type Fields,
  flag,
  INTEGER,
  integer,
  readNumber,
  readQuery,
  writeQuery,
} from '../shell/query.js'
import { INPUT_FILLS, WEIGHT_FILLS } from './fills.js'
import { DEFAULTS, type Edits, type Setting } from './setting.js'

function readPair(text: string): readonly [number, number] | undefined {
  const parts = text.split(',')
  if (parts.length > 2 || !parts.every(part => INTEGER.test(part))) return undefined
  return [Number(parts[0]), Number(parts.at(-1))]
}

const writePair = ([height, width]: readonly [number, number]) =>
  height === width ? `${height}` : `${height},${width}`

const pair = (name: string): Field<readonly [number, number]> => ({ name, write: writePair, read: readPair })

/** Positions and values: `7:2.5,9:-1`. */
const edits = (name: string): Field<Edits> => ({
  name,
  write: value =>
    Object.entries(value)
      .map(([at, number]) => `${at}:${number}`)
      .join(),
  read: text => {
    const entries = text.split(',').map(part => part.split(':'))
    const fine = entries.every(
      ([at, value, more]) => /^\d{1,6}$/.test(at!) && readNumber(value ?? '') !== undefined && more === undefined,
    )
    return fine ? Object.fromEntries(entries.map(([at, value]) => [at, Number(value)])) : undefined
  },
})

const FIELDS: Fields<Setting> = {
  transposed: flag('transposed'),
  size: pair('size'),
  inChannels: integer('in'),
  outChannels: integer('out'),
  kernel: pair('kernel'),
  stride: pair('stride'),
  padding: {
    name: 'padding',
    write: value => (typeof value === 'string' ? value : writePair(value)),
    read: text => (text === 'same' || text === 'valid' ? text : readPair(text)),
  },
  dilation: pair('dilation'),
  groups: integer('groups'),
  bias: flag('bias'),
  paddingMode: choice('mode', ['zeros', 'reflect', 'replicate', 'circular']),
  outputPadding: pair('outputPadding'),
  input: choice('input', INPUT_FILLS),
  weight: choice('weight', WEIGHT_FILLS),
  inputEdits: edits('x'),
  weightEdits: edits('w'),
}

/** The query of a setting: `kernel=3&stride=2,1`. */
export const writeLink = (setting: Setting): string => writeQuery(FIELDS, DEFAULTS, setting)

/** The setting of a query, and the parts that are not understood. */
export const readLink = (query: string): { setting: Setting; faults: string[] } => readQuery(FIELDS, DEFAULTS, query)
