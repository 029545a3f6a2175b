/**
 * The end of a convolution's kernel: what is done to vectors of results between their sums and memory.
 *
 * @module
 */
import type { Activation, Epilogue } from '../conv/epilogue.js'
import { HARDSWISH, HARDTANH, LEAKY_RELU, RELU, SILU } from './activations.js'
import type { Arithmetic, ElementMachine } from './elementMachine.js'
import { Evaluation } from './evaluate.js'
import { constant, type Formula, operand, rewrite } from './expression.js'
import type { Place, Variable, Vector } from './machine.js'

/** Lanes of a vector that are neighbours in memory: the first of them, and its way from the vector's place, in bytes. */
export interface LaneRun {
  readonly first: number
  readonly count: number
  readonly offset: number
}

/** The runs of lanes that are stored at these offsets. */
export function laneRuns(offsets: readonly number[], bytes: number): LaneRun[] {
  const runs: LaneRun[] = []
  for (let first = 0; first < offsets.length; ) {
    let end = first + 1
    while (end < offsets.length && offsets[end] === offsets[end - 1]! + bytes) end++
    runs.push({ first, count: end - first, offset: offsets[first]! })
    first = end
  }
  return runs
}

/** The formula of an activation with its numbers in it. */
function formulaOf(activation: Activation): { formula: Formula; scalars: readonly number[] } {
  switch (activation.kind) {
    case 'relu':
      return { formula: RELU, scalars: [] }
    case 'relu6':
      return { formula: HARDTANH, scalars: [0, 6] }
    case 'leakyRelu':
      return { formula: LEAKY_RELU, scalars: [activation.negativeSlope] }
    case 'silu':
      return { formula: SILU, scalars: [] }
    case 'hardswish':
      return { formula: HARDSWISH, scalars: [] }
  }
}

/** Whether kernels that compute in this type can do it, or a sentence that says why not. */
export function refuseEpilogue({ activation }: Epilogue, element: string): string | null {
  if (activation === null || element === 'float32' || !formulaOf(activation).formula.isFloat32Only) return null
  return `has no exponential that is exact enough for ${activation.kind} of ${element}`
}

const X = operand(0)

/** Vectors that a residual takes for a moment: itself, and under AVX2 a mask. */
const VECTORS_OF_RESIDUAL = 2

/** The argument slots of the tensors that it works on. */
interface Slots {
  readonly output: number
  readonly residual: number
}

export class EpilogueWriter {
  /** How far the residual is from the output. */
  private readonly distance: Variable | null = null
  private readonly evaluation: Evaluation | null = null
  private readonly inDoubles: boolean = false
  private readonly vectorsNeeded: number

  constructor(
    private readonly machine: ElementMachine,
    { activation, residual }: Epilogue,
    slots: Slots,
  ) {
    let needed = 0
    if (residual) {
      this.distance = machine.variable()
      this.keepDistance(this.distance, slots)
      needed = VECTORS_OF_RESIDUAL
    }
    if (activation) {
      const { formula, scalars } = formulaOf(activation)
      const values = rewrite(formula.values, part => (part.kind === 'scalar' ? constant(scalars[part.index]!) : part))
      this.evaluation = new Evaluation(values)
      this.inDoubles = formula.precision === 'double' && machine.element === 'float32'
      needed = Math.max(needed, this.evaluation.vectorsNeeded(new Set([X])) + (this.inDoubles ? 1 : 0))
    }
    this.vectorsNeeded = needed
  }

  private keepDistance(distance: Variable, slots: Slots): void {
    const { machine } = this
    const [residual, output] = [machine.pointer(), machine.pointer()]
    machine.argument(residual, slots.residual)
    machine.argument(output, slots.output)
    machine.retreat(residual, output)
    machine.keep(distance, residual)
    machine.release(residual, output)
  }

  /** Changes a vector of results that is about to be stored: its runs of lanes at their offsets from this place. */
  finish(vector: Vector, output: Place, runs: readonly LaneRun[]): void {
    this.machine.withVectors(this.vectorsNeeded, [vector], () => {
      if (this.distance) this.addResidual(this.distance, vector, output, runs)
      if (this.evaluation) this.activate(this.evaluation, vector)
    })
  }

  /** The residual stands as the output does. */
  private addResidual(distance: Variable, vector: Vector, output: Place, runs: readonly LaneRun[]): void {
    const { machine } = this
    const [base, residual] = [machine.pointer(), machine.vector()]
    machine.recall(base, distance)
    machine.advance(base, output.base)
    if (runs[0]!.first !== 0) machine.zero(residual)
    for (const { first, count, offset } of runs) {
      const from = { base, offset: output.offset + offset }
      if (first === 0) machine.loadFirst(residual, from, count)
      else machine.fillLanes(residual, from, first, count)
    }
    machine.add(vector, vector, residual)
    machine.release(base, residual)
  }

  private activate(evaluation: Evaluation, vector: Vector): void {
    const { machine } = this
    const write = (on: Arithmetic, x: Vector) =>
      evaluation.write(
        on,
        new Map([[X, x]]),
        (to, leaf) => {
          if (leaf.kind === 'constant') on.constant(to, leaf.value)
        },
        result => on.move(x, result),
      )
    if (this.inDoubles) machine.inDoubles(vector, write)
    else write(machine, vector)
  }
}
