/**
 * The tape: each recorded operation leaves a node that knows how to send a gradient back to its inputs.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { type DType, dtypeInfo, isDifferentiable } from '../tensor/dtype.js'
import type { Shape } from '../tensor/layout.js'
import type { Storage } from '../tensor/storage.js'
import { catchUp, type GradFunction, type Tensor } from '../tensor/tensor.js'
import { isRecording } from './modes.js'

/** What a derivative may use besides the gradient of the output. */
export interface BackwardContext {
  /** The tensors passed as `saved`, unchanged since (checked). */
  readonly saved: readonly Tensor[]
  /** For each input, whether its gradient is wanted: what is not wanted need not be computed. */
  readonly needs: readonly boolean[]
}

/** From the gradient of the output to the gradients of the inputs; `null` where there is none. */
export type Backward = (gradient: Tensor, context: BackwardContext) => readonly (Tensor | null)[]

/** Like {@link Backward}, for a node with several outputs; those that nothing was sent to have `null`. */
export type NodeBackward = (
  gradients: readonly (Tensor | null)[],
  context: BackwardContext,
) => readonly (Tensor | null)[]

/** Where the gradient of one input goes: to an output of the node that computed it, or to the leaf itself. */
export interface Edge {
  readonly target: Node | Tensor
  /** Which output of the node. */
  readonly index: number
  readonly shape: Shape
  readonly dtype: DType
}

const REUSED =
  'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). ' +
  'Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). ' +
  'Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward. ' +
  'Here: { retainGraph: true }, as in backward(null, { retainGraph: true }).'

/** One recorded operation. */
export class Node implements GradFunction {
  private versions: readonly number[]

  constructor(
    readonly name: string,
    readonly edges: readonly (Edge | null)[],
    private saved: readonly Tensor[],
    /** Of the only output, or where a user wrote it of all outputs. */
    private backward: Backward | NodeBackward,
    /** Whether a user wrote the derivative, and may keep what it returns. */
    readonly isUsers = false,
  ) {
    this.versions = versionsOf(saved)
    for (const { storage } of saved) storage.countSaved()
  }

  /** The gradients of the inputs, given those of the outputs. */
  apply(gradients: readonly (Tensor | null)[], needs: readonly boolean[]): readonly (Tensor | null)[] {
    for (let i = 0; i < this.saved.length; i++) this.checkUnchanged(this.saved[i]!, this.versions[i]!)
    const context = { saved: this.saved, needs }
    if (this.isUsers) return (this.backward as NodeBackward)(gradients, context)
    return (this.backward as Backward)(gradients[0]!, context)
  }

  /**
   * Whether neither what was saved nor another gradient that {@link apply} returned has the memory of a gradient. To be asked
   * before {@link release}.
   */
  isAlone({ storage }: Tensor, returned: readonly (Tensor | null)[]): boolean {
    return !this.isUsers && countIn(storage, returned) + countIn(storage, this.saved) === 1
  }

  /** Whether a gradient is in memory that was saved. To be asked before {@link release}. */
  hasSaved({ storage }: Tensor): boolean {
    return this.saved.some(own => own.storage.isSameMemory(storage))
  }

  private checkUnchanged(tensor: Tensor, expected: number): void {
    const { version } = tensor.storage
    if (version === expected) return
    const origin = tensor.gradFn ? `, which is output ${tensor.outputIndex} of ${tensor.gradFn.name},` : ''
    throw new RuntimeError(
      `one of the variables needed for gradient computation has been modified by an inplace operation: [torch.${dtypeInfo(tensor.dtype).scalarName}Tensor [${tensor.shape.join(', ')}]]${origin} is at version ${version}; expected version ${expected} instead. ${this.name} needs it as it was: change a clone(), or use the operation that gives a new tensor.`,
    )
  }

  /** Puts `replacement(tensor)` in the place of saved tensors, before what they are in is overwritten. */
  replaceSaved(replacement: (tensor: Tensor) => Tensor): void {
    const before = this.saved
    this.saved = before.map(replacement)
    this.versions = versionsOf(this.saved)
    for (const { storage } of this.saved) storage.countSaved()
    for (const { storage } of before) storage.countCopied()
  }

