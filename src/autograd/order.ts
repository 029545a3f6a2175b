/**
 * Which nodes a backward walk visits, and in what order.
 *
 * @module
 */
import type { Tensor } from '../tensor/tensor.js'
import { Node } from './node.js'

/** What a gradient can be of: the outputs of a node, or a leaf. */
export type Target = Node | Tensor

/** Every node reachable from the roots, each after all the nodes that use its output. */
export function topologicalOrder(roots: readonly Target[]): Node[] {
  const order: Node[] = []
  const seen = new Set<Target>()
  // depth first without recursion: a network can be deeper than the call stack
  const stack: { node: Node; next: number }[] = []
  const enter = (target: Target) => {
    if (seen.has(target)) return
    seen.add(target)
    if (target instanceof Node) stack.push({ node: target, next: 0 })
  }
  for (const root of roots) {
    enter(root)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!
      const edge = top.node.edges[top.next++]
      if (edge) enter(edge.target)
      else if (top.next > top.node.edges.length) order.push(stack.pop()!.node)
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
