/**
 * The user's own differentiable operations: `torch.autograd.Function`.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { isDifferentiable } from '../tensor/dtype.js'
import { contiguousStrides, formatShape, type Shape } from '../tensor/layout.js'
import { Storage } from '../tensor/storage.js'
import { Tensor, viewOf } from '../tensor/tensor.js'
import { isRecording, noGrad } from './modes.js'
import { type Edge, edgeOf, Node, type NodeBackward, noteView, refuseInference } from './node.js'

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
    const wrong = tensors.findIndex(tensor => !(tensor instanceof Tensor))
    if (wrong >= 0) {
      throw new TypeError(
        `save_for_backward can only save variables, but argument ${wrong} is of type ${typeof tensors[wrong]}; keep other things in fields of the context`,
      )
    }
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
    // biome-ignore lint/complexity/noThisInStatic: the user's class, which extends this one
    return run(this, inputs)
  }
}

/** Runs `forward` off the tape and puts its outputs on it, under one node. */
function run<Inputs extends unknown[], Outputs extends Tensor | readonly Tensor[]>(
  definition: FunctionDefinition<Inputs, Outputs>,
  inputs: Inputs,
): Outputs {
  const context = new FunctionContext()
  const edges = inputs.map(input => (input instanceof Tensor && isRecording() ? edgeOf(input) : null))
  context.needsInputGrad = edges.map(edge => edge !== null)
  const result = noGrad(() => definition.forward(context, ...inputs))
  const outputs: readonly Tensor[] = result instanceof Tensor ? [result] : result
  if (edges.every(edge => edge === null)) return result
  // an input handed back as it is must not itself become an output of the node
  const own = outputs.map(output => (inputs.includes(output) ? viewOf(output, output.shape, output.strides) : output))
  refuseInference(context.toSave)
  const node = new Node(
    `${definition.name}Backward`,
    edges,
    context.toSave,
    backwardOf(definition, context, edges, own.map(placeOf)),
    true,
  )
  own.forEach((output, index) => {
    if (!isDifferentiable(output.dtype) || context.nonDifferentiable.includes(outputs[index]!)) return
    output.gradFn = node
    output.outputIndex = index
    for (const input of inputs) if (input instanceof Tensor) noteView(output, input)
  })
  // the node has them now, and lets go of them
  context.toSave = context.nonDifferentiable = []
  return (result instanceof Tensor ? own[0] : own) as Outputs
}

type Place = Pick<Tensor, 'shape' | 'dtype' | 'device'>
const placeOf = ({ shape, dtype, device }: Tensor): Place => ({ shape, dtype, device })

/** The derivative of a node. It is made here, out of sight of the outputs, which it must not keep alive. */
function backwardOf(
  definition: FunctionDefinition<never, Tensor | readonly Tensor[]>,
  context: FunctionContext,
  edges: readonly (Edge | null)[],
  outputs: readonly Place[],
): NodeBackward {
  return (gradients, { saved }) => {
    context.savedTensors = saved
    const filled = outputs.map((output, i) => gradients[i] ?? (context.materializeGrads ? zerosFor(output) : null))
    const returned = definition.backward(context, ...(filled as Tensor[]))
    context.savedTensors = []
    return gradientList(definition.name, returned, edges)
  }
}

/** Zeros shaped like an output: one number in memory, seen everywhere. */
function zerosFor({ shape, dtype, device }: Place): Tensor {
  return new Tensor(Storage.allocate(dtype, 1, device), shape, contiguousStrides(shape).fill(0))
}

/** One gradient for each argument, checked. */
function gradientList(
  name: string,
  returned: Tensor | null | readonly (Tensor | null)[],
  edges: readonly (Edge | null)[],
): readonly (Tensor | null)[] {
  const list = [returned].flat().map(gradient => gradient ?? null)
  const { length } = edges
  if (list.length < length || list.slice(length).some(gradient => gradient !== null)) {
    throw new RuntimeError(
      `function ${name}Backward returned an incorrect number of gradients (expected ${length}, got ${list.length})`,
    )
  }
  for (const [i, gradient] of list.entries()) {
    if (gradient === null) continue
    if (!(gradient instanceof Tensor)) throw new RuntimeError(`expected Variable or None (got ${typeof gradient})`)
    const edge = edges[i]
    if (edge && !sumsTo(gradient.shape, edge.shape)) {
      throw new RuntimeError(
        `Function ${name}Backward returned an invalid gradient at index ${i} - got ${formatShape(gradient.shape)} but expected shape compatible with ${formatShape(edge.shape)}`,
      )
    }
  }
  return list
}

/** Whether a gradient of the one shape is that of something of the other that was broadcast. */
function sumsTo(shape: Shape, target: Shape): boolean {
  const lead = shape.length - target.length
  return lead >= 0 && target.every((size, dim) => size === 1 || size === shape[dim + lead])
}
