/**
 * Kernels of elementwise operations and reductions as x86-64 machine code.
 *
 * @module
 */
import type { Arithmetic, ElementMachine, Lanes, Stored } from '../../kernel/elementMachine.js'
import type { Element, Place, Pointer, Precision, Vector } from '../../kernel/machine.js'
import { memory, X64Arithmetic } from './arithmetic.js'
import { Label, type VectorRegister } from './assembler/index.js'
import { LaneMasks } from './laneMasks.js'
import { TEMPORARY, X64Machine } from './machine.js'
import type { InstructionSet } from './runtime/index.js'

/** Selections of 128-bit lanes: the upper half to the lower one, and the lower halves of two vectors, one after the other. */
const [UPPER_OF_FOUR, LOWER_OF_EACH_FOUR] = [0b00_00_11_10, 0b01_00_01_00]
const [UPPER_OF_TWO, LOWER_OF_EACH_TWO] = [0x01, 0x20]

export class X64ElementMachine extends X64Machine implements ElementMachine {
  private readonly masks: LaneMasks

  constructor(precision: Precision, instructionSet: InstructionSet) {
    super(precision, instructionSet)
    this.masks = new LaneMasks(
      this.assembler,
      this.width,
      this.element,
      this.vectorFile,
      this.generalFile,
      this.maskFile,
    )
  }

  repeatAny(count: Pointer, body: () => void): void {
    this.ifAny(count, () => this.repeatDynamic(count, body))
  }

  ifAny(pointer: Pointer, then: () => void): void {
    const end = new Label()
    this.assembler.test(pointer.pointer)
    this.assembler.jumpIf('equal', end)
    then()
    this.assembler.bind(end)
    this.firstLanes.forget()
  }

  // lanes

  lanesBelow(count: Pointer): Lanes {
    return { lanes: this.masks.make(count.pointer, TEMPORARY) }
  }

  releaseLanes({ lanes }: Lanes): void {
    this.masks.release(lanes)
  }

  chooseLanes(to: Vector, { lanes }: Lanes, inside: Vector, outside: Vector): void {
    this.masks.choose(to.vector, lanes, inside.vector, outside.vector)
  }

  // memory

  loadStored(to: Vector, from: Place, { element, lanes }: Stored): void {
    const { assembler, width } = this
    const place = memory(from)
    if (lanes) this.masks.load(to.vector, place, element, lanes.lanes)
    else if (element === this.element) assembler.loadVector(width, element, to.vector, place)
    else assembler.widen(width, to.vector, place)
  }

  storeStored(to: Place, from: Vector, { element, lanes }: Stored): void {
    const { assembler, width } = this
    const place = memory(to)
    if (element === this.element) {
      if (lanes) this.masks.store(place, from.vector, element, lanes.lanes)
      else assembler.storeVector(width, element, place, from.vector)
      return
    }
    const narrow = this.vectorFile.take()
    assembler.narrow(width, narrow, from.vector)
    if (lanes) this.masks.store(place, narrow, element, lanes.lanes)
    else assembler.storeHalf(width, place, narrow)
    this.vectorFile.giveBack(narrow)
  }

  broadcastStored(to: Vector, from: Place, element: Element): void {
    this.assembler.broadcast(this.width, element, to.vector, memory(from))
    if (element !== this.element) this.assembler.widen(this.width, to.vector, to.vector)
  }

  storeIntegers(to: Place, from: Vector, lanes?: Lanes): void {
    const integers = this.vectorFile.take()
    this.assembler.toIntegers(this.width, integers, from.vector)
    this.storeStored(to, { vector: integers }, { element: this.element, lanes })
    this.vectorFile.giveBack(integers)
  }

  storeLowest(to: Place, from: Vector): void {
    this.assembler.storeLane(this.element, memory(to), from.vector)
  }

  // numbers

  pick(to: Vector, first: Vector, second: Vector, numbers: Vector): void {
    const { assembler } = this
    const [a, b] = [this.vectorFile.take(), this.vectorFile.take()]
    if (this.width === 512) {
      assembler.moveVector(512, a, first.vector)
      assembler.permuteTwo('float32', a, numbers.vector, second.vector)
      assembler.moveVector(512, to.vector, a)
    } else {
      assembler.permute(a, numbers.vector, first.vector)
      assembler.permute(b, numbers.vector, second.vector)
      assembler.blend('float32', to.vector, a, b, numbers.vector)
    }
    this.vectorFile.giveBack(b)
    this.vectorFile.giveBack(a)
  }

  combineLanes(to: Vector, from: Vector, operation: 'add' | 'maximum'): void {
    const { assembler, width, element } = this
    const [own, moved] = [to.vector, this.vectorFile.take()]
    const combine = (other: VectorRegister) => assembler.arithmetic(operation, width, element, own, own, other)
    // one 128-bit lane of all, then halves of that
    const rest = this.vectorFile.take()
    assembler.moveVector(width, rest, from.vector)
    assembler.moveVector(width, own, from.vector)
    for (let lane = 1; lane < width / 128; lane++) {
      assembler.extractLane(width, moved, rest, lane)
      combine(moved)
    }
    assembler.shuffle(width, 'float64', moved, own, own, 1)
    combine(moved)
    if (element === 'float32') {
      assembler.shuffle(width, 'float32', moved, own, own, 1)
      combine(moved)
    }
    this.vectorFile.giveBack(rest)
    this.vectorFile.giveBack(moved)
  }

  // room and precision

  withVectors(count: number, inUse: readonly Vector[], body: () => void): void {
    const { assembler, width, element, vectorFile } = this
    const missing = Math.max(0, count - vectorFile.available)
    const aside = vectorFile.taken.filter(register => !inUse.some(own => own.vector === register)).slice(0, missing)
    const first = this.takeSlots((aside.length * width) / 64)
    const place = (i: number) => this.stack(first + (i * width) / 64)
    for (const [i, register] of aside.entries()) {
      assembler.storeVector(width, element, place(i), register)
      vectorFile.giveBack(register)
    }
    body()
    for (const [i, register] of aside.entries()) {
      vectorFile.takeBack(register)
      assembler.loadVector(width, element, register, place(i))
    }
    this.slots = first
  }

  inDoubles(vector: Vector, body: (machine: Arithmetic, half: Vector) => void): void {
    const { assembler, width, vectorFile } = this
    const doubles = new X64Arithmetic('float64', width, assembler, vectorFile)
    const change = (half: Vector) => {
      assembler.widen(width, half.vector, half.vector)
      body(doubles, half)
      assembler.narrow(width, half.vector, half.vector)
    }
    const low = this.vector()
    this.move(low, vector)
    change(low)
    const [upper, joined] = width === 512 ? [UPPER_OF_FOUR, LOWER_OF_EACH_FOUR] : [UPPER_OF_TWO, LOWER_OF_EACH_TWO]
    assembler.shuffleLanes(width, vector.vector, vector.vector, vector.vector, upper)
    change(vector)
    assembler.shuffleLanes(width, vector.vector, low.vector, vector.vector, joined)
    this.release(low)
  }
}
