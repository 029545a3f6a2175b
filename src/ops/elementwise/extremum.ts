/**
 * The larger and the smaller of two tensors.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import * as kernel from '../../kernel/expression.js'
import { isComplex } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { type ElementFunctions, mapElements } from './map.js'
import { checkTensor, promote } from './operand.js'

const [FIRST, SECOND] = [kernel.operand(0), kernel.operand(1)]
export const VECTOR_MAXIMUM = new kernel.Formula('element', kernel.maximum(FIRST, SECOND))
export const VECTOR_MINIMUM = new kernel.Formula('element', kernel.minimum(FIRST, SECOND))

/** The larger of each two elements; NaN where either is NaN. Equal elements share the gradient. */
export function maximum(input: Tensor, other: Tensor): Tensor {
  return extremum('maximum', input, other, {
    number: Math.max,
    bigint: (x, y) => larger(x!, y!),
    vector: VECTOR_MAXIMUM,
  })
}

/** The smaller of each two elements; NaN where either is NaN. Equal elements share the gradient. */
export function minimum(input: Tensor, other: Tensor): Tensor {
  return extremum('minimum', input, other, {
    number: Math.min,
    bigint: (x, y) => smaller(x!, y!),
    vector: VECTOR_MINIMUM,
  })
}

function extremum(name: 'maximum' | 'minimum', input: Tensor, other: Tensor, functions: ElementFunctions): Tensor {
  const [a, b] = [checkTensor(name, 'input', input), checkTensor(name, 'other', other)]
  const compute = promote([a, b])
  if (isComplex(compute)) throw new RuntimeError(`${name} not implemented for complex tensors.`)
  const out = mapElements(`${name}_cpu`, [a, b], functions, { compute })
  const node = name === 'maximum' ? 'MaximumBackward0' : 'MinimumBackward0'
  const loses = (x: Tensor, y: Tensor) => (name === 'maximum' ? x.lt(y) : x.gt(y))
  return record(out, node, [a, b], [a, b], (g, { saved: [x, y], needs }) => {
    const shared = g.div(2).where(x!.eq(y!), g)
    return [
      needs[0] ? shared.maskedFill(loses(x!, y!), 0) : null,
      needs[1] ? shared.maskedFill(loses(y!, x!), 0) : null,
    ]
  })
}

/** The larger of two bigints, which `Math.max` does not take. */
export function larger(x: bigint, y: bigint): bigint {
  return x < y ? y : x
}

/** The smaller of two bigints. */
export function smaller(x: bigint, y: bigint): bigint {
  return x > y ? y : x
}
