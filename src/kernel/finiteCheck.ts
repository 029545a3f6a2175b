/**
 * Whether all elements that a task looks at are finite: it sums them up times zero, which is NaN if one of them is not.
 *
 * @module
 */
import { locate } from './locate.js'
import type { Vector, VectorMachine } from './machine.js'

/** Where a task has its vector of sums: the argument's slot, and the parameter with the bytes from there. */
export interface CheckPlace {
  readonly slot: number
  readonly parameter: number
}

export class FiniteCheck {
  private readonly sum: Vector
  private readonly zero: Vector

  constructor(private readonly machine: VectorMachine) {
    this.sum = machine.vector()
    this.zero = machine.vector()
    machine.zero(this.sum)
    machine.zero(this.zero)
  }

  look(vector: Vector): void {
    this.machine.multiplyAdd(this.sum, vector, this.zero)
  }

  /** Stores what was found, or adds it to what the task has found before. */
  finish(place: CheckPlace, add: boolean): void {
    const { machine, sum, zero } = this
    const pointer = machine.pointer()
    locate(machine, pointer, place.slot, place.parameter)
    if (add) machine.add(sum, sum, { base: pointer, offset: 0 })
    machine.store({ base: pointer, offset: 0 }, sum)
    machine.release(pointer, sum, zero)
  }
}

/** Begins a task that adds to what it has found. */
export function beginCheck(machine: VectorMachine, { slot, parameter }: CheckPlace): void {
  const [pointer, zero] = [machine.pointer(), machine.vector()]
  locate(machine, pointer, slot, parameter)
  machine.zero(zero)
  machine.store({ base: pointer, offset: 0 }, zero)
  machine.release(pointer, zero)
}
