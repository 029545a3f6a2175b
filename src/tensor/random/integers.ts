/**
 * Random integers: `Tensor.random_(from, to)`, behind `torch.randint`, and `torch.randperm`
 * (ATen/native/DistributionTemplates.h, ATen/native/TensorFactories.cpp).
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo, isComplex, isFloating, type TypedArray } from '../dtype.js'
import { checkArray, FLOAT_FORMATS, type FloatDType } from './float-formats.js'
import type { Generator } from './generator.js'

/** The values of each integer dtype. */
const INTEGER_BOUNDS: Partial<Record<DType, readonly [bigint, bigint]>> = {
  bool: [0n, 1n],
  uint8: [0n, 255n],
  int8: [-128n, 127n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
}

/** Fills with integers uniform in [low, high), in any real dtype. Equal to PyTorch to the bit. */
export function fillRandomInt(
  out: TypedArray,
  dtype: DType,
  low: number | bigint,
  high: number | bigint,
  generator: Generator,
): void {
  if (isComplex(dtype)) {
    throw new RuntimeError('check_random_bounds handles only integral, floating-point and boolean types')
  }
  checkArray(out, dtype)
  const [base, end] = checkedRange(dtype, toInt64('from', low), toInt64('to', high))
  const range = end - base
  const safe = base >= Number.MIN_SAFE_INTEGER && end <= Number.MAX_SAFE_INTEGER
  if (range >= 2n ** 32n && WIDE_DTYPES.has(dtype)) fillBigints(out, dtype, base, range, generator)
  else if (safe) fillNumbers(out, dtype, Number(base), Number(range), generator)
  else fillFarNumbers(out, dtype, base, Number(range), generator)
}

/** The dtypes for which PyTorch draws 64 bits if the range needs them; the others draw 32 in any case. */
const WIDE_DTYPES: ReadonlySet<DType> = new Set<DType>(['int64', 'float64', 'float32', 'bfloat16'])

function fillNumbers(out: TypedArray, dtype: DType, base: number, range: number, generator: Generator): void {
  if (out instanceof BigInt64Array) {
    for (let i = 0; i < out.length; i++) out[i] = BigInt((generator.random32() % range) + base)
  } else {
    const encode = encoderOf(dtype)
    for (let i = 0; i < out.length; i++) out[i] = encode((generator.random32() % range) + base)
  }
}

/** A range of less than 2^32 somewhere beyond 2^53. */
function fillFarNumbers(out: TypedArray, dtype: DType, base: bigint, range: number, generator: Generator): void {
  const store = bigintStore(out, dtype)
  for (let i = 0; i < out.length; i++) store(i, BigInt(generator.random32() % range) + base)
}

function fillBigints(out: TypedArray, dtype: DType, base: bigint, range: bigint, generator: Generator): void {
  const store = bigintStore(out, dtype)
  for (let i = 0; i < out.length; i++) store(i, (generator.random64() % range) + base)
}

const encoderOf = (dtype: DType): ((x: number) => number) =>
  isFloating(dtype) ? FLOAT_FORMATS[dtype as FloatDType].encode : x => x

function bigintStore(out: TypedArray, dtype: DType): (i: number, value: bigint) => void {
  if (out instanceof BigInt64Array) {
    return (i, value) => {
      out[i] = value
    }
  }
  const encode = encoderOf(dtype)
  const toNumber = dtype === 'float64' ? Number : toOdd
  return (i, value) => {
    out[i] = encode(toNumber(value))
  }
}

/**
 * A 64-bit integer as a double. Where a double cannot hold it, its last bit tells that something was cut off, so that
 * rounding it on to float32 gives the float32 nearest to the integer.
 */
function toOdd(value: bigint): number {
  if (BigInt.asIntN(54, value) === value) return Number(value)
  const sticky = (value & 2047n) === 0n ? 0n : 1n
  return Number((value >> 11n) | sticky) * 2048
}

function toInt64(name: string, value: number | bigint): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`random_: '${name}' must be a safe integer or a bigint, but got ${name}=${value}`)
  }
  const integer = BigInt(value)
  if (BigInt.asIntN(64, integer) !== integer) {
    throw new RuntimeError(`Overflow when unpacking long: ${name}=${integer} does not fit in 64 bits`)
  }
  return integer
}

