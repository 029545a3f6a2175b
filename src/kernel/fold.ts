/**
 * Sums and maxima of expressions over the elements of several operands, for many groups of elements at once.
 *
 * Like elementwise kernels these are not specialised for sizes. There are two ways to walk. `rows`: groups x rows x run,
 * where a group's rows are put together in a few vectors, and those at last in one number. `columns`: outer x rows x run,
 * where neighbours in a run belong to different groups, so that each lane is a group, and blocks of them are taken down all
 * rows.
 *
 * @module
 */
import type { ElementMachine, Lanes } from './elementMachine.js'
import { loadInvariant, loadOfRow } from './elementwise.js'
import { Evaluation } from './evaluate.js'
import { type Expression, inOrder } from './expression.js'
import type { Pointer, Vector, VectorMachine } from './machine.js'
import { type ElementOperand, ElementSlots, Walk } from './walk.js'

/** `maximum` takes no notice of NaN, and of nothing makes -Infinity. */
export type FoldOperation = 'add' | 'maximum'

/** Everything that a kernel is specialised for. */
export interface FoldShape {
  /** The operands, and behind them one result for each value: float64, along the run where it goes by columns. */
  readonly operands: readonly ElementOperand[]
  readonly values: readonly Expression[]
  readonly operation: FoldOperation
  readonly way: 'rows' | 'columns'
}

/** Vectors that stand aside: a mask in two forms, what is neutral, and one to choose in. */
const VECTORS_ASIDE = 4

/** How many vectors a block has: each value has as many accumulators. */
export function foldBlock(machine: Pick<VectorMachine, 'vectors'>, { operands, values }: FoldShape): number {
  const ofRows = operands.filter(({ along }) => !along).length
  const needed = new Evaluation(values).vectorsNeeded(new Set())
  const fits = (block: number) => block * values.length + ofRows + needed + VECTORS_ASIDE <= machine.vectors
  return [4, 2].find(fits) ?? 1
}

export function writeFold(machine: ElementMachine, shape: FoldShape): void {
  new Fold(machine, shape).write()
}

class Fold {
  private readonly evaluation: Evaluation
  private readonly walk: Walk
  private readonly block: number
  private readonly scalars: Pointer
  /** Operands that have one element along a row. */
  private readonly ofRows = new Map<Expression, Vector>()

  constructor(
    private readonly machine: ElementMachine,
    private readonly shape: FoldShape,
  ) {
    const { operands, values } = shape
    this.evaluation = new Evaluation(values)
    this.block = foldBlock(machine, shape)
    this.walk = new Walk(machine, operands, this.block)
    for (const leaf of inOrder(values))
      if (leaf.kind === 'operand' && !operands[leaf.index]!.along) this.ofRows.set(leaf, machine.vector())
    this.scalars = machine.pointer()
    machine.argument(this.scalars, ElementSlots.scalars)
  }

  write(): void {
    const { walk, shape } = this
    if (shape.way === 'columns') walk.forEachOuter(() => walk.forEachBlock((...block) => this.columns(...block)))
    else walk.forEachOuter(() => this.group())
  }

  private result(value: number): number {
    return this.shape.operands.length - this.shape.values.length + value
  }

  /** All rows of a group, into one number for each value. */
  private group(): void {
    const { machine, walk } = this
    const all = this.accumulators(this.block)
    walk.forEachRow(() => {
      this.loadRow()
      walk.forEachBlock((vectors, lanes) => {
        for (let i = 0; i < vectors; i++) this.accumulate(all, i, lanes)
      })
    })
    for (const [value, [first, ...others]] of all.entries()) {
      for (const other of others) this.combine(first!, other)
      machine.combineLanes(first!, first!, this.shape.operation)
      machine.storeLowest(walk.place(this.result(value), 0), first!)
      machine.release(first!, ...others)
    }
  }

  /** All rows of a block of groups. */
  private columns(vectors: number, lanes?: Lanes): void {
    const { machine, walk } = this
    const all = this.accumulators(vectors)
    walk.forEachRow(() => {
      this.loadRow()
      for (let i = 0; i < vectors; i++) this.accumulate(all, i, lanes)
    })
    walk.backUp()
    for (const [value, own] of all.entries()) {
      const result = this.result(value)
      for (const [i, sum] of own.entries()) machine.storeStored(walk.place(result, i), sum, walk.stored(result, lanes))
      machine.release(...own)
    }
  }

  private accumulators(vectors: number): Vector[][] {
    return this.shape.values.map(() =>
      Array.from({ length: vectors }, () => {
        const own = this.machine.vector()
        this.neutral(own)
        return own
      }),
    )
  }

  private neutral(to: Vector): void {
    this.machine.constant(to, this.shape.operation === 'add' ? 0 : Number.NEGATIVE_INFINITY)
  }

  private loadRow(): void {
    for (const [leaf, to] of this.ofRows) loadOfRow(this.machine, this.walk, to, leaf)
  }

  /** Takes the vector with this index into the accumulators. */
  private accumulate(all: readonly (readonly Vector[])[], index: number, lanes?: Lanes): void {
    const { machine, walk } = this
    this.evaluation.write(
      machine,
      this.ofRows,
      (to, leaf) => {
        if (leaf.kind !== 'operand') loadInvariant(machine, to, leaf, this.scalars)
        else machine.loadStored(to, walk.place(leaf.index, index), walk.stored(leaf.index, lanes))
      },
      (result, value) => {
        const sum = all[value]![index]!
        if (!lanes) {
          this.combine(sum, result)
          return
        }
        const inside = machine.vector()
        this.neutral(inside)
        machine.chooseLanes(inside, lanes, result, inside)
        this.combine(sum, inside)
        machine.release(inside)
      },
    )
  }

  private combine(sum: Vector, other: Vector): void {
    if (this.shape.operation === 'add') this.machine.add(sum, sum, other)
    // of a NaN and a number the machine gives the second
    else this.machine.maximum(sum, other, sum)
  }
}
