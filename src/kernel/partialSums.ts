/**
 * Adds up the sums of several tasks, which have the same elements in the same order.
 *
 * @module
 */
import { locate } from './locate.js'
import type { VectorMachine } from './machine.js'
import { AddingRecord, WeightGradientSlots } from './weightGradientSum.js'

export interface PartialSumsShape {
  /** How many tasks' sums there are, and how far they are apart, in elements. */
  readonly parts: number
  readonly partLength: number
  /** Elements of this task. */
  readonly elements: number
}

export function writePartialSums(machine: VectorMachine, { parts, partLength, elements }: PartialSumsShape): void {
  const { lanes, bytes, storedBytes } = machine
  const [sums, result, sum] = [machine.pointer(), machine.pointer(), machine.vector()]
  locate(machine, sums, WeightGradientSlots.sums, AddingRecord.sums)
  locate(machine, result, WeightGradientSlots.result, AddingRecord.result)
  const add = (count: number): void => {
    const other = machine.vector()
    for (let part = 0; part < parts; part++) {
      const vector = part === 0 ? sum : other
      machine.loadFirst(vector, { base: sums, offset: part * partLength * bytes }, count)
      if (part > 0) machine.add(sum, sum, other)
    }
    machine.release(other)
    machine.round(sum)
    machine.write({ base: result, offset: 0 }, sum, 0, count)
  }
  machine.repeat(Math.floor(elements / lanes), () => {
    add(lanes)
    machine.advance(sums, lanes * bytes)
    machine.advance(result, lanes * storedBytes)
  })
  if (elements % lanes > 0) add(elements % lanes)
  machine.release(sums, result, sum)
}
