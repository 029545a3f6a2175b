/**
 * The backward walk: nodes in reverse order of computation, each sending its gradient on to its inputs.
 *
 * @module
 */
import { RuntimeError, ValueError } from '../errors.js'
import { isDifferentiable } from '../tensor/dtype.js'
import { suggestedFormat } from '../tensor/layout.js'
import { Tensor } from '../tensor/tensor.js'
import { fitTo, gradientsFor, type OutputGradients, seed } from './gradients.js'
import { applyHooks } from './hooks.js'
import { enableGrad, noGrad } from './modes.js'
import { type Edge, edgeOf } from './node.js'
import { checkOptions } from './options.js'
import { nodesLeadingTo, type Target, topologicalOrder } from './order.js'

/** Options of {@link backward} and {@link grad}. */
export interface BackwardOptions {
  /** Keep the graph for another backward. Default: `createGraph`. */
  retainGraph?: boolean
  /** Record the backward pass itself, so that it can be differentiated again. Default: false. */
  createGraph?: boolean
}

/** Runs backward from the outputs and gives the gradients, by output, of what is wanted: by default of all leaves. */
function walk(
  outputs: readonly Tensor[],
  gradients: readonly (Tensor | null)[],
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
  wanted: ReadonlySet<Target> | null,
): Map<Target, readonly (Tensor | null)[]> {
  const starts = outputs.map((output, i) => ({ gradient: seed(output, gradients[i]!, i), edge: edgeOf(output)! }))
  const order = topologicalOrder(starts.map(start => start.edge.target))
  const leading = wanted && nodesLeadingTo(wanted, order)
  const isOnTheWay = (target: Target) => !wanted || wanted.has(target) || leading!.has(target)

  const pending = new Map<Target, (Tensor | null)[]>()
  const send = ({ target, index }: Edge, gradient: Tensor) => {
    const list = pending.get(target) ?? []
    pending.set(target, list)
    // outputs that nothing has reached yet are null
    while (list.length <= index) list.push(null)
    list[index] = list[index]?.add(gradient) ?? gradient
  }
  const mode = createGraph ? enableGrad : noGrad
  return mode(() => {
    for (const { gradient, edge } of starts) if (isOnTheWay(edge.target)) send(edge, gradient)
    const found = new Map<Target, readonly (Tensor | null)[]>()
    for (const node of order) {
      const own = pending.get(node)
      pending.delete(node)
      const hooked = own && applyHooks(node, own)
      if (hooked && wanted?.has(node)) found.set(node, hooked)
      if (leading && !leading.has(node)) continue
      if (hooked) {
        const needs = node.edges.map(edge => edge !== null && isOnTheWay(edge.target))
        const inputGradients = node.apply(hooked, needs)
        node.edges.forEach((edge, i) => {
          const gradient = inputGradients[i]
          if (gradient && needs[i]) send(edge!, fitTo(gradient, edge!))
        })
      }
      if (!retainGraph) node.release()
    }
    for (const [leaf, own] of pending) found.set(leaf, applyHooks(leaf, own))
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
  gradients?: OutputGradients,
  options: BackwardOptions = {},
): void {
  checkOptions('backward', options, ['retainGraph', 'createGraph'])
  const list = [outputs].flat()
  const found = walk(list, gradientsFor(list, gradients), options, null)
  for (const [leaf, [gradient]] of found) {
    if (leaf instanceof Tensor && gradient) accumulate(leaf, gradient, options.createGraph ?? false)
  }
}

/** Adds to a leaf's `.grad`: in place where that is not itself on the tape, so that whoever holds it sees it grow. */
function accumulate(leaf: Tensor, gradient: Tensor, createGraph: boolean): void {
  const mode = createGraph ? enableGrad : noGrad
  mode(() => {
    const before = leaf.grad
    if (before && !before.requiresGrad && !createGraph) before.add_(gradient)
    else if (before) leaf.grad = before.add(gradient)
    // a copy, laid out as the leaf: the same gradient may have gone to other leaves, or be the user's own tensor
    else leaf.grad = gradient.clone({ memoryFormat: suggestedFormat(leaf.shape, leaf.strides) })
  })
}

/** Options of {@link grad}. */
export interface GradOptions extends BackwardOptions {
  /** Give `null` for inputs that the outputs do not depend on, instead of an error. Default: false. */
  allowUnused?: boolean
}

/**
 * The gradients of `outputs` with respect to `inputs` (`torch.autograd.grad`); `.grad` is left alone. Only what leads
 * to the inputs is walked, and only that part of the graph is freed.
 *
 * @param gradOutputs one for each output; may be left out for scalars
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  gradOutputs?: OutputGradients,
  options: GradOptions = {},
): (Tensor | null)[] {
  checkOptions('grad', options, ['retainGraph', 'createGraph', 'allowUnused'])
  const [from, to] = [[outputs].flat(), [inputs].flat()]
  if (to.length === 0) throw new ValueError('grad requires non-empty inputs.')
  const edges = to.map(input => {
    const edge = edgeOf(input)
    if (!edge || !isDifferentiable(input.dtype)) {
      throw new RuntimeError('One of the differentiated Tensors does not require grad')
    }
    return edge
  })
  const found = walk(from, gradientsFor(from, gradOutputs), options, new Set(edges.map(edge => edge.target)))
  return edges.map(({ target, index }) => {
    const gradient = found.get(target)?.[index] ?? null
    if (gradient === null && !options.allowUnused) {
      throw new RuntimeError(
        'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior: { allowUnused: true } gives null for it.',
      )
    }
    return gradient && !options.createGraph ? gradient.detach() : gradient
  })
}