/** Checks the range in PyTorch's order; a floating dtype's ends are first moved inwards to values that it has. */
function checkedRange(dtype: DType, from: bigint, to: bigint): readonly [bigint, bigint] {
  if (from >= to) {
    throw new RuntimeError(`random_ expects 'from' to be less than 'to', but got from=${from} >= to=${to}`)
  }
  if (isFloating(dtype)) {
    ;[from, to] = [moveFrom(dtype as FloatDType, from), moveTo(dtype as FloatDType, to)]
    if (from >= to) {
      throw new RuntimeError(
        `random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got from=${from} >= to=${to}`,
      )
    }
  }
  const [min, max] = boundsOf(dtype)
  if (from < min || from > max) throw outOfBounds(dtype, 'from', from)
  if (to - 1n < min || to - 1n > max) throw outOfBounds(dtype, 'to - 1', to - 1n)
  return [from, to]
}

const outOfBounds = (dtype: DType, name: string, value: bigint): RuntimeError =>
  new RuntimeError(`${name} is out of bounds for ${dtypeInfo(dtype).cppName}: ${name}=${value}`)

function boundsOf(dtype: DType): readonly [number | bigint, number | bigint] {
  const integer = INTEGER_BOUNDS[dtype]
  if (integer) return integer
  const { max } = FLOAT_FORMATS[dtype as FloatDType]
  return [-max, max]
}

/** `update_from`: the smallest start whose numbers do not round below `from`. */
function moveFrom(dtype: FloatDType, from: bigint): bigint {
  const next = throughDtype(dtype, from + 1n)
  if (next === null) throw outOfBounds(dtype, 'from', from)
  return next < from ? next + lastPlace(dtype, from + 1n) : from
}

/** `update_to`: the largest end whose numbers do not round to `to` or above. */
function moveTo(dtype: FloatDType, to: bigint): bigint {
  const last = throughDtype(dtype, to - 1n)
  return last !== null && last >= to ? last - lastPlace(dtype, to - 1n) : to
}

/** An integer converted to the dtype and back; null if it does not fit in 64 bits any more. */
function throughDtype(dtype: FloatDType, value: bigint): bigint | null {
  const rounded = FLOAT_FORMATS[dtype].round(dtype === 'float64' ? Number(value) : toOdd(value))
  return rounded >= -(2 ** 63) && rounded < 2 ** 63 ? BigInt(rounded) : null
}

/** The distance between neighbouring values of the dtype at this size; 1 if it is smaller. */
function lastPlace(dtype: FloatDType, value: bigint): bigint {
  const magnitude = value < 0n ? -value : value
  const exponent = magnitude.toString(2).length - FLOAT_FORMATS[dtype].digits
  return exponent > 0 ? 1n << BigInt(exponent) : 1n
}

/** The numbers 0 to n-1 in random order (`torch.randperm`). Equal to PyTorch. */
export function randomPermutation(n: number, generator: Generator): BigInt64Array {
  if (!Number.isSafeInteger(n)) throw new TypeError(`randperm: n must be an integer, but got n=${n}`)
  if (n < 0) throw new RuntimeError(`Trying to create tensor with negative dimension ${n}: [${n}]`)
  const order = Uint32Array.from({ length: n }, (_, i) => i)
  for (let i = 0; i < n - 1; i++) {
    const j = i + (generator.random32() % (n - i))
    const swapped = order[i]
    order[i] = order[j]
    order[j] = swapped
  }
  return BigInt64Array.from(order, BigInt)
}
