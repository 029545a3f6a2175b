/**
 * The backward walk: nodes in reverse order of computation, each sending its gradient on to its inputs.
 *
 * @module
 */
import { RuntimeError, ValueError } from '../errors.js'
import { checkOptions } from '../options.js'
import { isDifferentiable } from '../tensor/dtype.js'
import { numelOf } from '../tensor/layout.js'
import { replaceGrad, Tensor } from '../tensor/tensor.js'
import { timed } from '../tensor/timed.js'
import { fitTo, gradientsFor, type OutputGradients, seed } from './gradients.js'
import { applyHooks, isListenedTo } from './hooks.js'
import { enableGrad, noGrad } from './modes.js'
import { type Edge, edgeOf, Node } from './node.js'
import { nodesLeadingTo, type Target, topologicalOrder } from './order.js'
import { type SharedMemory, shareOut } from './sharedMemory.js'

/** Options of {@link backward} and {@link grad}. */
export interface BackwardOptions {
  /** Keep the graph for another backward. Default: `createGraph`. */
  retainGraph?: boolean
  /** Record the backward pass itself, so that it can be differentiated again. Default: false. */
  createGraph?: boolean
}

/** A gradient on its way. */
interface Arrival {
  readonly gradient: Tensor
  /** Whether nobody else has its memory, so that it may be changed. */
  readonly isAlone: boolean
  /** Its memory, if only other arrivals have it too. */
  shared: SharedMemory | null
}

/** Notes that a gradient has been added to another one. */
function letGo({ gradient, isAlone, shared }: Arrival): void {
  if (isAlone) gradient.storage.giveUp()
  else shared?.add(-1)
}

/** The sum of two gradients: over one of them, if that is nobody else's. */
function sumOf(a: Arrival, b: Arrival, createGraph: boolean): Arrival {
  const [into, other] = isFree(a) ? [a, b] : [b, a]
  if (createGraph) return { gradient: a.gradient.add(b.gradient), isAlone: true, shared: null }
  if (isFree(into)) {
    into.gradient.add_(other.gradient)
    letGo(other)
    return into
  }
  const sum = a.gradient.add(b.gradient)
  letGo(a)
  letGo(b)
  return { gradient: sum, isAlone: true, shared: null }
}

/** Whether sums may be written over a gradient: each element has a place of its own, and there are no others. */
function isFree({ gradient, isAlone }: Arrival): boolean {
  return isAlone && isWhole(gradient) && (gradient.isContiguous() || isChannelsLast(gradient))
}

/** A step of the walk, in the profiler by the node's name. */
const applyNode = timed(
  node => node.name,
  (node: Node, gradients: readonly (Tensor | null)[], needs: readonly boolean[]) => node.apply(gradients, needs),
)

interface Found {
  readonly gradients: Map<Target, readonly (Tensor | null)[]>
  /** Those that nobody else has. */
  readonly alone: ReadonlySet<Tensor>
}

/** Runs backward from the outputs and gives the gradients, by output, of what is wanted: by default of all leaves. */
const walk = timed('autograd::engine', walkGraph)

