/**
 * Functions called before and after a module's forward, and when gradients reach it.
 *
 * @module
 */
import { describe } from '../errors.js'
import { BackwardHook, type FullBackwardHook } from './backwardHook.js'
import type { Module } from './module.js'

/** What a forward returns. TypeScript's `ReturnType` gives `any` for functions with parameters of type never. */
export type ResultOf<Forward> = Forward extends (...inputs: never[]) => infer Result ? Result : never

/** What registering a hook gives back. */
export interface RemovableHandle {
  /** Takes the hook off again; a second time does nothing. */
  remove(): void
}

/** Called before `forward`; may return other inputs: a list of all of them, or the only one. */
export type ForwardPreHook<M extends Module> = (
  module: M,
  inputs: Parameters<M['forward']>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing changes nothing
) => Parameters<M['forward']> | Parameters<M['forward']>[0] | null | undefined | void

/** Called after `forward`; may return another output. */
export type ForwardHook<M extends Module> = (
  module: M,
  inputs: Parameters<M['forward']>,
  output: ResultOf<M['forward']>,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing changes nothing
) => ResultOf<M['forward']> | null | undefined | void

type AnyInputs = unknown[]
type AnyPreHook = (module: Module, inputs: AnyInputs) => unknown
type AnyForwardHook = (module: Module, inputs: AnyInputs, output: unknown) => unknown

/** The hooks of one module, in the order they were registered. */
export class ModuleHooks {
  readonly forwardPre = new Map<object, AnyPreHook>()
  readonly forward = new Map<object, AnyForwardHook>()
  readonly fullBackward = new Map<object, FullBackwardHook>()
}

/** Puts a hook on a list; the handle takes it off. */
export function addHook<Hook>(hooks: Map<object, Hook>, hook: Hook): RemovableHandle {
  if (typeof hook !== 'function') throw new TypeError(`a hook must be a function, but got ${describe(hook)}`)
  const handle = { remove: () => void hooks.delete(handle) }
  hooks.set(handle, hook)
  return handle
}

/** A call of a module with hooks: pre-hooks, `forward`, forward hooks; backward hooks watch what goes in and comes out. */
export function callWithHooks(module: Module, hooks: ModuleHooks, inputs: AnyInputs): unknown {
  // copied, because a hook may register or remove hooks
  for (const hook of [...hooks.forwardPre.values()]) {
    const changed = hook(module, inputs)
    if (changed !== undefined && changed !== null) inputs = Array.isArray(changed) ? changed : [changed]
  }
  const backward = hooks.fullBackward.size > 0 ? new BackwardHook(module, [...hooks.fullBackward.values()]) : null
  if (backward) inputs = backward.watchInputs(inputs)
  let output: unknown = module.forward(...inputs)
  for (const hook of [...hooks.forward.values()]) {
    const changed = hook(module, inputs, output)
    if (changed !== undefined && changed !== null) output = changed
  }
  return backward ? backward.watchOutput(output) : output
}
