/**
 * Where a task finds what it works on.
 *
 * @module
 */
import type { Pointer, VectorMachine } from './machine.js'

/** to = an argument's address, plus what the record says. */
export function locate(machine: VectorMachine, to: Pointer, argument: number, parameter: number): void {
  const offset = machine.pointer()
  machine.argument(to, argument)
  machine.parameter(offset, parameter)
  machine.advance(to, offset)
  machine.release(offset)
}
