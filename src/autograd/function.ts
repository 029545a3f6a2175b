/**
 * The user's own differentiable operations: `torch.autograd.Function`.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { contiguousStrides } from '../tensor/layout.js'
import { Storage } from '../tensor/storage.js'
import { Tensor, viewOf } from '../tensor/tensor.js'
import { isGradEnabled, noGrad } from './modes.js'
import { edgeOf, Node, refuseInference } from './node.js'

/** What `forward` leaves for `backward`. Further fields may be set on it. */
export class FunctionContext {
  [field: string]: unknown
  /** For each argument of `apply`, whether its gradient is wanted. */
  needsInputGrad: readonly boolean[] = []
  /** The tensors given to {@link saveForBackward}, unchanged since (checked). */
  savedTensors: readonly Tensor[] = []
  /** @internal */
  toSave: readonly Tensor[] = []
  /** @internal */
  nonDifferentiable: readonly Tensor[] = []
  /** @internal */
  materializeGrads = true

  /** Keeps tensors for `backward`: inputs and outputs belong here, and not into fields. */
  saveForBackward(...tensors: Tensor[]): void {
    this.toSave = tensors
  }

  /** Declares outputs (indices, for example) that have no gradient. */
  markNonDifferentiable(...outputs: Tensor[]): void {
    this.nonDifferentiable = outputs
  }

  /** Whether `backward` gets zeros, rather than `null`, for outputs that nothing depends on. Default: true. */
  setMaterializeGrads(value: boolean): void {
    this.materializeGrads = value
  }
}

/** The two static methods of a {@link Function}, as `apply` sees them. */
export interface FunctionDefinition<Inputs extends unknown[], Outputs extends Tensor | readonly Tensor[]> {
  readonly name: string
  forward(context: FunctionContext, ...inputs: Inputs): Outputs
  backward(context: FunctionContext, ...gradients: Tensor[]): Tensor | null | readonly (Tensor | null)[]
}

/**
 * Base of the user's own operations. `forward` runs off the tape; `backward` gives a gradient for each argument of
 * `forward` (`null` for those without one), and is recorded itself where a higher order is wanted.
 *
 * @example
 * class Square extends autograd.Function {
 *   static forward(context: autograd.FunctionContext, x: Tensor) {
 *     context.saveForBackward(x)
 *     return x.mul(x)
 *   }
 *   static backward(context: autograd.FunctionContext, gradient: Tensor) {
 *     const [x] = context.savedTensors
 *     return gradient.mul(x!).mul(2)
 *   }
 * }
 * const y = Square.apply(x)
 * @see https://pytorch.org/docs/stable/notes/extending.html
 */
// biome-ignore lint/suspicious/noShadowRestrictedNames: PyTorch's name; it is reached as autograd.Function
// biome-ignore lint/complexity/noStaticOnlyClass: people extend it, as in PyTorch
export abstract class Function {
  /** Runs the operation and records it. */
  static apply<Inputs extends unknown[], Outputs extends Tensor | readonly Tensor[]>(
    this: FunctionDefinition<Inputs, Outputs>,
    ...inputs: Inputs
  ): Outputs {
    const context = new FunctionContext()
    const edges = inputs.map(input => (input instanceof Tensor && isGradEnabled() ? edgeOf(input) : null))
    context.needsInputGrad = edges.map(edge => edge !== null)
    const result = noGrad(() => this.forward(context, ...inputs))
    const outputs: readonly Tensor[] = result instanceof Tensor ? [result] : result
    if (edges.every(edge => edge === null)) return result
    // an input handed back as it is must not itself become an output of the node
    const own = outputs.map(output => (inputs.includes(output) ? viewOf(output, output.shape, output.strides) : output))
    const saved = context.toSave.map(tensor => own[outputs.indexOf(tensor)] ?? tensor)
    refuseInference(saved)
    const node = new Node(`${this.name}Backward`, edges, saved, (gradients, { saved: kept }) => {
      context.savedTensors = kept
      const filled = own.map((output, i) => gradients[i] ?? (context.materializeGrads ? zerosFor(output) : null))
      return gradientList(this.name, this.backward(context, ...(filled as Tensor[])), inputs.length)
    })
    own.forEach((output, index) => {
      if (context.nonDifferentiable.includes(outputs[index]!)) return
      output.gradFn = node
      output.outputIndex = index
    })
    return (result instanceof Tensor ? own[0] : own) as Outputs
  }
}

/** Zeros shaped like an output: one number in memory, seen everywhere. */
function zerosFor({ shape, dtype, device }: Tensor): Tensor {
  return new Tensor(Storage.allocate(dtype, 1, device), shape, contiguousStrides(shape).fill(0))
}

/** One gradient for each argument. */
function gradientList(
  name: string,
  returned: Tensor | null | readonly (Tensor | null)[],
  count: number,
): readonly (Tensor | null)[] {
  const list = returned === null || returned instanceof Tensor ? [returned] : returned
  if (list.length === count || (list.length > count && list.slice(count).every(gradient => gradient === null)))
    return list
  throw new RuntimeError(
    `function ${name}Backward returned an incorrect number of gradients (expected ${count}, got ${list.length})`,
  )
}
