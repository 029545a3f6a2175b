/**
 * Which nodes a backward walk visits, and in what order.
 *
 * @module
 */
import type { Tensor } from '../tensor/tensor.js'
import { Node } from './node.js'

/** What a gradient can be of: the outputs of a node, or a leaf. */
export type Target = Node | Tensor

/**
 * Every node reachable from the roots, each after all the nodes that use its output.
 *
 * @param places gets a key for each of them
 */
export function topologicalOrder(roots: readonly Target[], places: Map<Node, unknown>): Node[] {
  const order: Node[] = []
  // depth first without recursion: a network can be deeper than the call stack
  const stack: Node[] = []
  const next: number[] = []
  const enter = (target: Target) => {
    if (!(target instanceof Node) || places.has(target)) return
    places.set(target, null)
    stack.push(target)
    next.push(0)
  }
  for (const root of roots) {
    enter(root)
    while (stack.length > 0) {
      const top = stack.length - 1
      const { edges } = stack[top]!
      const edge = edges[next[top]!++]
      if (edge) enter(edge.target)
      else if (next[top]! > edges.length) {
        order.push(stack.pop()!)
        next.pop()
      }
    }
  }
  return order.reverse()
}

/** Of the nodes of a topological order, those that a gradient passes on its way to one of the targets. */
export function nodesLeadingTo(targets: ReadonlySet<Target>, order: readonly Node[]): ReadonlySet<Target> {
  const leading = new Set<Target>()
  for (const node of [...order].reverse()) {
    if (node.edges.some(edge => edge && (targets.has(edge.target) || leading.has(edge.target)))) leading.add(node)
  }
  return leading
}
