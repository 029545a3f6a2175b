/**
 * The backward walk: nodes in reverse order of computation, each sending its gradient on to its inputs.
 *
 * @module
 */
import { RuntimeError, ValueError } from '../errors.js'
import { checkOptions } from '../options.js'
import { isDifferentiable } from '../tensor/dtype.js'
import { hasFormat, numelOf } from '../tensor/layout.js'
import type { Storage } from '../tensor/storage.js'
import { replaceGrad, Tensor } from '../tensor/tensor.js'
import { timed } from '../tensor/timed.js'
import { fitTo, gradientsFor, type OutputGradients, seed } from './gradients.js'
import { applyHooks, isListenedTo } from './hooks.js'
import { enableGrad, noGrad } from './modes.js'
import { type Edge, edgeOf, Node } from './node.js'
import { nodesLeadingTo, type Target, topologicalOrder } from './order.js'
import { isSent, type SharedMemory, shareOut } from './sharedMemory.js'

/** Options of {@link backward} and {@link grad}. */
export interface BackwardOptions {
  /** Keep the graph for another backward. Default: `createGraph`. */
  retainGraph?: boolean
  /** Record the backward pass itself, so that it can be differentiated again. Default: false. */
  createGraph?: boolean
}

/** A gradient on its way. */
interface Arrival {
  gradient: Tensor
  /** Whether nobody else has its memory, so that it may be changed. */
  isAlone: boolean
  /** Its memory, if only other arrivals have it too. */
  shared: SharedMemory | null
}

/** For each output of a node, the gradient that has arrived at it; for a leaf, the one that has. */
type Arrivals = readonly (Arrival | null)[]

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

/** Runs backward from the outputs and gives what has arrived at what is wanted: by default at all leaves. */
const walk = timed('autograd::engine', walkGraph)

function walkGraph(
  outputs: readonly Tensor[],
  gradients: readonly (Tensor | null)[],
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
  wanted: ReadonlySet<Target> | null,
): Map<Target, Arrivals> {
  const starts = outputs.map((output, i) => ({ gradient: seed(output, gradients[i]!, i), edge: edgeOf(output)! }))
  const atNodes = new Map<Node, (Arrival | null)[] | null>()
  const atLeaves = new Map<Tensor, (Arrival | null)[]>()
  const order = topologicalOrder(
    starts.map(start => start.edge.target),
    atNodes,
  )
  const leading = wanted && nodesLeadingTo(wanted, order)
  const isOnTheWay = (target: Target) => !wanted || wanted.has(target) || leading!.has(target)
  const isNeeded = (edge: Edge | null) => edge !== null && isOnTheWay(edge.target)

  const placesAt = (target: Target) => (target instanceof Node ? atNodes.get(target) : atLeaves.get(target))
  const send = ({ target, index }: Edge, arrival: Arrival) => {
    let list = placesAt(target)
    if (!list) {
      list = new Array<Arrival | null>(index + 1).fill(null)
      if (target instanceof Node) atNodes.set(target, list)
      else atLeaves.set(target, list)
    }
    // outputs that nothing has reached yet are null
    while (list.length <= index) list.push(null)
    const before = list[index]
    list[index] = before ? sumOf(before, arrival, createGraph) : arrival
  }
  /** What has arrived, once hooks have seen it. */
  const receive = (target: Target): Arrivals | null => {
    const arrived = placesAt(target)
    if (!arrived) return null
    if (target instanceof Node) atNodes.set(target, null)
    const isHeard = isListenedTo(target)
    if (isHeard) replaceGradients(arrived, applyHooks(target, arrived.map(gradientOf)))
    // what is wanted of a node is the caller's from now on
    if (isHeard || (target instanceof Node && wanted?.has(target))) arrived.forEach(keep)
    return arrived
  }
  /** Computes a node's gradients, and sends them to its inputs. */
  const passOn = (node: Node, arrived: Arrivals) => {
    const needs = node.edges.map(isNeeded)
    const results = applyNode(node, arrived.map(gradientOf), needs)
    const sent = new Array<Arrival | null>(needs.length).fill(null)
    let replaced: Tensor[] | null = null
    for (let i = 0; i < needs.length; i++) {
      const gradient = results[i]
      if (!gradient || !needs[i]) continue
      const fitting = fitTo(gradient, node.edges[i]!)
      const isNew = !fitting.storage.isSameMemory(gradient.storage)
      // memory that only the node was given may go on as it is: in a view, for one
      const isAlone = node.isAlone(gradient, results) && !isOthers(gradient.storage, arrived)
      if (isNew && isAlone && !createGraph) {
        replaced ??= []
        replaced.push(gradient)
      }
      // a part of what was saved: the tape is not alone with it
      fitting.storage.isPassing = false
      sent[i] = { gradient: fitting, isAlone: isNew || isAlone, shared: null }
    }
    const isLast = !createGraph && !node.isUsers
    if (isLast) shareOut(node, arrived, sent)
    for (let i = 0; i < sent.length; i++) if (sent[i]) send(node.edges[i]!, sent[i]!)
    if (isLast) for (const own of arrived) if (own?.isAlone) giveUpUnlessSent(own.gradient, sent)
    if (replaced) for (const own of replaced) giveUpUnlessSent(own, sent)
  }
  const mode = createGraph ? enableGrad : noGrad
  return mode(() => {
    for (const { gradient, edge } of starts)
      if (isOnTheWay(edge.target)) send(edge, { gradient, isAlone: false, shared: null })
    const found = new Map<Target, Arrivals>()
    for (const node of order) {
      const arrived = receive(node)
      if (arrived && wanted?.has(node)) found.set(node, arrived)
      if (leading && !leading.has(node)) continue
      if (arrived) passOn(node, arrived)
      if (!retainGraph) node.release()
    }
    for (const leaf of atLeaves.keys()) found.set(leaf, receive(leaf)!)
    return found
  })
}

