/**
 * Python's `{:.4f}` and `{:.4e}`. JavaScript's `toFixed` and `toExponential` differ where the exact value lies halfway
 * between two decimals: they go up, Python goes to the even digit.
 *
 * @module
 */

/** Python's `{:.Nf}` of a finite number. */
export function formatFixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  return sign(value) + (isOddInteger(Math.abs(value) * 2 ** (digits + 1)) ? evenLastDigit(text) : text)
}

/** Python's `{:.Ne}` of a finite number: at least two digits of exponent. */
export function formatExponential(value: number, digits: number): string {
  const magnitude = Math.abs(value)
  const [mantissa, exponent] = magnitude.toExponential(digits).split('e') as [string, string]
  const power = Number(exponent)
  const shown = isHalfway(magnitude, power - digits) ? evenLastDigit(mantissa) : mantissa
  return `${sign(value)}${shown}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** Whether a number lies exactly halfway between two multiples of 10^power. */
function isHalfway(magnitude: number, power: number): boolean {
  if (power <= 0) return isOddInteger(magnitude * 2 ** (1 - power))
  if (!Number.isInteger(magnitude)) return false
  const [twice, unit] = [BigInt(magnitude) * 2n, 10n ** BigInt(power)]
  return twice % unit === 0n && (twice / unit) % 2n === 1n
}

const isOddInteger = (x: number): boolean => x % 2 === 1

/** Of two equally near numbers the even one: the text has the larger, so an odd last digit goes down by one. */
function evenLastDigit(text: string): string {
  const last = Number(text.at(-1))
  return last % 2 === 0 ? text : text.slice(0, -1) + (last - 1)
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : ''
}
