/**
 * Keeping elements within bounds.
 *
 * @module
 */
import { isGradEnabled } from '../../autograd/modes.js'
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import * as kernel from '../../kernel/expression.js'
import { isComplex } from '../../tensor/dtype.js'
import { isScalar } from '../../tensor/scalar.js'
import { Tensor } from '../../tensor/tensor.js'
import { mapGradient } from './activate.js'
import { larger, smaller, VECTOR_MAXIMUM, VECTOR_MINIMUM } from './extremum.js'
import { mapElements, taped } from './map.js'
import { checkOperand, checkTensor, type Operand, promote } from './operand.js'
import { checkFitsExactly } from './scalarRange.js'

/** The bounds of {@link clamp}; at least one. */
export interface Bounds {
  min?: Operand | null
  max?: Operand | null
}

/**
 * `input`, but at least `min` and at most `max` (which wins where `min > max`); NaN stays NaN. Bounds are numbers or
 * tensors, take part in promotion, and one may be left out: `clamp(x, 0, 1)`, `clamp(x, { min: 0 })`.
 */
export function clamp(input: Tensor, bounds: Bounds): Tensor
export function clamp(input: Tensor, min?: Operand | null, max?: Operand | null): Tensor
export function clamp(input: Tensor, first?: Operand | Bounds | null, second?: Operand | null): Tensor {
  const inOneObject = typeof first === 'object' && first !== null && !(first instanceof Tensor) && !isScalar(first)
  const { min, max } = inOneObject ? (first as Bounds) : { min: first as Operand | null, max: second }
  return clampWith('ClampBackward', input, min ?? null, max ?? null)
}

/** `input`, but at least `min`. */
export function clampMin(input: Tensor, min: Operand): Tensor {
  return clampWith('ClampMinBackward', input, min, null)
}

/** `input`, but at most `max`. */
export function clampMax(input: Tensor, max: Operand): Tensor {
  return clampWith('ClampMaxBackward', input, null, max)
}

const VECTOR_CLAMP = new kernel.Formula(
  'element',
  kernel.minimum(kernel.maximum(kernel.operand(0), kernel.operand(1)), kernel.operand(2)),
)

function clampWith(node: string, input: Tensor, min: Operand | null, max: Operand | null): Tensor {
  checkTensor('clamp', 'input', input)
  if (min === null && max === null)
    throw new RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
  if (min !== null) checkOperand('clamp', 'min', min)
  if (max !== null) checkOperand('clamp', 'max', max)
  const bounds = [min, max].filter(bound => bound !== null)
  const compute = promote([input, ...bounds])
  if (isComplex(compute)) throw new RuntimeError('clamp is not supported for complex types')
  for (const bound of bounds) if (!(bound instanceof Tensor)) checkFitsExactly(bound, compute)
  const functions =
    max === null
      ? { number: Math.max, bigint: larger, vector: VECTOR_MAXIMUM }
      : min === null
        ? { number: Math.min, bigint: smaller, vector: VECTOR_MINIMUM }
        : {
            vector: VECTOR_CLAMP,
            number: (x: number, low: number, high: number) => Math.min(Math.max(x, low), high),
            bigint: (x: bigint, low: bigint, high: bigint) => smaller(larger(x, low), high),
          }
  const out = mapElements('clamp_cpu', [input, ...bounds], functions, { compute })
  const byTensor = bounds.some(bound => bound instanceof Tensor)
  // PyTorch numbers its overloads: tensor bounds come first for clamp, last for clampMin and clampMax
  const overload = (node === 'ClampBackward') === byTensor ? 0 : 1
  const [x, ...limits] = [input, ...bounds].map(taped) as [Tensor, ...Tensor[]]
  return record(out, `${node}${overload}`, [x, ...limits], [x, ...limits], (g, { saved: [value, ...saved], needs }) => {
    if (!isGradEnabled() && isNumber(min) && isNumber(max) && value!.dtype === g.dtype) {
      const [lowest, highest] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY]
      return [needs[0] ? gradientWithin(g, value!, lowest, highest) : null]
    }
    const low = min === null ? null : saved[0]!
    const high = max === null ? null : saved[saved.length - 1]!
    return gradients(g, value!, low, high)
      .filter((_, i) => i === 0 || bounds.length === 2 || i === (low ? 1 : 2))
      .map((gradient, i) => (needs[i] ? gradient() : null))
  })
}

const isNumber = (bound: Operand | null): bound is number | null => bound === null || typeof bound === 'number'

const [G, X] = [kernel.operand(0), kernel.operand(1)]
const VECTOR_WITHIN = new kernel.Formula(
  'element',
  kernel.select(
    X,
    'greaterOrEqual',
    kernel.scalar(0),
    kernel.select(X, 'lessOrEqual', kernel.scalar(1), G, kernel.constant(0)),
    kernel.constant(0),
  ),
)

/** The gradient where the input is within bounds that are numbers, in one pass. */
function gradientWithin(g: Tensor, x: Tensor, min: number, max: number): Tensor {
  const [low, high] = x.dtype === 'float64' ? [min, max] : [Math.fround(min), Math.fround(max)]
  const functions = {
    number: (g: number, x: number) => (x >= low && x <= high ? g : 0),
    vector: VECTOR_WITHIN,
    scalars: [low, high],
  }
  return mapGradient('clamp_backward_cpu', g, x, functions)
}

/** The gradients for the input and for both bounds, to be computed if wanted. A bound that holds takes the gradient. */
function gradients(g: Tensor, x: Tensor, low: Tensor | null, high: Tensor | null): (() => Tensor)[] {
  const within = () => {
    const aboveLow = low && x.ge(low)
    const belowHigh = high && x.le(high)
    return aboveLow && belowHigh ? aboveLow.logicalAnd(belowHigh) : (aboveLow ?? belowHigh)!
  }
  const atLow = () => (high ? x.lt(low!).logicalAnd(low!.lt(high)) : x.lt(low!))
  const atHigh = () => (low ? x.gt(high!).logicalOr(high!.lt(low)) : x.gt(high!))
  return [within, atLow, atHigh].map(mask => () => g.where(mask(), 0))
}
