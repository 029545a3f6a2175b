/**
 * The gradients that a backward walk starts from, and the shape and dtype that gradients take on their way.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { isComplex, isHalf } from '../tensor/dtype.js'
import { formatShape, isSameShape } from '../tensor/layout.js'
import { allocate, Tensor } from '../tensor/tensor.js'
import { noGrad } from './modes.js'
import type { Edge } from './node.js'

/** What a user passes as the gradients of outputs. */
export type OutputGradients = Tensor | null | undefined | readonly (Tensor | null)[]

/** The user's gradients, one for each output; `null` where there is none. */
export function gradientsFor(outputs: readonly Tensor[], gradients: OutputGradients): readonly (Tensor | null)[] {
  if (gradients === null || gradients === undefined) return outputs.map(() => null)
  const list = [gradients].flat().map(gradient => gradient ?? null)
  const wrong = list.find(gradient => gradient !== null && !(gradient instanceof Tensor))
  if (wrong !== undefined) {
    throw new TypeError(
      `gradients can be either Tensors or None, but got ${typeof wrong}; options come after them: backward(null, { retainGraph: true })`,
    )
  }
  if (list.length === outputs.length) return list
  throw new RuntimeError(`got ${outputs.length} tensors and ${list.length} gradients`)
}

/** The gradient to start from at an output: the user's, checked, or one for a scalar. */
export function seed(output: Tensor, gradient: Tensor | null, index: number): Tensor {
  if (!output.requiresGrad) {
    throw new RuntimeError(`element ${index} of tensors does not require grad and does not have a grad_fn`)
  }
  if (gradient === null) return one(output)
  const mismatch = (what: string, own: string, other: string) =>
    `Mismatch in ${what}: grad_output[${index}] has a ${what} of ${own} and output[${index}] has a ${what} of ${other}.`
  const [own, other] = [gradient, output].map(({ shape }) => `torch.Size(${formatShape(shape)})`) as [string, string]
  if (own !== other) throw new RuntimeError(mismatch('shape', own, other))
  if (isComplex(gradient.dtype) !== isComplex(output.dtype)) {
    throw new RuntimeError(
      `For complex Tensors, both grad_output and output are required to have the same dtype. ${mismatch('dtype', `torch.${gradient.dtype}`, `torch.${output.dtype}`)}`,
    )
  }
  return fitTo(gradient, output)
}

/** The gradient of a single number with respect to itself. */
function one({ shape, dtype, device }: Tensor): Tensor {
  if (shape.some(size => size !== 1)) throw new RuntimeError('grad can be implicitly created only for scalar outputs')
  const gradient = allocate(shape, dtype, { device })
  if (isHalf(dtype) || device === 'meta') return noGrad(() => gradient.fill_(1))
  gradient.storage.dataToWrite[0] = 1
  return gradient
}

/** Undoes broadcasting and promotion: the gradient takes the shape and dtype of what it is the gradient of. */
export function fitTo(gradient: Tensor, { shape, dtype }: Pick<Edge, 'shape' | 'dtype'>): Tensor {
  if (gradient.dtype === dtype && isSameShape(gradient.shape, shape)) return gradient
  const real = isComplex(gradient.dtype) && !isComplex(dtype) ? gradient.real() : gradient
  const summed = real.sumToSize(shape)
  return summed.dtype === dtype ? summed : summed.to(dtype)
}
