/**
 * The backward walk: nodes in reverse order of computation, each sending its gradient on to its inputs.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { isComplex, isDifferentiable } from '../tensor/dtype.js'
import { formatShape } from '../tensor/layout.js'
import { allocate, Tensor } from '../tensor/tensor.js'
import { applyHooks } from './hooks.js'
import { enableGrad, noGrad } from './modes.js'
import { type Edge, edgeOf, Node } from './node.js'

/** Options of {@link backward} and {@link grad}. */
export interface BackwardOptions {
  /** Keep the graph for another backward. Default: `createGraph`. */
  retainGraph?: boolean
  /** Record the backward pass itself, so that it can be differentiated again. Default: false. */
  createGraph?: boolean
}

type Target = Node | Tensor

/** Every node reachable from the roots, each after all the nodes that use its output. */
function topologicalOrder(roots: readonly Target[]): Node[] {
  const order: Node[] = []
  const seen = new Set<Target>()
  // depth first without recursion: a network can be deeper than the call stack
  const stack: { node: Node; next: number }[] = []
  const enter = (target: Target) => {
    if (seen.has(target)) return
    seen.add(target)
    if (target instanceof Node) stack.push({ node: target, next: 0 })
  }
  for (const root of roots) {
    enter(root)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const edge = top.node.edges[top.next++]
      if (edge) enter(edge.target)
      else if (top.next > top.node.edges.length) order.push(stack.pop()!.node)
    }
  }
  return order.reverse()
}

/** Undoes broadcasting and promotion: the gradient takes the shape and dtype of what it is the gradient of. */
function fit(gradient: Tensor, { shape, dtype }: Pick<Edge, 'shape' | 'dtype'>): Tensor {
  let fitted = gradient
  if (isComplex(fitted.dtype) && !isComplex(dtype)) fitted = fitted.real()
  const same = fitted.shape.length === shape.length && fitted.shape.every((size, dim) => size === shape[dim])
  if (!same) fitted = fitted.sumToSize(shape)
  return fitted.dtype === dtype ? fitted : fitted.to(dtype)
}

/** The gradient to start from at an output: the user's, checked, or one for a scalar. */
function seed(output: Tensor, gradient: Tensor | null | undefined, index: number): Tensor {
  if (!output.requiresGrad) {
    throw new RuntimeError(`element ${index} of tensors does not require grad and does not have a grad_fn`)
  }
  if (gradient === null || gradient === undefined) {
    if (output.numel() !== 1) throw new RuntimeError('grad can be implicitly created only for scalar outputs')
    return allocate(output.shape, output.dtype, { device: output.device }).add(1)
  }
  if (formatShape(gradient.shape) !== formatShape(output.shape)) {
    throw new RuntimeError(
      `Mismatch in shape: grad_output[${index}] has a shape of torch.Size(${formatShape(gradient.shape)}) and output[${index}] has a shape of torch.Size(${formatShape(output.shape)}).`,
    )
  }
  return gradient.dtype === output.dtype ? gradient : fit(gradient, output)
}

/** Runs backward from the outputs and gives the gradients of the leaves, and of the nodes in `wanted`, by output. */
function walk(
  outputs: readonly Tensor[],
  gradients: readonly (Tensor | null | undefined)[],
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
  wanted: ReadonlySet<Target>,
): Map<Target, readonly (Tensor | null)[]> {
  const pending = new Map<Target, (Tensor | null)[]>()
  const send = ({ target, index }: Edge, gradient: Tensor) => {
    const list = pending.get(target) ?? []
    pending.set(target, list)
    // outputs that nothing has reached yet are null
    while (list.length <= index) list.push(null)
    list[index] = list[index]?.add(gradient) ?? gradient
  }
  const starts = outputs.map((output, i) => ({ gradient: seed(output, gradients[i], i), edge: edgeOf(output)! }))
  const mode = createGraph ? enableGrad : noGrad
  return mode(() => {
    for (const { gradient, edge } of starts) send(edge, gradient)
    const found = new Map<Target, readonly (Tensor | null)[]>()
    for (const node of topologicalOrder(starts.map(start => start.edge.target))) {
      const own = pending.get(node)
      if (!own) continue
      pending.delete(node)
      const hooked = applyHooks(node, own)
      if (wanted.has(node)) found.set(node, hooked)
      const inputGradients = node.apply(hooked)
      node.edges.forEach((edge, i) => {
        const gradient = inputGradients[i]
        if (edge && gradient) send(edge, fit(gradient, edge))
      })
      if (!retainGraph) node.release()
    }
    for (const [leaf, own] of pending) found.set(leaf, applyHooks(leaf as Tensor, own))
    return found
  })
}

/**
 * Accumulates the gradients of `outputs` into `.grad` of every leaf that requires one (`torch.autograd.backward`).
 *
 * @param gradients one for each output; may be left out for scalars
 */
export function backward(
  outputs: Tensor | readonly Tensor[],
  gradients?: Tensor | null | readonly (Tensor | null)[],
  options: BackwardOptions = {},
): void {
  const list = asList(outputs)
  const found = walk(list, asList(gradients), options, new Set())
  for (const [leaf, [gradient]] of found) {
    if (!(leaf instanceof Tensor) || !gradient) continue
    accumulate(leaf, gradient, options.createGraph ?? false)
  }
}

/** Adds to a leaf's `.grad`: in place where that is not itself on the tape, so that whoever holds it sees it grow. */
function accumulate(leaf: Tensor, gradient: Tensor, createGraph: boolean): void {
  if (createGraph) {
    enableGrad(() => {
      leaf.grad = leaf.grad ? leaf.grad.add(gradient) : gradient.clone({ memoryFormat: 'contiguous' })
    })
  } else if (leaf.grad && !leaf.grad.requiresGrad) noGrad(() => leaf.grad!.add_(gradient))
  // a copy: the same gradient may have gone to other leaves, or be the user's own tensor
  else leaf.grad = noGrad(() => (leaf.grad ? leaf.grad.add(gradient) : gradient.clone({ memoryFormat: 'contiguous' })))
}

/** Options of {@link grad}. */
export interface GradOptions extends BackwardOptions {
  /** Give `null` for inputs that the outputs do not depend on, instead of an error. Default: false. */
  allowUnused?: boolean
}

/** The gradients of `outputs` with respect to `inputs` (`torch.autograd.grad`); `.grad` is left alone. */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  gradOutputs?: Tensor | null | readonly (Tensor | null)[],
  { allowUnused = false, ...options }: GradOptions = {},
): (Tensor | null)[] {
  const wanted = asList(inputs).map(input => {
    const edge = edgeOf(input)
    if (!edge || !isDifferentiable(input.dtype)) {
      throw new RuntimeError('One of the differentiated Tensors does not require grad')
    }
    return edge
  })
  const targets = new Set(wanted.map(edge => edge.target))
  const found = walk(asList(outputs), asList(gradOutputs), options, targets)
  return wanted.map(({ target, index }) => {
    const gradient = found.get(target)?.[index] ?? null
    if (gradient === null && !allowUnused) {
      throw new RuntimeError(
        'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.',
      )
    }
    return gradient && !options.createGraph ? gradient.detach() : gradient
  })
}

function asList<T>(value: T | readonly T[] | null | undefined): readonly T[] {
  if (value === null || value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}