function walkGraph(
  outputs: readonly Tensor[],
  gradients: readonly (Tensor | null)[],
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
  wanted: ReadonlySet<Target> | null,
): Found {
  const starts = outputs.map((output, i) => ({ gradient: seed(output, gradients[i]!, i), edge: edgeOf(output)! }))
  const order = topologicalOrder(starts.map(start => start.edge.target))
  const leading = wanted && nodesLeadingTo(wanted, order)
  const isOnTheWay = (target: Target) => !wanted || wanted.has(target) || leading!.has(target)

  const pending = new Map<Target, (Arrival | null)[]>()
  const send = ({ target, index }: Edge, arrival: Arrival) => {
    const list = pending.get(target) ?? []
    pending.set(target, list)
    // outputs that nothing has reached yet are null
    while (list.length <= index) list.push(null)
    const before = list[index]
    list[index] = before ? sumOf(before, arrival, createGraph) : arrival
  }
  /** The gradients that have arrived, and those of them that nobody else has, once hooks have seen them. */
  const receive = (target: Target) => {
    const arrived = pending.get(target)
    if (!arrived) return null
    pending.delete(target)
    const listened = isListenedTo(target)
    // what is wanted of a node is the caller's from now on
    const isKept = listened || (target instanceof Node && wanted?.has(target))
    const gradients: (Tensor | null)[] = []
    const alone: Tensor[] = []
    const shared: SharedMemory[] = []
    for (const own of arrived) {
      gradients.push(own?.gradient ?? null)
      if (isKept || !own) continue
      if (own.isAlone) alone.push(own.gradient)
      if (own.shared) shared.push(own.shared)
    }
    return { gradients: listened ? applyHooks(target, gradients) : gradients, alone, shared }
  }
  const mode = createGraph ? enableGrad : noGrad
  return mode(() => {
    for (const { gradient, edge } of starts)
      if (isOnTheWay(edge.target)) send(edge, { gradient, isAlone: false, shared: null })
    const found = new Map<Target, readonly (Tensor | null)[]>()
    for (const node of order) {
      const own = receive(node)
      if (own && wanted?.has(node)) found.set(node, own.gradients)
      if (leading && !leading.has(node)) continue
      if (own) {
        const needs: boolean[] = []
        for (const edge of node.edges) needs.push(edge !== null && isOnTheWay(edge.target))
        const inputGradients = applyNode(node, own.gradients, needs)
        // memory that only the node was given may go on as it is: in a view, for one
        const others = own.gradients.length === own.alone.length ? NONE : notAmong(own.alone, own.gradients)
        const done: Tensor[] = createGraph || node.isUsers ? [] : own.alone.slice()
        const sent: Arrival[] = []
        const targets: Edge[] = []
        for (let i = 0; i < needs.length; i++) {
          const gradient = inputGradients[i]
          const edge = node.edges[i]!
          if (!gradient || !needs[i]) continue
          const fitting = fitTo(gradient, edge)
          const isNew = !fitting.storage.isSameMemory(gradient.storage)
          const isAlone = node.isAlone(gradient, others, inputGradients)
          if (isNew && isAlone && !createGraph) done.push(gradient)
          // a part of what was saved: the tape is not alone with it
          fitting.storage.isPassing = false
          sent.push({ gradient: fitting, isAlone: isNew || isAlone, shared: null })
          targets.push(edge)
        }
        if (!createGraph && !node.isUsers) shareOut(node, own, sent)
        for (let i = 0; i < sent.length; i++) send(targets[i]!, sent[i]!)
        for (const { storage } of done)
          if (!sent.some(one => one.gradient.storage.isSameMemory(storage))) storage.giveUp()
      }
      if (!retainGraph) node.release()
    }
    const alone = new Set<Tensor>()
    for (const leaf of [...pending.keys()]) {
      const own = receive(leaf)!
      found.set(leaf, own.gradients)
      for (const gradient of own.alone) alone.add(gradient)
    }
    return { gradients: found, alone }
  })
}

const NONE: readonly Tensor[] = []

function notAmong(others: readonly Tensor[], gradients: readonly (Tensor | null)[]): readonly (Tensor | null)[] {
  return gradients.filter(gradient => gradient && !others.includes(gradient))
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
  for (const [leaf, [gradient]] of found.gradients) {
    if (!(leaf instanceof Tensor) || !gradient) continue
    const { createGraph = false } = options
    accumulate(leaf, gradient, { createGraph, isAlone: found.alone.has(gradient) })
  }
}

/** Adds to a leaf's `.grad`: in place where that is not itself on the tape, so that whoever holds it sees it grow. */
const accumulate = timed('torch::autograd::AccumulateGrad', accumulateGrad)

function accumulateGrad(
  leaf: Tensor,
  gradient: Tensor,
  { createGraph, isAlone }: { createGraph: boolean; isAlone: boolean },
): void {
  const mode = createGraph ? enableGrad : noGrad
  mode(() => {
    const before = leaf.ownGrad
    if (before && !before.requiresGrad && !createGraph) {
      before.add_(gradient)
      if (isAlone) gradient.storage.giveUp()
    } else if (before) replaceGrad(leaf, before.add(gradient), true)
    else {
      // laid out as the leaf; a copy, if the same gradient has gone elsewhere, or is the user's own tensor
      const memoryFormat = isChannelsLast(leaf) ? 'channels_last' : 'contiguous'
      const fits = isAlone && !createGraph && isWhole(gradient) && gradient.isContiguous({ memoryFormat })
      replaceGrad(leaf, fits ? gradient : gradient.clone({ memoryFormat }), createGraph)
      if (isAlone && !fits && !createGraph) gradient.storage.giveUp()
    }
  })
}

/** Whether a tensor shows all of its memory. */
const isWhole = ({ storage, offset, shape }: Tensor) => offset === 0 && storage.length === numelOf(shape)

/** Whether the elements lie channels_last without gaps, and not contiguous as well. */
const isChannelsLast = (leaf: Tensor) => !leaf.isContiguous() && leaf.isContiguous({ memoryFormat: 'channels_last' })

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
    const gradient = found.gradients.get(target)?.[index] ?? null
    if (gradient === null && !options.allowUnused) {
      throw new RuntimeError(
        'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior: { allowUnused: true } gives null for it.',
      )
    }
    return gradient && !options.createGraph ? gradient.detach() : gradient
  })
}
