/**
 * The part of backward hooks that lives on the tape.
 *
 * @module
 */
import * as autograd from '../autograd/function.js'
import { isGradEnabled } from '../autograd/modes.js'
import { RuntimeError } from '../errors.js'
import { Tensor } from '../tensor/tensor.js'
import type { Module } from './module.js'

/** One gradient for each input or output; `null` where there is none. */
export type Gradients = readonly (Tensor | null)[]

/**
 * Called when the gradients of a module's inputs have been computed; may return others to go on with. Both lists have
 * one entry for each argument (result), `null` for what is not a tensor. As in PyTorch, a tensor that no gradient
 * reaches has `null` among the results, and zeros among the arguments.
 */
export type FullBackwardHook<M extends Module = Module> = (
  module: M,
  gradInput: Gradients,
  gradOutput: Gradients,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing changes nothing
) => Gradients | null | undefined | void

/** What sees the gradients of a list, and says with which to go on. */
type Visit = (gradients: Gradients) => Gradients

/**
 * An operation that hands tensors on as they are, and their gradients through `visit`, which sees a list of this length
 * with the tensors at these places.
 */
function handOn(places: readonly number[], length: number, visit: Visit, fillsZeros: boolean) {
  return class BackwardHookFunction extends autograd.Function {
    static forward(context: autograd.FunctionContext, ...tensors: Tensor[]): Tensor[] {
      context.setMaterializeGrads(fillsZeros)
      context.markNonDifferentiable(...tensors.filter(tensor => !tensor.requiresGrad))
      return tensors
    }

    static backward(_context: autograd.FunctionContext, ...gradients: (Tensor | null)[]): Gradients {
      const all = new Array<Tensor | null>(length).fill(null)
      for (const [i, place] of places.entries()) all[place] = gradients[i]!
      const changed = visit(all)
      return places.map(place => changed[place]!)
    }
  }
}

/**
 * Puts the tensors of a list on the tape once more, under one node, so that `visit` sees (and may replace) their
 * gradients together. Returns `null` if no gradients will come.
 *
 * @param fillsZeros whether `visit` gets zeros, rather than `null`, for tensors that no gradient reaches
 */
function watch(values: readonly unknown[], visit: Visit, fillsZeros: boolean): unknown[] | null {
  const places = [...values.keys()].filter(i => values[i] instanceof Tensor)
  const tensors = places.map(i => values[i] as Tensor)
  if (!isGradEnabled() || !tensors.some(tensor => tensor.requiresGrad)) return null
  const watched: readonly Tensor[] = handOn(places, values.length, visit, fillsZeros).apply(...tensors)
  return values.map((value, i) => watched[places.indexOf(i)] ?? value)
}

/** The backward hooks of one call of a module. */
export class BackwardHook {
  private gradOutput: Gradients | null = null
  private inputCount = 0
  private watchesInputs = false

  constructor(
    private readonly module: Module,
    private readonly hooks: readonly FullBackwardHook[],
  ) {}

  /** The inputs, with gradients that pass by here. */
  watchInputs(inputs: unknown[]): unknown[] {
    const watched = watch(inputs, gradients => this.call(gradients), true)
    this.inputCount = inputs.length
    this.watchesInputs = watched !== null
    return watched ?? inputs
  }

  /** The output, or list of outputs, with gradients that pass by here. */
  watchOutput(output: unknown): unknown {
    const list: readonly unknown[] = Array.isArray(output) ? output : [output]
    const visit = (gradients: Gradients) => {
      this.gradOutput = gradients
      if (!this.watchesInputs) this.callWithoutInputs(gradients)
      return gradients
    }
    const watched = watch(list, visit, false)
    if (watched === null) return output
    return Array.isArray(output) ? watched : watched[0]
  }

  private call(gradients: Gradients): Gradients {
    // gradients can reach an input on a way that does not lead through the output, as in double backward
    if (this.gradOutput === null) return gradients
    let current = gradients
    for (const hook of this.hooks) {
      const changed = hook(this.module, current, this.gradOutput)
      if (changed === undefined || changed === null) continue
      if (changed.length !== current.length) {
        throw new RuntimeError(
          `Backward hook returned an invalid number of grad_input, got ${changed.length}, but expected ${current.length}`,
        )
      }
      current = changed
    }
    this.gradOutput = null
    return current
  }

  private callWithoutInputs(gradOutput: Gradients): void {
    const none = new Array<null>(this.inputCount).fill(null)
    for (const hook of this.hooks) {
      const changed = hook(this.module, none, gradOutput)
      if (changed?.some(gradient => gradient !== null)) {
        throw new RuntimeError(
          'Backward hook for Modules where no input requires gradient should always return None or None for all gradients.',
        )
      }
    }
    this.gradOutput = null
  }
}
