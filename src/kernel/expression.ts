/**
 * What an elementwise kernel computes: expressions over the elements of its operands and over numbers that are known when
 * it runs.
 *
 * An expression is data, so that one description serves every machine, and its text is what kernels are kept by. Parts that
 * are the same object are computed once.
 *
 * @module
 */
import type { Comparison } from './elementMachine.js'

export type BinaryOperation = 'add' | 'subtract' | 'multiply' | 'divide'

/**
 * `round` rounds to the type of the results, as a store does. `exponential` is e^x and `logarithm` its inverse,
 * exact to float32: only where float32 is computed in float64.
 */
export type UnaryOperation = 'squareRoot' | 'negative' | 'absolute' | 'round' | 'exponential' | 'logarithm'

export type Expression =
  | { readonly kind: 'operand'; readonly index: number }
  /** A number that is given to each call. */
  | { readonly kind: 'scalar'; readonly index: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'unary'; readonly operation: UnaryOperation; readonly a: Expression }
  | { readonly kind: 'binary'; readonly operation: BinaryOperation; readonly a: Expression; readonly b: Expression }
  /** c[0] + c[1] x + c[2] x^2 + ... */
  | { readonly kind: 'polynomial'; readonly x: Expression; readonly coefficients: readonly number[] }
  | {
      readonly kind: 'select'
      readonly comparison: Comparison
      readonly a: Expression
      readonly b: Expression
      readonly yes: Expression
      readonly no: Expression
    }
  /** IEEE 754's maximum and minimum: NaN where either is, and -0 is less than 0. */
  | {
      readonly kind: 'extreme'
      readonly operation: 'maximum' | 'minimum'
      readonly a: Expression
      readonly b: Expression
    }

/** The same object for the same index, so that it is loaded once. */
const leaf = (kind: 'operand' | 'scalar') => {
  const made: Expression[] = []
  return (index: number): Expression => {
    made[index] ??= { kind, index }
    return made[index]
  }
}
export const operand = leaf('operand')
export const scalar = leaf('scalar')
export const constant = (value: number): Expression => ({ kind: 'constant', value })

const unary =
  (operation: UnaryOperation) =>
  (a: Expression): Expression => ({ kind: 'unary', operation, a })
export const squareRoot = unary('squareRoot')
export const negative = unary('negative')
export const absolute = unary('absolute')
export const round = unary('round')
export const exponential = unary('exponential')
export const logarithm = unary('logarithm')

const binary =
  (operation: BinaryOperation) =>
  (a: Expression, b: Expression): Expression => ({ kind: 'binary', operation, a, b })
export const add = binary('add')
export const subtract = binary('subtract')
export const multiply = binary('multiply')
export const divide = binary('divide')

export const maximum = (a: Expression, b: Expression): Expression => ({ kind: 'extreme', operation: 'maximum', a, b })
export const minimum = (a: Expression, b: Expression): Expression => ({ kind: 'extreme', operation: 'minimum', a, b })

/** `yes` where the comparison of a and b holds, else `no`. */
export function select(
  a: Expression,
  comparison: Comparison,
  b: Expression,
  yes: Expression,
  no: Expression,
): Expression {
  return { kind: 'select', comparison, a, b, yes, no }
}

/** Whether it is computed by a series, which is exact to float32. */
export const isSeries = (part: Expression): boolean =>
  part.kind === 'unary' && (part.operation === 'exponential' || part.operation === 'logarithm')

/** The expressions that one is made of, in the order in which they are computed. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'unary':
      return [expression.a]
    case 'polynomial':
      return [expression.x]
    case 'binary':
    case 'extreme':
      return [expression.a, expression.b]
    case 'select':
      return [expression.a, expression.b, expression.yes, expression.no]
    default:
      return []
  }
}

/** Every part of the expressions once, parts before what is made of them. */
export function inOrder(expressions: readonly Expression[]): Expression[] {
  const found = new Set<Expression>()
  const visit = (expression: Expression): void => {
    if (found.has(expression)) return
    for (const part of partsOf(expression)) visit(part)
    found.add(expression)
  }
  for (const expression of expressions) visit(expression)
  return [...found]
}

/**
 * What is computed for each element, and how exactly: `element` computes in the type of the elements, which is right where
 * each result is one rounded operation; `double` computes float32 in float64 and rounds once, when a result is stored. Made
 * once for an operation, not once for a call: kernels are found by its text.
 */
export class Formula {
  readonly values: readonly Expression[]
  readonly text: string
  /** Whether float64 cannot be served: the exponential and the logarithm are not exact enough. */
  readonly isFloat32Only: boolean

  constructor(
    readonly precision: 'element' | 'double',
    ...values: readonly Expression[]
  ) {
    this.values = values
    this.text = textOf(values)
    this.isFloat32Only = inOrder(values).some(isSeries)
  }
}

/** The expressions with some parts replaced; `change` sees each part after the parts that it is made of. */
export function rewrite(
  expressions: readonly Expression[],
  change: (expression: Expression) => Expression,
): Expression[] {
  const made = new Map<Expression, Expression>()
  const replace = (expression: Expression): Expression => {
    let own = made.get(expression)
    if (!own) {
      own = change(withParts(expression, replace))
      made.set(expression, own)
    }
    return own
  }
  return expressions.map(replace)
}

function withParts(expression: Expression, change: (part: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'unary':
      return { ...expression, a: change(expression.a) }
    case 'polynomial':
      return { ...expression, x: change(expression.x) }
    case 'binary':
    case 'extreme':
      return { ...expression, a: change(expression.a), b: change(expression.b) }
    case 'select': {
      const { a, b, yes, no } = expression
      return { ...expression, a: change(a), b: change(b), yes: change(yes), no: change(no) }
    }
    default:
      return expression
  }
}

/** A text that says all that the expressions say; equal texts are equal kernels. */
export function textOf(expressions: readonly Expression[]): string {
  const order = inOrder(expressions)
  const number = new Map(order.map((expression, i) => [expression, i]))
  const lines = order.map(expression => {
    const parts = partsOf(expression).map(part => number.get(part))
    return `${nameOf(expression)}(${parts})`
  })
  return `${lines.join(';')}=>${expressions.map(expression => number.get(expression))}`
}

function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return Object.is(expression.value, -0) ? '-0' : `${expression.value}`
    case 'operand':
    case 'scalar':
      return `${expression.kind}${expression.index}`
    case 'select':
      return expression.comparison
    case 'polynomial':
      return `polynomial[${expression.coefficients}]`
    default:
      return expression.operation
  }
}
