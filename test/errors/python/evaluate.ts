/**
 * Evaluates the tree of a Python expression.
 *
 * @module
 */
import { type Expression, parse, type Span } from './syntax.js'
import { type Callable, Float, Inexpressible, Tuple } from './values.js'

/** What the evaluator has to be told of the world outside: its names, and what one can do with its objects. */
export interface World {
  readonly names: Readonly<Record<string, unknown>>
  call(callee: unknown, args: readonly unknown[], keywords: Readonly<Record<string, unknown>>): unknown
  attribute(of: unknown, name: string): unknown
  subscript(of: unknown, indices: readonly unknown[]): unknown
  product(left: unknown, right: unknown): unknown
}

/** What came of an expression: a value, or what was thrown and by which part of the expression. */
export type Outcome =
  | { readonly value: unknown; readonly error?: undefined }
  | { readonly error: Error; readonly at: Span }

/** Evaluates an expression. */
export function evaluate(source: string, world: World): Outcome {
  const tree = parse(source)
  let failedAt: Span | null = null

  function visit(node: Expression, scope: Readonly<Record<string, unknown>>): unknown {
    const parts = (nodes: readonly Expression[]) => nodes.map(part => visit(part, scope))
    switch (node.kind) {
      case 'number':
        return node.float ? new Float(node.value) : node.value
      case 'string':
        return node.value
      case 'bytes':
        return new TextEncoder().encode(node.value)
      case 'name':
        if (!Object.hasOwn(scope, node.name)) throw new ReferenceError(`no such name in the test's world: ${node.name}`)
        return scope[node.name]
      case 'tuple':
        return new Tuple(parts(node.items))
      case 'list':
        return parts(node.items)
      case 'dictionary':
        return Object.fromEntries(node.entries.map(pair => parts(pair)))
      case 'slice':
        return node.bounds.map(bound => bound && visit(bound, scope))
      case 'negative': {
        const value = visit(node.of, scope)
        return value instanceof Float ? new Float(-value.value) : -(value as number)
      }
      case 'lambda':
        return ((args: readonly unknown[]) =>
          visit(node.body, {
            ...scope,
            ...Object.fromEntries(node.parameters.map((name, i) => [name, args[i]])),
          })) as Callable
      case 'comprehension':
        return Array.from(visit(node.source, scope) as Iterable<unknown>, item => {
          const values = node.names.length === 1 ? [item] : (item as unknown[])
          return visit(node.element, {
            ...scope,
            ...Object.fromEntries(node.names.map((name, i) => [name, values[i]])),
          })
        })
      case 'attribute': {
        const of = visit(node.of, scope)
        return located(node.at, () => world.attribute(of, node.name))
      }
      case 'subscript': {
        const [of, indices] = [visit(node.of, scope), parts(node.indices)]
        return located(node.at, () => world.subscript(of, indices))
      }
      case 'product': {
        const [left, right] = [visit(node.left, scope), visit(node.right, scope)]
        return located(node.at, () => world.product(left, right))
      }
      case 'call': {
        const [callee, args] = [visit(node.callee, scope), parts(node.args)]
        const keywords = Object.fromEntries(node.keywords.map(([name, value]) => [name, visit(value, scope)]))
        return located(node.at, () => world.call(callee, args, keywords))
      }
    }
  }

  /** Notes the innermost part that threw. */
  function located(at: Span, body: () => unknown): unknown {
    try {
      return body()
    } catch (error) {
      failedAt ??= at
      throw error
    }
  }

  try {
    return { value: visit(tree, world.names) }
  } catch (error) {
    // without a place it is the test's own mistake: a name or a form that the evaluator does not know
    if (!failedAt || !(error instanceof Error) || error instanceof Inexpressible) throw error
    return { error, at: failedAt }
  }
}
