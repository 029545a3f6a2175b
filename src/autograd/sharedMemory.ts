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
  handOver(sent: Gradients): number {
    let count = 0
    for (const arrival of sent) {
      if (!arrival || arrival.isAlone || arrival.shared !== null || !isIn(arrival, this.storage)) continue
      arrival.shared = this
      count++
    }
    return count
  }
}

/** Gradients that have arrived at a node, or that it sends on. */
type Gradients = readonly (Gradient | null)[]

interface Gradient {
  readonly gradient: Tensor
  /** Whether nobody else has its memory. */
  readonly isAlone: boolean
  /** Its memory, if only other arrivals have it too. */
  shared: SharedMemory | null
}

const isIn = ({ gradient }: Gradient, storage: Storage) => gradient.storage.isSameMemory(storage)

/** Whether a gradient that is sent has the memory. */
export function isSent(storage: Storage, sent: Gradients): boolean {
  for (const arrival of sent) if (arrival && isIn(arrival, storage)) return true
  return false
}

/** Counts who has the memory of what arrived at a node, now that it is to be sent on, and notes it there. */
export function shareOut(node: Node, arrived: Gradients, sent: Gradients): void {
  for (const own of arrived) if (own?.shared) own.shared.add(own.shared.handOver(sent) - 1)
  for (const own of arrived) {
    if (!own?.isAlone || node.hasSaved(own.gradient)) continue
    const { storage } = own.gradient
    if (!sent.some(arrival => arrival && !arrival.isAlone && isIn(arrival, storage))) continue
    const memory = new SharedMemory(storage)
    memory.add(memory.handOver(sent))
  }
}
