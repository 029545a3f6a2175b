/**
 * Functions called with a tensor's gradient during backward.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { formatShape } from '../tensor/layout.js'
import { type GradFunction, Tensor } from '../tensor/tensor.js'

/** Sees the gradient of a tensor; what it returns, if anything, takes its place. */
// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing changes nothing
export type GradientHook = (gradient: Tensor) => Tensor | null | undefined | void

/** What registering a hook returns. */
export interface HookHandle {
  /** Takes the hook off again. */
  remove(): void
}

/** What wants to know of a gradient: hooks, and tensors that keep it. */
interface Listeners {
  readonly hooks: Set<GradientHook>
  readonly retaining: Set<Tensor>
}

/** The listeners to the tensors of a node by output, or to a leaf (under 0). They live as long as the node or leaf. */
const listeners = new WeakMap<GradFunction | Tensor, Map<number, Listeners>>()

function listenersTo(tensor: Tensor): Listeners {
  const { gradFn, outputIndex } = tensor
  const target = gradFn ?? tensor
  const byOutput = listeners.get(target) ?? new Map<number, Listeners>()
  listeners.set(target, byOutput)
  const own = byOutput.get(outputIndex) ?? { hooks: new Set(), retaining: new Set() }
  byOutput.set(outputIndex, own)
  return own
}

/** Calls `hook` with the gradient of this tensor whenever one is computed (`torch.Tensor.register_hook`). */
export function registerHook(tensor: Tensor, hook: GradientHook): HookHandle {
  if (typeof hook !== 'function') {
    throw new TypeError(`registerHook(): argument 'hook' must be a function, but got ${String(hook)}`)
  }
  if (!tensor.requiresGrad) throw new RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
  const { hooks } = listenersTo(tensor)
  // a wrapper of its own, so that a function registered twice is called twice
  const entry: GradientHook = gradient => checkReturned(hook, hook(gradient), gradient)
  hooks.add(entry)
  return { remove: () => void hooks.delete(entry) }
}

/** Refuses a replacement that does not fit in the gradient's place. */
function checkReturned(hook: GradientHook, returned: unknown, gradient: Tensor): Tensor | null {
  if (returned === null || returned === undefined) return null
  if (!(returned instanceof Tensor)) throw new TypeError(`expected Variable, but hook returned '${typeof returned}'`)
  const name = `hook '${hook.name}'`
  const [was, got] = [gradient, returned].map(({ shape }) => formatShape(shape)) as [string, string]
  if (was !== got) throw new RuntimeError(`${name} has changed the size of value (was ${was} got ${got})`)
  if (returned.dtype === gradient.dtype) return returned
  throw new RuntimeError(`${name} has changed the type of value (was ${gradient.type()} got ${returned.type()})`)
}

/** Makes backward fill in `.grad` of this tensor although it is not a leaf (`torch.Tensor.retain_grad`). */
export function retainGrad(tensor: Tensor): void {
  if (!tensor.requiresGrad) throw new RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
  if (!tensor.isLeaf) listenersTo(tensor).retaining.add(tensor)
}

/** Takes along what an operation in place moves on the tape: a retained gradient is that of the tensor as it is now. */
export function keepRetaining(tensor: Tensor, { gradFn, outputIndex }: Pick<Tensor, 'gradFn' | 'outputIndex'>): void {
  const before = gradFn && listeners.get(gradFn)?.get(outputIndex)
  if (before?.retaining.delete(tensor)) listenersTo(tensor).retaining.add(tensor)
}

/** Whether anything listens to the gradients of a node or a leaf. */
export function isListenedTo(target: GradFunction | Tensor): boolean {
  return listeners.has(target)
}

/** Adds to `.grad` a gradient that goes on to other tensors, so that it is copied. */
function keep(tensor: Tensor, gradient: Tensor): void {
  tensor.grad = tensor.grad ? tensor.grad.add(gradient) : gradient.clone({ memoryFormat: 'contiguous' })
}

/** The gradients of a node's outputs, or of a leaf, after their hooks. Those that are kept are kept as hooks leave them. */
export function applyHooks(
  target: GradFunction | Tensor,
  gradients: readonly (Tensor | null)[],
): readonly (Tensor | null)[] {
  const byOutput = listeners.get(target)
  if (!byOutput) return gradients
  return gradients.map((gradient, index) => {
    const own = byOutput.get(index)
    if (!own || !gradient) return gradient
    let current = gradient
    // a copy of the list: what is added or removed while it is called counts from the next backward on
    for (const hook of [...own.hooks]) current = hook(current) || current
    for (const tensor of own.retaining) keep(tensor, current)
    return current
  })
}
