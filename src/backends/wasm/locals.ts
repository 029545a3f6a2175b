/**
 * The local variables of a function that is being written down, taken and given back as registers are.
 *
 * @module
 */
import type { FunctionBuilder, Local, ValueType } from './assembler/index.js'

export class Locals {
  private readonly free: Local[] = []
  private readonly taken = new Set<Local>()

  constructor(
    private readonly builder: FunctionBuilder,
    private readonly type: ValueType,
  ) {}

  /** A variable that nobody has: one that was given back, where there is one. */
  take(): Local {
    const local = this.free.pop() ?? this.builder.local(this.type)
    this.taken.add(local)
    return local
  }

  giveBack(local: Local): void {
    if (!this.taken.delete(local)) throw new Error(`local ${local} was not taken`)
    this.free.push(local)
  }
}
