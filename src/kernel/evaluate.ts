/**
 * Writes expressions down for a machine.
 *
 * @module
 */
import type { Arithmetic } from './elementMachine.js'
import { writeExponential } from './exponential.js'
import { type Expression, inOrder, isSeries, partsOf } from './expression.js'
import { writeLogarithm } from './logarithm.js'
import type { Vector } from './machine.js'
import { writePolynomial } from './polynomial.js'

/** Puts a leaf of an expression (an operand, a scalar or a constant) into a vector. */
export type LoadLeaf = (to: Vector, leaf: Expression) => void

/** Evaluates the same expressions again and again, for one vector of elements at a time. */
export class Evaluation {
  private readonly order: readonly Expression[]
  /** How often each part is used. */
  private readonly uses = new Map<Expression, number>()

  constructor(private readonly results: readonly Expression[]) {
    this.order = inOrder(results)
    const count = (part: Expression) => this.uses.set(part, (this.uses.get(part) ?? 0) + 1)
    for (const expression of this.order) partsOf(expression).forEach(count)
    results.forEach(count)
  }

  /**
   * Writes one evaluation.
   *
   * @param resident leaves that stand in vectors already
   * @param use is given each result in its order, when all are known: so it may overwrite operands; not the vector itself
   */
  write(
    machine: Arithmetic,
    resident: ReadonlyMap<Expression, Vector>,
    load: LoadLeaf,
    use: (result: Vector, index: number) => void,
  ): void {
    const values = new Map(resident)
    const left = new Map(this.uses)
    const take = (part: Expression): Vector => values.get(part)!
    const done = (part: Expression): void => {
      const remaining = left.get(part)! - 1
      left.set(part, remaining)
      if (remaining === 0 && !resident.has(part)) machine.release(take(part))
    }
    for (const expression of this.order) {
      if (!resident.has(expression)) {
        const to = machine.vector()
        values.set(expression, to)
        const parts = partsOf(expression)
        if (parts.length === 0) load(to, expression)
        else compute(machine, to, expression, parts.map(take))
        parts.forEach(done)
      }
    }
    for (const [i, result] of this.results.entries()) {
      use(take(result), i)
      done(result)
    }
  }

  /** How many vectors one evaluation needs at the same time besides the residents. */
  vectorsNeeded(resident: ReadonlySet<Expression>): number {
    const left = new Map(this.uses)
    let live = 0
    let most = 0
    for (const expression of this.order) {
      if (resident.has(expression)) continue
      live++
      most = Math.max(most, live + workingVectors(expression))
      for (const part of partsOf(expression)) {
        left.set(part, left.get(part)! - 1)
        if (left.get(part) === 0 && !resident.has(part)) live--
      }
    }
    return most
  }
}

function compute(machine: Arithmetic, to: Vector, expression: Expression, parts: readonly Vector[]): void {
  const [a, b, yes, no] = parts as [Vector, Vector, Vector, Vector]
  if (expression.kind === 'polynomial') writePolynomial(machine, to, a, expression.coefficients)
  else if (expression.kind === 'binary') machine[expression.operation](to, a, b)
  else if (expression.kind === 'select') machine.select(to, expression.comparison, a, b, yes, no)
  else if (expression.kind === 'extreme') extreme(machine, expression.operation, to, a, b)
  else if (expression.kind === 'unary') unary(machine, expression.operation, to, a)
}

/** The machine's own maximum and minimum give the second of two zeros, and the second where either is NaN. */
function extreme(machine: Arithmetic, operation: 'maximum' | 'minimum', to: Vector, a: Vector, b: Vector): void {
  const equal = machine.vector()
  machine.bits(operation === 'maximum' ? 'and' : 'or', equal, a, b)
  machine[operation](to, a, b)
  machine.select(to, 'equal', a, b, equal, to)
  machine.select(to, 'unordered', a, a, a, to)
  machine.release(equal)
}

function unary(
  machine: Arithmetic,
  operation: (Expression & { kind: 'unary' })['operation'],
  to: Vector,
  a: Vector,
): void {
  if (operation === 'squareRoot') machine.squareRoot(to, a)
  else if (operation === 'exponential') writeExponential(machine, to, a)
  else if (operation === 'logarithm') writeLogarithm(machine, to, a)
  else if (operation === 'round') {
    if (machine.element === 'float64') machine.roundToFloat32(to, a)
    else machine.move(to, a)
  } else {
    const sign = machine.vector()
    machine.constant(sign, -0)
    machine.bits(operation === 'negative' ? 'xor' : 'andNot', to, sign, a)
    machine.release(sign)
  }
}

/** Vectors that are taken for a moment while a part is computed. */
function workingVectors(part: Expression): number {
  if (part.kind === 'extreme') return 2
  if (part.kind === 'select') return 1
  if (part.kind !== 'unary') return 0
  return isSeries(part) ? 5 : 1
}
