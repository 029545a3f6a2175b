/**
 * Memory that several gradients on their way show, and nobody else has: as of a sum, whose gradient is that of both its
 * operands.
 *
 * @module
 */
import type { Storage } from '../tensor/storage.js'
import type { Tensor } from '../tensor/tensor.js'
import type { Node } from './node.js'

/** Counts the arrivals that have the memory; the last one that is done with it gives it up. */
export class SharedMemory {
  private holders = 0

  constructor(private readonly storage: Storage) {}

  /** Notes that so many more arrivals have it; or fewer, who are done with it. */
  add(arrivals: number): void {
    this.holders += arrivals
    if (this.holders === 0) this.storage.giveUp()
  }

  /** Notes the arrivals that have it from now on; how many they are. */
  handOver(sent: readonly Sent[]): number {
    let count = 0
    for (const arrival of sent) {
      if (arrival.isAlone || arrival.shared !== null || !isIn(arrival, this.storage)) continue
      arrival.shared = this
      count++
    }
    return count
  }
}

/** What has arrived at a node. */
interface Received {
  /** Those that nobody else has. */
  readonly alone: readonly Tensor[]
  /** The memory of those that other arrivals have too, once for each. */
  readonly shared: readonly SharedMemory[]
}

/** A gradient that is sent on. */
interface Sent {
  readonly gradient: Tensor
  readonly isAlone: boolean
  shared: SharedMemory | null
}

const isIn = ({ gradient }: Sent, storage: Storage) => gradient.storage.isSameMemory(storage)

/** Counts who has the memory of what arrived at a node, now that it is to be sent on, and notes it there. */
export function shareOut(node: Node, { alone, shared }: Received, sent: readonly Sent[]): void {
  for (const memory of shared) memory.add(memory.handOver(sent) - 1)
  for (const gradient of alone) {
    if (node.hasSaved(gradient)) continue
    if (!sent.some(arrival => !arrival.isAlone && isIn(arrival, gradient.storage))) continue
    const memory = new SharedMemory(gradient.storage)
    memory.add(memory.handOver(sent))
  }
}
