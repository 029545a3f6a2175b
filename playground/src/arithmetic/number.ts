/**
 * Numbers as the page writes them, with a real minus sign.
 *
 * @module
 */

/** A number in at most `digits` significant digits. */
export function show(value: number, digits = 4): string {
  if (Number.isNaN(value)) return '?'
  const short = Number.isInteger(value) && Math.abs(value) < 1e6 ? value : Number(value.toPrecision(digits))
  return minus(String(short))
}

/** A size, in full; what a division by zero gives is none. */
export const showSize = (value: number): string => (Number.isFinite(value) ? minus(String(value)) : '?')

/** The same number to float32 in few digits: seven for most, nine tell all apart. */
export function shorten(value: number): number {
  const short = Number(value.toPrecision(7))
  return Math.fround(short) === Math.fround(value) ? short : Number(value.toPrecision(9))
}

/** A number of float32 in full. */
export const showExactly = (value: number): string => minus(String(shorten(value)))

/** A number for the little room of a cell: about four characters. */
export function showShort(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e5) return show(value)
  if (size >= 1e4 || size < 5e-4) return minus(value.toExponential(0).replace('e+', 'e'))
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3
  return minus(String(Number(value.toFixed(decimals))))
}

/** Digits in a sum, of its factors and its total alike. */
const SUM_DIGITS = 6

/** A number of a sum. */
export const showInSum = (value: number): string => show(value, SUM_DIGITS)

/** A factor behind another number: negative ones in brackets. */
export const factor = (value: number): string => (value < 0 ? `(${showInSum(value)})` : showInSum(value))

/** Whether products add up to their total as they are shown, rounded. */
export function addsUp(products: readonly (readonly number[])[], total: number): boolean {
  const rounded = (value: number) => Number(value.toPrecision(SUM_DIGITS))
  const terms = products.map(factors => factors.reduce((product, value) => product * rounded(value), 1))
  const size = terms.reduce((sum, term) => sum + Math.abs(term), Math.abs(total))
  // what is left is this computation's own rounding
  return Math.abs(terms.reduce((sum, term) => sum + term, 0) - rounded(total)) <= 1e-12 * size
}

const minus = (text: string) => text.replaceAll('-', '\u2212')
