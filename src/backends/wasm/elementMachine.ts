/**
 * Kernels of elementwise operations and reductions as WebAssembly.
 *
 * @module
 */
import type { Arithmetic, ElementMachine, Lanes, Stored } from '../../kernel/elementMachine.js'
import type { Element, Place, Pointer, Vector } from '../../kernel/machine.js'
import { address, WasmArithmetic } from './arithmetic.js'
import { WasmMachine } from './machine.js'
import { loadUpTo, pushAddress, storeLanes, storeUpTo } from './partial.js'
import { bytesOf, shuffle } from './shuffles.js'

/** Bytes of a float32, which `pick` moves by bytes. */
const FLOAT = 4
const SIGN_SHIFT = 31

const int32x4 = (...lanes: number[]) => new Uint8Array(Int32Array.from(lanes).buffer)

export class WasmElementMachine extends WasmMachine implements ElementMachine {
  repeatAny(count: Pointer, body: () => void): void {
    this.ifAny(count, () => this.repeatDynamic(count, body))
  }

  ifAny(pointer: Pointer, then: () => void): void {
    this.code.get(pointer.pointer)
    this.code.if()
    then()
    this.code.end()
  }

  // lanes: a number

  lanesBelow(count: Pointer): Lanes {
    const lanes = this.numberLocals.take()
    this.code.get(count.pointer)
    this.code.set(lanes)
    return { lanes }
  }

  releaseLanes({ lanes }: Lanes): void {
    this.numberLocals.giveBack(lanes)
  }

  chooseLanes(to: Vector, { lanes }: Lanes, inside: Vector, outside: Vector): void {
    const { code } = this
    code.get(inside.vector)
    code.get(outside.vector)
    // each lane's number, in both halves where lanes have 64 bits
    code.v128Const(this.lanes === 4 ? int32x4(0, 1, 2, 3) : int32x4(0, 0, 1, 1))
    code.get(lanes)
    code.emit('i32x4.splat')
    code.emit('i32x4.lt_s')
    code.emit('v128.bitselect')
    code.set(to.vector)
  }

  // memory

  loadStored(to: Vector, from: Place, { element, lanes }: Stored): void {
    const { code } = this
    const widens = element !== this.element
    if (lanes) loadUpTo(code, widens ? FLOAT : this.bytes, this.lanes, to.vector, address(from), lanes.lanes)
    else {
      code.memory(widens ? 'v128.load64_zero' : 'v128.load', pushAddress(code, address(from)))
      code.set(to.vector)
    }
    if (widens) this.apply('f64x2.promote_low_f32x4', to, to)
  }

  storeStored(to: Place, from: Vector, { element, lanes }: Stored): void {
    const { code } = this
    if (element === this.element) {
      if (lanes) storeUpTo(code, this.bytes, this.lanes, address(to), from.vector, lanes.lanes)
      else this.store(to, from)
      return
    }
    const narrow = this.vector()
    this.apply('f32x4.demote_f64x2_zero', narrow, from)
    if (lanes) storeUpTo(code, FLOAT, this.lanes, address(to), narrow.vector, lanes.lanes)
    else storeLanes(code, FLOAT, address(to), narrow.vector, 0, this.lanes)
    this.release(narrow)
  }

  broadcastStored(to: Vector, from: Place, element: Element): void {
    const instruction = element === 'float64' ? 'v128.load64_splat' : 'v128.load32_splat'
    this.code.memory(instruction, pushAddress(this.code, address(from)))
    this.code.set(to.vector)
    if (element !== this.element) this.apply('f64x2.promote_low_f32x4', to, to)
  }

  storeIntegers(to: Place, from: Vector, lanes?: Lanes): void {
    const integers = this.vector()
    this.apply('i32x4.trunc_sat_f32x4_s', integers, from)
    this.storeStored(to, integers, { element: this.element, lanes })
    this.release(integers)
  }

  storeLowest(to: Place, from: Vector): void {
    storeLanes(this.code, this.bytes, address(to), from.vector, 0, 1)
  }

  // numbers

  pick(to: Vector, first: Vector, second: Vector, numbers: Vector): void {
    const { code } = this
    const bytes = this.vector()
    // four times the number within its vector, in each byte, plus the byte's own number
    code.get(numbers.vector)
    code.v128Const(int32x4(3, 3, 3, 3))
    code.emit('v128.and')
    code.v128Const(new Uint8Array(16).fill(FLOAT))
    code.emit('i32x4.mul')
    code.v128Const(Uint8Array.from(bytesOf([0, 0, 0, 0], FLOAT)))
    code.emit('i32x4.add')
    code.set(bytes.vector)
    for (const own of [second, first]) {
      code.get(own.vector)
      code.get(bytes.vector)
      code.emit('i8x16.swizzle')
    }
    // the sign says which of them
    code.get(numbers.vector)
    code.i32Const(SIGN_SHIFT)
    code.emit('i32x4.shr_s')
    code.emit('v128.bitselect')
    code.set(to.vector)
    this.release(bytes)
  }

  combineLanes(to: Vector, from: Vector, operation: 'add' | 'maximum'): void {
    const moved = this.vector()
    this.move(to, from)
    for (let half = this.lanes / 2; half >= 1; half /= 2) {
      // lanes from the middle on, to the lowest ones
      const elements = Array.from({ length: this.lanes }, (_, i) => (i + half) % this.lanes)
      this.code.get(to.vector)
      this.code.get(to.vector)
      this.code.shuffle(bytesOf(elements, this.bytes))
      this.code.set(moved.vector)
      this[operation](to, to, moved)
    }
    this.release(moved)
  }

  /** There are as many variables as anybody takes. */
  withVectors(_count: number, _inUse: readonly Vector[], body: () => void): void {
    body()
  }

  inDoubles(vector: Vector, body: (machine: Arithmetic, half: Vector) => void): void {
    const { code } = this
    const doubles = new WasmArithmetic('float64', this.hasFma, code, this.vectorLocals)
    const change = (half: Vector) => {
      this.apply('f64x2.promote_low_f32x4', half, half)
      body(doubles, half)
      this.apply('f32x4.demote_f64x2_zero', half, half)
    }
    const low = this.vector()
    this.move(low, vector)
    change(low)
    shuffle(code, this.bytes, vector.vector, vector.vector, vector.vector, [2, 3, 2, 3])
    change(vector)
    shuffle(code, this.bytes, vector.vector, low.vector, vector.vector, [0, 1, 4, 5])
    this.release(low)
  }
}
