/**
 * Tensors from sizes: constants and sequences.
 *
 * @module
 */
import { describe, NotImplementedError, RuntimeError } from '../../errors.js'
import { copyElements } from '../../tensor/copy.js'
import { checkDType, type DType, dtypeInfo, isComplex, isFloating, isHalf } from '../../tensor/dtype.js'
import type { Shape } from '../../tensor/layout.js'
import { isScalar, type Scalar } from '../../tensor/scalar.js'
import { viewOf, wrapArray } from '../../tensor/tensor.js'
import { scalarTensor } from '../elementwise/operand.js'
import { checkFitsExactly, dtypeOfValue } from '../elementwise/scalarRange.js'
import type { Tensor } from '../tensor.js'
import { listOf } from '../views/sizes.js'
import {
  blank,
  CREATION_KEYS,
  type CreationOptions,
  checkSizes,
  knownOptions,
  SIZED_KEYS,
  type SizedArguments,
  type SizedCreation,
  type SizedOptions,
  sizedArguments,
} from './create.js'

/** Zeros. @example zeros(2, 3, { dtype: 'float64' }) */
export const zeros: SizedCreation<SizedOptions> = (...args: SizedArguments<SizedOptions>): Tensor => {
  const { shape, options } = sizedArguments('zeros', args, SIZED_KEYS)
  return blank(shape, options)
}

/** Ones. @example ones([2, 3]) */
export const ones: SizedCreation<SizedOptions> = (...args: SizedArguments<SizedOptions>): Tensor => {
  const { shape, options } = sizedArguments('ones', args, SIZED_KEYS)
  return filled(blank(shape, options), 1)
}

/** A tensor whose elements mean nothing yet (they are zeros; PyTorch leaves what was in memory). */
export const empty: SizedCreation<SizedOptions> = (...args: SizedArguments<SizedOptions>): Tensor => {
  const { shape, options } = sizedArguments('empty', args, SIZED_KEYS)
  return blank(shape, options)
}

/** One value everywhere. Numbers make float32, booleans bool, bigints int64, { re, im } complex64. */
export function full(size: number | Shape, fillValue: Scalar, options?: SizedOptions): Tensor {
  const known = knownOptions('full', options, SIZED_KEYS)
  const shape = checkSizes('full', typeof size === 'number' ? [[size]] : [size])
  checkFill('full', fillValue)
  return filled(blank(shape, known, dtypeOfValue(fillValue)), fillValue)
}

/** Ones on the diagonal, zeros elsewhere: n rows, m columns (n by default). */
export function eye(
  n: number,
  ...rest: [options?: CreationOptions] | [m: number | undefined, options?: CreationOptions]
): Tensor {
  const [m, options] = typeof rest[0] === 'object' ? [undefined, rest[0]] : [rest[0], rest[1]]
  const known = knownOptions('eye', options, CREATION_KEYS)
  const [rows, columns] = listOf('eye', 'n and m', [n, m ?? n]) as [number, number]
  if (rows < 0) throw new RuntimeError(`n must be greater or equal to 0, got ${rows}`)
  if (columns < 0) throw new RuntimeError(`m must be greater or equal to 0, got ${columns}`)
  const out = blank([rows, columns], known)
  const ones = viewOf(out, [Math.min(rows, columns)], [columns + 1])
  if (out.device !== 'meta') copyElements(ones, viewOf(scalarTensor(1), ones.shape, [0]))
  return out
}

type RangeArguments =
  | readonly [end: number, options?: CreationOptions]
  | readonly [start: number, end: number, options?: CreationOptions]
  | readonly [start: number, end: number, step: number, options?: CreationOptions]

