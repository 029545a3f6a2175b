/**
 * The part of backward hooks that lives on the tape.
 *
 * @module
 */
import { isGradEnabled } from '../autograd/modes.js'
import { record } from '../autograd/node.js'
import { RuntimeError } from '../errors.js'
import { allocate, Tensor, viewOf } from '../tensor/tensor.js'
import type { Module } from './module.js'

/** One gradient for each input or output; `null` where there is none. */
export type Gradients = readonly (Tensor | null)[]

/**
 * Called when the gradients of a module's inputs have been computed; may return others to go on with. Both lists have
 * one entry for each argument (result), `null` for what is not a tensor or has no gradient.
 */
export type FullBackwardHook<M extends Module = Module> = (
  module: M,
  gradInput: Gradients,
  gradOutput: Gradients,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing changes nothing
) => Gradients | null | undefined | void

const NAME = 'BackwardHookFunctionBackward'

/**
 * Puts the tensors of a list on the tape once more, so that `visit` sees (and may replace) their gradients together.
 *
 * A node has one output, so there is one node for each tensor, which keeps the gradient it gets, and a common one
 * behind them, which is walked after all of them and sends the gradients on. Returns `null` if no gradients will come.
 */
function watch(values: readonly unknown[], visit: (gradients: Gradients) => Gradients): unknown[] | null {
  const isTensor = (value: unknown) => value instanceof Tensor
  const tensors = values.filter(isTensor)
  if (!isGradEnabled() || !tensors.some(tensor => tensor.requiresGrad)) return null
  const places = [...values.keys()].filter(i => isTensor(values[i]))
  let arrived: (Tensor | null)[] = values.map(() => null)
  const common = record(allocate([], 'float32'), NAME, tensors, [], () => {
    const gradients = visit(arrived)
    arrived = values.map(() => null)
    return places.map(i => gradients[i] ?? null)
  })
  return values.map((value, i) => {
    if (!(value instanceof Tensor) || !value.requiresGrad) return value
    return record(viewOf(value, value.shape, value.strides), NAME, [common], [], gradient => {
      arrived[i] = gradient
      return [allocate([], 'float32')]
    })
  })
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
    const watched = watch(inputs, gradients => this.call(gradients))
    this.inputCount = inputs.length
    this.watchesInputs = watched !== null
    return watched ?? inputs
  }

  /** The output, or list of outputs, with gradients that pass by here. */
  watchOutput(output: unknown): unknown {
    const list: readonly unknown[] = Array.isArray(output) ? output : [output]
    const watched = watch(list, gradients => {
      this.gradOutput = gradients
      if (!this.watchesInputs) this.callWithoutInputs(gradients)
      return gradients
    })
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