function giveUpUnlessSent({ storage }: Tensor, sent: Arrivals): void {
  if (!isSent(storage, sent)) storage.giveUp()
}

const gradientOf = (arrival: Arrival | null): Tensor | null => arrival?.gradient ?? null

/** Somebody else has the gradient from now on. */
function keep(arrival: Arrival | null): void {
  if (arrival === null) return
  arrival.isAlone = false
  arrival.shared = null
}

function replaceGradients(arrived: Arrivals, gradients: readonly (Tensor | null)[]): void {
  for (const [i, own] of arrived.entries()) if (own) own.gradient = gradients[i]!
}

/** Whether a gradient that has arrived and is not alone has the memory. */
function isOthers(storage: Storage, arrived: Arrivals): boolean {
  for (const own of arrived) if (own && !own.isAlone && own.gradient.storage.isSameMemory(storage)) return true
  return false
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
  const { createGraph = false } = options
  const mode = createGraph ? enableGrad : noGrad
  mode(() => {
    for (const leaf of found.keys()) {
      const own = found.get(leaf)![0]
      if (leaf instanceof Tensor && own) accumulate(leaf, own, createGraph)
    }
  })
}

/** Adds to a leaf's `.grad`: in place where that is not itself on the tape, so that whoever holds it sees it grow. */
const accumulate = timed('torch::autograd::AccumulateGrad', accumulateGrad)

function accumulateGrad(leaf: Tensor, { gradient, isAlone }: Arrival, createGraph: boolean): void {
  const before = leaf.ownGrad
  if (before && !before.requiresGrad && !createGraph) {
    before.add_(gradient)
    if (isAlone) gradient.storage.giveUp()
  } else if (before) replaceGrad(leaf, before.add(gradient), true)
  else {
    // laid out as the leaf; a copy, if the same gradient has gone elsewhere, or is the user's own tensor
    const memoryFormat = isChannelsLast(leaf) ? 'channels_last' : 'contiguous'
    const fits =
      isAlone && !createGraph && isWhole(gradient) && hasFormat(gradient.shape, gradient.strides, memoryFormat)
    replaceGrad(leaf, fits ? gradient : gradient.clone({ memoryFormat }), createGraph)
    if (isAlone && !fits && !createGraph) gradient.storage.giveUp()
  }
}

/** Whether a tensor shows all of its memory. */
const isWhole = ({ storage, offset, shape }: Tensor) => offset === 0 && storage.length === numelOf(shape)

/** Whether the elements lie channels_last without gaps, and not contiguous as well. */
const isChannelsLast = ({ shape, strides }: Tensor) =>
  !hasFormat(shape, strides, 'contiguous') && hasFormat(shape, strides, 'channels_last')

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
    const gradient = found.get(target)?.[index]?.gradient ?? null
    if (gradient === null && !options.allowUnused) {
      throw new RuntimeError(
        'One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior: { allowUnused: true } gives null for it.',
      )
    }
    return gradient && !options.createGraph ? gradient.detach() : gradient
  })
}
