/**
 * Memory that several gradients on their way show, and nobody else has: as of a sum, whose gradient is that of both its
 * operands.
 *
 * @module
 */
import type { Storage } from '../tensor/storage.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Node } from './node.js'

/** Counts the arrivals that have the memory; the last one that is done with gives it up. */
export class SharedMemory {
  private holders = 0

  constructor(readonly storage: Storage) {}

  /** Notes that so many more arrivals have it; or fewer, who are done with it. */
  add(arrivals: number): void {
    this.holders += arrivals
    if (this.holders === 0) this.storage.giveUp()
  }
}

/** What has arrived at a node. */
interface Received {
  /** Those that nobody else has. */
  readonly alone: readonly (Tensor | null)[]
  /** The memory of those that other arrivals have too, once for each. */
  readonly shared: readonly SharedMemory[]
}

/** Counts who has the memory of what arrived at a node, now that it has been sent on; gives what is shared from here on. */
export function shareOut(
  node: Node,
  { alone, shared }: Received,
  sent: readonly { readonly gradient: Tensor; readonly isAlone: boolean }[],
): SharedMemory[] {
  const sentOf = ({ storage }: { readonly storage: Storage }) =>
    sent.filter(({ gradient, isAlone }) => !isAlone && gradient.storage.isSameMemory(storage)).length
  const all = new Set(shared)
  for (const memory of all) memory.add(sentOf(memory) - shared.filter(own => own === memory).length)
  for (const gradient of alone) {
    if (!gradient || node.hasSaved(gradient) || sentOf(gradient) === 0) continue
    const memory = new SharedMemory(gradient.storage)
    memory.add(sentOf(gradient))
    all.add(memory)
  }
  return [...all]
}
