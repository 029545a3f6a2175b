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

/** A number for the little room of a cell: about four characters. */
export function showShort(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e5) return show(value)
  if (size >= 1e4 || size < 5e-4) return minus(value.toExponential(0).replace('e+', 'e'))
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3
  return minus(String(Number(value.toFixed(decimals))))
}

/** A factor behind another number: negative ones in brackets. */
export const factor = (value: number): string => (value < 0 ? `(${show(value)})` : show(value))

const minus = (text: string) => text.replaceAll('-', '\u2212')
