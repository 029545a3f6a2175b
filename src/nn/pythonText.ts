/**
 * Values as Python prints them.
 *
 * @module
 */

/** A float: 1 is `1.0`, 0.00001 is `1e-05`, Infinity is `inf`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    // Python writes exponents with a sign and at least two digits
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? '-0' : value}.0` : String(value)
}

export function boolText(value: boolean): 'True' | 'False' {
  return value ? 'True' : 'False'
}
