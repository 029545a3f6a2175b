/**
 * The microkernel: a tile of sums in registers, to which each step adds an outer product.
 *
 *     sums[p][q] += (element p of the broadcast side) * (vector q of the vector side)
 *
 * All dense convolutions are this tile with other roles. With output channels in the lanes, elements are input pixels
 * and vectors are weights; with pixels in the lanes it is the other way round; for the gradient of the weight, elements
 * are the input at each tap, vectors are output gradients, and the steps run over pixels.
 *
 * The structure is the usual one of BLIS' and oneDNN's microkernels, but for the loops: those that a step runs over are
 * whatever axes the convolution has, since no side was rearranged into a matrix.
 *
 * @module
 */
import { CACHE_LINE } from './cacheLine.js'
import type { Pointer, Vector, VectorMachine } from './machine.js'

/** A loop of steps; strides in bytes, for either side. */
export interface ReductionAxis {
  readonly count: number
  readonly elementStride: number
  readonly vectorStride: number
}

/** Where a step reads, in bytes from the pointers. */
export interface Step {
  readonly element: number
  readonly vector: number
  /** Whether each element takes part. Default: all do. */
  readonly takePart?: readonly boolean[]
}

/** A tile and what is summed. Offsets in bytes from the sides' pointers. */
export interface OuterProduct {
  readonly elementOffsets: readonly number[]
  readonly vectorOffsets: readonly number[]
  /** The loops over the steps, outermost first. */
  readonly axes: readonly ReductionAxis[]
  /** Steps within the innermost loop, where they are not evenly spaced. Default: one, at the pointers. */
  readonly steps?: readonly Step[]
  /** How far ahead of the vectors to prefetch, in bytes; for weights that come from far. Default: not at all. */
  readonly prefetchDistance?: number
}

/** Adds all steps to the sums. The pointers end where they began. */
export function accumulate(
  machine: VectorMachine,
  sums: readonly (readonly Vector[])[],
  elements: Pointer,
  vectors: Pointer,
  product: OuterProduct,
): void {
  const { elementOffsets, vectorOffsets } = product
  const perStep = vectorOffsets.length + elementOffsets.length * (1 + vectorOffsets.length)
  const most = Math.max(1, Math.floor(machine.unrolledInstructions / perStep))
  const axes = product.axes.filter(axis => axis.count > 1)
  const registers = stepRegisters(machine, product)
  const multiply = (steps: readonly Step[]): void => {
    for (const step of steps) multiplyStep(machine, sums, elements, vectors, product, step, registers)
  }

  // the innermost axes that fit are unrolled whole; of the next one, as many steps as fit
  let unrolled = product.steps ?? [{ element: 0, vector: 0 }]
  let outer = axes.length
  while (outer > 0 && unrolled.length * axes[outer - 1]!.count <= most) unrolled = times(unrolled, axes[--outer]!)

  const walk = (depth: number): void => {
    if (depth === outer) {
      multiply(unrolled)
      return
    }
    const axis = axes[depth]!
    const innermost = depth === outer - 1
    const together = innermost ? Math.min(axis.count, Math.max(1, Math.floor(most / unrolled.length))) : 1
    const rest = axis.count % together
    const move = (steps: number): void => {
      machine.advance(elements, steps * axis.elementStride)
      machine.advance(vectors, steps * axis.vectorStride)
    }
    const body = (count: number): void => {
      if (innermost) multiply(times(unrolled, { ...axis, count }))
      else walk(depth + 1)
    }
    machine.repeat(
      Math.floor(axis.count / together),
      () => {
        body(together)
        move(together)
      },
      { hot: innermost },
    )
    if (rest > 0) body(rest)
    move(rest - axis.count)
  }
  walk(0)
  machine.release(...registers.vectors, ...registers.elements)
}

/** The steps of an axis around those of the axes inside it. */
function times(steps: readonly Step[], { count, elementStride, vectorStride }: ReductionAxis): Step[] {
  return Array.from({ length: count }, (_, i) =>
    steps.map(step => ({
      ...step,
      element: step.element + i * elementStride,
      vector: step.vector + i * vectorStride,
    })),
  ).flat()
}

/** Where a step keeps its operands. */
interface StepRegisters {
  readonly vectors: readonly Vector[]
  /** Empty where elements are operands of the products themselves. */
  readonly elements: readonly Vector[]
}

function stepRegisters(machine: VectorMachine, { vectorOffsets }: OuterProduct): StepRegisters {
  const vectors = vectorOffsets.map(() => machine.vector())
  const direct = machine.broadcastsInProducts && vectorOffsets.length === 1
  return { vectors, elements: direct ? [] : [machine.vector()] }
}

/** One step: loads the vectors, and multiplies each with each element that takes part. */
function multiplyStep(
  machine: VectorMachine,
  sums: readonly (readonly Vector[])[],
  elements: Pointer,
  vectors: Pointer,
  { elementOffsets, vectorOffsets, prefetchDistance }: OuterProduct,
  step: Step,
  registers: StepRegisters,
): void {
  for (const [q, offset] of vectorOffsets.entries()) {
    const from = { base: vectors, offset: step.vector + offset }
    machine.load(registers.vectors[q]!, from)
    // vectors follow each other: one for each line
    if (prefetchDistance && from.offset % CACHE_LINE === 0)
      machine.prefetch({ base: vectors, offset: from.offset + prefetchDistance })
  }
  const [element] = registers.elements
  for (const [p, offset] of elementOffsets.entries()) {
    if (step.takePart && !step.takePart[p]) continue
    const from = { base: elements, offset: step.element + offset }
    if (!element) {
      machine.multiplyAddBroadcast(sums[p]![0]!, registers.vectors[0]!, from)
      continue
    }
    machine.broadcast(element, from)
    for (const [q, vector] of registers.vectors.entries()) machine.multiplyAdd(sums[p]![q]!, vector, element)
  }
}
