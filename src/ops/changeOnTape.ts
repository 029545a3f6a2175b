/**
 * The places on the tape of tensors whose memory an operation in place has changed, and of the tensors that share it.
 *
 * A change of a view is a change of its base: the base becomes what it was with the result in the place of the view, and
 * the view, like any other one, becomes a view of that (PyTorch's CopySlices and AsStridedBackward).
 *
 * @module
 * @see https://pytorch.org/docs/stable/notes/autograd.html#in-place-operations-with-autograd
 */
import { keepRetaining } from '../autograd/hooks.js'
import { type Backward, edgeOf, Node, record } from '../autograd/node.js'
import { convert, copyElements } from '../tensor/copy.js'
import { allocate, type GradFunction, type RecordedChange, type Tensor, viewOf } from '../tensor/tensor.js'
import { clone } from './cast.js'
import { type Elements, elementsOf, intoMemory, stridedGradient, takeElements } from './views/window.js'

/** Whether what the tape knows of a tensor, it knows of a part of the tensor's base. */
export const isPart = ({ base, storage }: Tensor): boolean => base !== null && base.storage === storage

/** Moves a tensor whose elements were overwritten by a result to the result's place on the tape. */
export function moveOnTape(self: Tensor, result: Tensor): void {
  const { base } = self
  if (base !== null && isPart(self)) {
    const gradient = partGradient(elementsOf(base), elementsOf(self))
    note(base, new Node('CopySlices', [edgeOf(base), edgeOf(result)], [], gradient), 0, { renew })
  } else {
    // a part of a base of another dtype (real parts, bytes): nobody knows what became of the base
    const change: RecordedChange = { renew: base === null ? renew : () => {} }
    if (base !== null) base.lastChange = change
    note(self, result.gradFn!, result.outputIndex, change)
  }
}

/** Gives a tensor the place on the tape that it has after a change. */
function note(tensor: Tensor, gradFn: GradFunction, outputIndex: number, change: RecordedChange): void {
  const before = { gradFn: tensor.gradFn, outputIndex: tensor.outputIndex }
  if (tensor.base === null) tensor.lastChange = change
  tensor.knownChange = change
  tensor.gradFn = gradFn
  tensor.outputIndex = outputIndex
  keepRetaining(tensor, before)
}

/** Gives a view the place on the tape of a part of its base as it is now. */
function renew(view: Tensor): void {
  const { base, knownChange } = view
  if (base === null || !isPart(view) || view.isUntracked) return
  view.knownChange = base.lastChange
  // a view that somebody has made a leaf has no place behind the base
  if (view.gradFn === null && view.requiresGrad) view.knownChange = knownChange
  else {
    const gradient = stridedGradient(elementsOf(base), elementsOf(view))
    note(view, new Node('AsStridedBackward0', [edgeOf(base)], [], gradient), 0, base.lastChange!)
  }
}

/** The gradients of a tensor as it was before a part of it was changed, and of what is in the place of that part now. */
function partGradient(whole: Elements, part: Elements): Backward {
  return (gradient, { needs: [needsWhole, needsPart] }) => {
    const memory = intoMemory(gradient, whole)
    const taken = needsPart ? clone(takeElements(memory, part)) : null
    return [needsWhole ? takeElements(withoutPart(memory, part, memory), whole) : null, taken]
  }
}

/**
 * A storage with zeros in the place of some elements.
 *
 * @param out has the same elements, and is written to. Default: a copy
 */
function withoutPart(memory: Tensor, part: Elements, out: Tensor = convert(memory)): Tensor {
  const hole = viewOf(out, part.shape, part.strides, part.offset)
  const zero = allocate([], memory.dtype, { device: memory.device })
  const strides = part.shape.map(() => 0)
  if (memory.device !== 'meta') copyElements(hole, viewOf(zero, part.shape, strides))
  const result = viewOf(out, out.shape, out.strides)
  return record(result, 'AsStridedScatterBackward0', [memory], [], g => [withoutPart(g, part)])
}
