/**
 * One pass over the elements of several operands: the results of expressions are stored over some of them.
 *
 * @module
 */
import type { ElementMachine, Lanes } from './elementMachine.js'
import { Evaluation } from './evaluate.js'
import { type Expression, inOrder } from './expression.js'
import type { Pointer, Vector } from './machine.js'
import { type ElementOperand, ElementSlots, Walk } from './walk.js'

/** Everything that a kernel is specialised for. */
export interface ElementwiseShape {
  readonly operands: readonly ElementOperand[]
  /** What is computed, and the operand over which it is stored. */
  readonly results: readonly { readonly operand: number; readonly value: Expression }[]
}

/** Vectors of a block. */
export const ELEMENTWISE_BLOCK = 4

/** Vectors that a store, a select and the masks of a rest take for a moment. */
const VECTORS_ASIDE = 4

export function writeElementwise(machine: ElementMachine, shape: ElementwiseShape): void {
  const { operands, results } = shape
  const evaluation = new Evaluation(results.map(({ value }) => value))
  const leaves = inOrder(results.map(({ value }) => value))
  const walk = new Walk(machine, operands, ELEMENTWISE_BLOCK)
  const resident = new Map<Expression, Vector>()
  const ofRows = leaves.filter(leaf => leaf.kind === 'operand' && !operands[leaf.index]!.along)
  for (const leaf of ofRows) resident.set(leaf, machine.vector())
  const scalars = machine.pointer()
  machine.argument(scalars, ElementSlots.scalars)
  for (const leaf of leaves.filter(({ kind }) => kind === 'scalar' || kind === 'constant')) {
    const known = new Set([...resident.keys(), leaf])
    if (known.size + evaluation.vectorsNeeded(known) + VECTORS_ASIDE > machine.vectors) break
    const to = machine.vector()
    resident.set(leaf, to)
    loadInvariant(machine, to, leaf, scalars)
  }

  const writeVector = (index: number, lanes?: Lanes): void => {
    evaluation.write(
      machine,
      resident,
      (to, leaf) => {
        if (leaf.kind === 'operand')
          machine.loadStored(to, walk.place(leaf.index, index), walk.stored(leaf.index, lanes))
        else loadInvariant(machine, to, leaf, scalars)
      },
      (result, i) => {
        const { operand } = results[i]!
        machine.storeStored(walk.place(operand, index), result, walk.stored(operand, lanes))
      },
    )
  }
  walk.forEachOuter(() => {
    walk.forEachRow(() => {
      for (const leaf of ofRows) loadOfRow(machine, walk, resident.get(leaf)!, leaf)
      walk.forEachBlock((vectors, lanes) => {
        for (let i = 0; i < vectors; i++) writeVector(i, lanes)
      })
    })
  })
}

/** The one element that an operand has along a row. */
export function loadOfRow(machine: ElementMachine, walk: Walk, to: Vector, leaf: Expression): void {
  if (leaf.kind === 'operand') machine.broadcastStored(to, walk.place(leaf.index, 0), walk.stored(leaf.index).element)
}

export function loadInvariant(machine: ElementMachine, to: Vector, leaf: Expression, scalars: Pointer): void {
  if (leaf.kind === 'constant') machine.constant(to, leaf.value)
  else if (leaf.kind === 'scalar') machine.broadcast(to, { base: scalars, offset: leaf.index * machine.bytes })
}
