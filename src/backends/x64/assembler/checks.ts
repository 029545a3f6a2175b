/**
 * Refusals of operands that no instruction can have. Without them a wrong number would silently name something else.
 *
 * @module
 */
import type { Address } from './registers.js'

export function checkGeneral(register: number): void {
  if ((register & 15) !== register) {
    throw new RangeError(`no general register has the number ${register}: use 0 to 15`)
  }
}

/** Any vector register under EVEX, the first 16 under VEX. */
export function checkVector(register: number, count: 16 | 32): void {
  if ((register & (count - 1)) === register) return
  throw new RangeError(
    count === 16
      ? `no register ymm${register} under VEX: use 0 to 15, or an instruction on 512 bits`
      : `no register zmm${register}: use 0 to 31`,
  )
}

export function checkMaskRegister(register: number): void {
  if ((register & 7) !== register) throw new RangeError(`no mask register k${register}: use 0 to 7`)
}

/** An immediate or a displacement, which the processor sign-extends. */
export function checkSigned32(value: number, what: string): void {
  if ((value | 0) !== value) throw new RangeError(`${what} ${value} is not a whole number of 32 bits with a sign`)
}

/** A whole number from 0 to `most`. */
export function checkRange(value: number, most: number, what: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= most)) {
    throw new RangeError(`${what} ${value} is not a whole number from 0 to ${most}`)
  }
}

export function checkAddress({ base, index, scale, displacement }: Address): void {
  checkGeneral(base)
  if (index !== undefined) {
    checkGeneral(index)
    if (index === 4) throw new RangeError('rsp cannot be an index: change base and index, or use another register')
    if (scale !== undefined && scale !== 1 && scale !== 2 && scale !== 4 && scale !== 8) {
      throw new RangeError(`an index cannot be scaled by ${scale as number}: use 1, 2, 4 or 8`)
    }
  } else if (scale !== undefined && scale !== 1) {
    throw new RangeError(`scale ${scale} without an index has no meaning: name the index`)
  }
  if (displacement !== undefined) checkSigned32(displacement, 'displacement')
}
