/**
 * Functions called with a tensor's gradient during backward.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import type { GradFunction, Tensor } from '../tensor/tensor.js'

/** Sees the gradient of a tensor; what it returns, if anything, takes its place. */
export type GradientHook = (gradient: Tensor) => Tensor | null | undefined | void

/** What registering a hook returns. */
export interface HookHandle {
  /** Takes the hook off again. */
  remove(): void
}

/** The hooks of the tensors of a node by output, or of a leaf (under 0). They live as long as the node or leaf. */
const hooks = new WeakMap<GradFunction | Tensor, Map<number, Set<GradientHook>>>()

/** Calls `hook` with the gradient of this tensor whenever one is computed (`torch.Tensor.register_hook`). */
export function registerHook(tensor: Tensor, hook: GradientHook): HookHandle {
  if (typeof hook !== 'function')
    throw new TypeError(`registerHook(): argument 'hook' must be a function, but got ${String(hook)}`)
  if (!tensor.requiresGrad) throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
  const target = tensor.gradFn ?? tensor
  const byOutput = hooks.get(target) ?? new Map<number, Set<GradientHook>>()
  hooks.set(target, byOutput)
  const own = byOutput.get(tensor.outputIndex) ?? new Set()
  byOutput.set(tensor.outputIndex, own)
  // a wrapper of its own, so that a function registered twice is called twice
  const entry: GradientHook = gradient => hook(gradient)
  own.add(entry)
  return { remove: () => void own.delete(entry) }
}

const retaining = new WeakSet<Tensor>()

/** Makes backward fill in `.grad` of this tensor although it is not a leaf (`torch.Tensor.retain_grad`). */
export function retainGrad(tensor: Tensor): void {
  if (!tensor.requiresGrad) throw new RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
  if (tensor.isLeaf || retaining.has(tensor)) return
  retaining.add(tensor)
  registerHook(tensor, gradient => {
    tensor.grad = tensor.grad ? tensor.grad.add(gradient) : gradient
  })
}

/** The gradients of a node's outputs, or of a leaf, after their hooks. */
export function applyHooks(
  target: GradFunction | Tensor,
  gradients: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  const byOutput = hooks.get(target)
  if (!byOutput) return gradients
  return gradients.map((gradient, index) => {
    let current = gradient
    for (const hook of byOutput.get(index) ?? []) if (current) current = hook(current) || current
    return current
  })
}
