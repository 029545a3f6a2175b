/**
 * Repetition without copies: stride 0.
 *
 * @module
 */
import { type Backward, record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import { broadcastStrides, formatShape, type Shape } from '../../tensor/layout.js'
import { type Tensor, viewOf } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'

/** A view that repeats dimensions of size 1; -1 keeps a size, and new leading dimensions may be added. */
export function expand(input: Tensor, sizes: Shape): Tensor {
  const lead = sizes.length - input.ndim
  if (lead < 0) {
    throw new RuntimeError(
      `expand(${input.dtype}{${formatShape(input.shape)}}, size=${formatShape(sizes)}): the number of sizes provided (${sizes.length}) must be greater or equal to the number of dimensions in the tensor (${input.ndim})`,
    )
  }
  const target = sizes.map((size, dim) => {
    const own = input.shape[dim - lead]
    if (own === undefined && size < 0) {
      throw new RuntimeError(
        `The expanded size of the tensor (${size}) isn't allowed in a leading, non-existing dimension ${dim}`,
      )
    }
    if (own === undefined || size === own) return size
    if (size === -1) return own
    if (own !== 1 || size < 0) {
      throw new RuntimeError(
        `The expanded size of the tensor (${size}) must match the existing size (${own}) at non-singleton dimension ${dim}.  Target sizes: ${formatShape(sizes)}.  Tensor sizes: ${formatShape(input.shape)}`,
      )
    }
    return size
  })
  const out = viewOf(input, target, broadcastStrides(input.shape, input.strides, target))
  return record(out, 'ExpandBackward0', [input], [], passOn)
}

/** The engine sums a gradient to the shape of its input, which is all there is to do. */
const passOn: Backward = gradient => [gradient]

/** The input expanded to the shape of `other`. */
export function expandAs(input: Tensor, other: Tensor): Tensor {
  return expand(input, checkTensor('expandAs', 'other', other).shape)
}

/** The input expanded to a shape, by the rules of broadcasting. */
export function broadcastTo(input: Tensor, shape: Shape): Tensor {
  return expand(input, shape)
}
