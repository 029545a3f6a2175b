/**
 * The setting as the query of a link, and back: `kernel=sobel-y&stride=2`, or `weights=0,1,0,1,-4,1,0,1,0`.
 *
 * @module
 */
import { choice, type Field, type Fields, flag, INTEGER, readNumber, readQuery, writeQuery } from '../shell/query.js'
import { KERNELS, named } from './kernels.js'
import { KERNEL_SIZES, PADDING_MODES, type Setting, SIDES } from './setting.js'

export const MOST_STRIDE = 16
export const MOST_DILATION = 16

/** A whole number in 1..most. */
const count = (name: string, most: number): Field<number> => ({
  name,
  write: String,
  read: text => (INTEGER.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : undefined),
})

const { weights, divisor, grey } = KERNELS[0]

export const DEFAULTS: Setting = {
  weights,
  divisor,
  grey,
  stride: 1,
  dilation: 1,
  paddingMode: 'reflect',
  side: '320',
}

/** A name stands for the three values that make a kernel. */
type Linked = Setting & { readonly kernel: string }

const FIELDS: Fields<Linked> = {
  kernel: choice('kernel', ['', ...KERNELS.map(({ id }) => id)]),
  weights: {
    name: 'weights',
    write: value => value.join(),
    read: text => {
      const numbers = text.split(',').map(readNumber)
      const fine = KERNEL_SIZES.some(size => size * size === numbers.length)
      return fine && numbers.every(number => number !== undefined) ? numbers : undefined
    },
  },
  divisor: {
    name: 'divisor',
    write: String,
    read: text => readNumber(text) || undefined,
  },
  grey: flag('grey'),
  stride: count('stride', MOST_STRIDE),
  dilation: count('dilation', MOST_DILATION),
  paddingMode: choice('mode', PADDING_MODES),
  side: choice('side', SIDES),
}

/** The query of a setting. */
export function writeLink(setting: Setting): string {
  const kernel = named(setting)
  // a named kernel is its name; the default one is not even that
  const numbers = kernel && { weights: DEFAULTS.weights, divisor: DEFAULTS.divisor, grey: DEFAULTS.grey }
  const name = kernel && kernel !== KERNELS[0] ? kernel.id : ''
  return writeQuery(FIELDS, { ...DEFAULTS, kernel: '' }, { ...setting, ...numbers, kernel: name })
}

/** The setting of a query, and the parts that are not understood. */
export function readLink(query: string): { setting: Setting; faults: string[] } {
  const { setting, faults } = readQuery(FIELDS, { ...DEFAULTS, kernel: '' }, query)
  const { kernel: id, ...rest } = setting
  const kernel = KERNELS.find(own => own.id === id)
  return { setting: kernel ? { ...rest, ...numbersOf(kernel) } : rest, faults }
}

/** What a named kernel sets. */
export const numbersOf = ({ weights, divisor, grey }: Pick<Setting, 'weights' | 'divisor' | 'grey'>) => ({
  weights,
  divisor,
  grey,
})