/** start, start + step, ... up to but not including end. Whole numbers make int64, others float32. */
export function arange(...args: RangeArguments): Tensor {
  const last = args.at(-1)
  const hasOptions = last === undefined || typeof last === 'object'
  const options = knownOptions('arange', hasOptions ? (last as CreationOptions | undefined) : undefined, CREATION_KEYS)
  const numbers = (hasOptions ? args.slice(0, -1) : args) as number[]
  const bad = numbers.findIndex(value => typeof value !== 'number')
  if (bad >= 0 || numbers.length === 0) {
    throw new TypeError(
      `arange(): start, end and step must be numbers, but got ${describe(numbers[bad])} at pos ${bad + 1}`,
    )
  }
  const [start, end, step] = numbers.length === 1 ? [0, numbers[0]!, 1] : [numbers[0]!, numbers[1]!, numbers[2] ?? 1]
  const dtype = checkDType(options.dtype, [start, end, step].every(Number.isInteger) ? 'int64' : 'float32')
  refuseKinds('arange', dtype)
  const [from, to, by] = isFloating(dtype)
    ? [start, end, step]
    : ([start, end, step].map(Math.trunc) as [number, number, number])
  if (!(by > 0 || by < 0)) throw new RuntimeError(`step must be nonzero, but got step=${step}`)
  if (!Number.isFinite(from) || !Number.isFinite(to)) throw new RuntimeError(`unsupported range: ${start} -> ${end}`)
  if (by > 0 ? to < from : to > from) {
    throw new RuntimeError(
      `upper bound and larger bound inconsistent with step sign: start=${start}, end=${end}, step=${step}`,
    )
  }
  // of the integers, only int64 is counted in whole numbers
  const count = dtype === 'int64' ? (to - from) / by : (end - start) / step
  return sequence(Math.abs(Math.ceil(count)), i => from + by * i, dtype, options)
}

/** `steps` numbers evenly spaced from start to end, both included. */
export function linspace(start: number, end: number, steps: number, options?: CreationOptions): Tensor {
  const known = knownOptions('linspace', options, CREATION_KEYS)
  const dtype = checkDType(known.dtype)
  if (dtype === 'bool') throw notImplemented('linspace', dtype)
  listOf('linspace', 'steps', [steps])
  if (typeof start !== 'number' || typeof end !== 'number') {
    throw new TypeError(`linspace(): start and end must be numbers, but got ${describe(start)} and ${describe(end)}`)
  }
  if (steps < 0) throw new RuntimeError(`number of steps must be non-negative, but got steps=${steps}`)
  // from both ends to the middle, in the precision of the dtype, as PyTorch does
  const round = dtype === 'float32' || dtype === 'complex64' || isHalf(dtype) ? Math.fround : (x: number) => x
  const step = round(round(end - start) / (steps - 1))
  const at = (i: number) => (i < Math.floor(steps / 2) ? start + step * i : end - step * (steps - i - 1))
  return sequence(steps, steps === 1 ? () => start : at, dtype, known)
}

/** A vector of numbers computed in double precision and converted once. */
function sequence(length: number, at: (i: number) => number, dtype: DType, options: CreationOptions): Tensor {
  const out = blank([length], { ...options, dtype })
  if (out.device !== 'meta')
    copyElements(
      out,
      wrapArray(
        Float64Array.from({ length }, (_, i) => at(i)),
        [length],
        'float64',
      ),
    )
  return out
}

/** Puts one value everywhere. */
export function filled(out: Tensor, value: Scalar): Tensor {
  checkFitsExactly(value, out.dtype)
  if (out.device !== 'meta') {
    const one = scalarTensor(value, out.dtype)
    copyElements(
      out,
      viewOf(
        one,
        out.shape,
        out.shape.map(() => 0),
      ),
    )
  }
  return out
}

export function checkFill(operation: string, value: unknown): asserts value is Scalar {
  if (isScalar(value)) return
  throw new TypeError(`${operation}(): argument 'fillValue' must be a number, but got ${describe(value)}`)
}

function refuseKinds(operation: string, dtype: DType): void {
  if (dtype === 'bool' || isComplex(dtype)) throw notImplemented(operation, dtype)
}

function notImplemented(operation: string, dtype: DType): NotImplementedError {
  return new NotImplementedError(`"${operation}_cpu" not implemented for '${dtypeInfo(dtype).scalarName}'`)
}