  /**
   * Lets go of the saved tensors, and of the derivative with whatever else it holds. A node that saved nothing can be
   * walked again, as in PyTorch.
   */
  release(): void {
    if (this.saved.length === 0) return
    const before = this.saved
    this.saved = []
    this.backward = refuseSecondWalk
    for (const { storage } of before) storage.countReleased()
  }
}

/** How many tensors have this memory. */
function countIn(storage: Storage, tensors: readonly (Tensor | null)[]): number {
  let count = 0
  for (let i = 0; i < tensors.length; i++) if (tensors[i]?.storage.isSameMemory(storage)) count++
  return count
}

const NONE: readonly number[] = []

const versionOf = ({ storage }: Tensor) => storage.version

const versionsOf = (tensors: readonly Tensor[]) => (tensors.length === 0 ? NONE : tensors.map(versionOf))

function refuseSecondWalk(): never {
  throw new RuntimeError(REUSED)
}

const UNTRACKED = 'A view was created in no_grad mode and'

const AMBIGUOUS =
  "modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked)."

/** Refuses to put a change on the tape that is made through a view which the tape does not know to be one. */
export function checkTracked(tensor: Tensor): void {
  if (tensor.isUntracked) throw new RuntimeError(`${UNTRACKED} is being ${AMBIGUOUS}`)
}

/** Refuses a tensor whose elements were computed by a recorded in-place operation that its place on the tape knows nothing of. */
function checkUpToDate(tensor: Tensor): void {
  if (catchUp(tensor)) return
  if (tensor.isUntracked)
    throw new RuntimeError(`${UNTRACKED} its base or another view of its base has been ${AMBIGUOUS}`)
  throw new RuntimeError(
    `a tensor of shape [${tensor.shape.join(', ')}] shares memory with another view that an in-place operation changed, and that change was recorded for backward: this tensor's gradient is not known. Apply the in-place operation to a clone(), or take this view after it.`,
  )
}

/** Where gradients for this tensor go, or `null` if it needs none. */
export function edgeOf(tensor: Tensor): Edge | null {
  checkUpToDate(tensor)
  if (!tensor.requiresGrad) return null
  const { gradFn, outputIndex, shape, dtype } = tensor
  return { target: (gradFn as Node | null) ?? tensor, index: outputIndex, shape, dtype }
}

/**
 * Puts an operation on the tape if any input requires a gradient, and returns the output.
 *
 * A derivative need not undo broadcasting or promotion: the engine sums and casts to each input's shape and dtype.
 *
 * @example
 * const out = rawMul(a, b)
 * return record(out, 'MulBackward0', [a, b], [a, b], (gradient, { saved: [a, b] }) => [mul(gradient, b), mul(gradient, a)])
 */
export function record(
  output: Tensor,
  name: string,
  inputs: readonly Tensor[],
  saved: readonly Tensor[],
  backward: Backward,
): Tensor {
  const edges = isRecording() && isDifferentiable(output.dtype) ? inputs.map(edgeOf) : NO_EDGES
  if (inputs.length > 0) noteView(output, inputs[0]!)
  if (edges.every(isNone)) return output
  refuseInference(saved)
  output.gradFn = new Node(name, edges, saved, backward)
  return output
}

const NO_EDGES: readonly null[] = []

const isNone = (edge: Edge | null) => edge === null

/** Notes that the output is a view of the input, if it is: what changes one in place changes the other. */
export function noteView(output: Tensor, input: Tensor): void {
  if (output === input || !output.storage.isSameMemory(input.storage)) return
  catchUp(input)
  output.base = input.base ?? input
  output.knownChange = input.knownChange
  output.isUntracked = input.isUntracked || !isRecording()
}

const isInference = (tensor: Tensor) => tensor.isInference()

/** A tensor made in inference mode has no version to tell whether it was changed, so it cannot be saved. */
export function refuseInference(saved: readonly Tensor[]): void {
  if (!saved.some(isInference)) return
  throw new RuntimeError(
    'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.',
  )
}
