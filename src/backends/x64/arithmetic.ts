/**
 * Arithmetic on vectors as x86-64 machine code.
 *
 * @module
 */
import type { Arithmetic, Comparison } from '../../kernel/elementMachine.js'
import type { Constant, Element, Operand, Place, Vector } from '../../kernel/machine.js'
import type { Address, Assembler, Memory, VectorRegister, Width } from './assembler/index.js'
import type { RegisterFile } from './registers.js'

/** The mask register of a comparison, for a moment within one operation. */
const COMPARED = 7

/** 1.5 * 2^52: whole numbers that are added to it stand in its lowest bits; 1023 more is the exponent of 1. */
const EXPONENT_SHIFTER = 1.5 * 2 ** 52 + 1023
const MANTISSA_BITS = 52

export class X64Arithmetic implements Arithmetic {
  constructor(
    readonly element: Element,
    protected readonly width: Width,
    protected readonly assembler: Assembler,
    protected readonly vectorFile: RegisterFile,
  ) {}

  vector(): Vector {
    return { vector: this.vectorFile.take() }
  }

  release(...vectors: Vector[]): void {
    for (const { vector } of vectors) this.vectorFile.giveBack(vector)
  }

  zero(to: Vector): void {
    this.assembler.arithmetic('xor', this.width, 'float32', to.vector, to.vector, to.vector)
  }

  move(to: Vector, from: Vector): void {
    this.assembler.moveVector(this.width, to.vector, from.vector)
  }

  constant(to: Vector, value: number): void {
    if (Object.is(value, 0)) {
      this.zero(to)
      return
    }
    this.assembler.broadcast(this.width, this.element, to.vector, this.assembler.constant(this.bytesOf(value, 1)))
  }

  private bytesOf(value: number, count: number): Uint8Array {
    const all = new Array<number>(count).fill(value)
    return new Uint8Array(this.element === 'float64' ? Float64Array.from(all).buffer : Float32Array.from(all).buffer)
  }

  /** What an instruction takes as its last operand. A number stands in memory as often as there are lanes. */
  private operand(from: Operand): VectorRegister | Memory {
    if ('vector' in from) return from.vector
    if ('base' in from) return memory(from)
    return this.assembler.constant(this.bytesOf(from.value, this.width / (this.element === 'float64' ? 64 : 32)))
  }

  multiplyAdd(sum: Vector, a: Vector, b: Operand): void {
    this.assembler.fused('multiplyAdd', this.width, this.element, sum.vector, a.vector, this.operand(b))
  }

  multiplySubtract(sum: Vector, a: Vector, b: Operand): void {
    this.assembler.fused('negatedMultiplyAdd', this.width, this.element, sum.vector, a.vector, this.operand(b))
  }

  multiplyThenAdd(product: Vector, by: Vector, term: Constant): void {
    this.assembler.fused('thenAdd', this.width, this.element, product.vector, by.vector, this.operand(term))
  }

  add(to: Vector, a: Vector, b: Operand): void {
    this.assembler.arithmetic('add', this.width, this.element, to.vector, a.vector, this.operand(b))
  }

  subtract(to: Vector, a: Vector, b: Operand): void {
    this.assembler.arithmetic('subtract', this.width, this.element, to.vector, a.vector, this.operand(b))
  }

  multiply(to: Vector, a: Vector, b: Operand): void {
    this.assembler.arithmetic('multiply', this.width, this.element, to.vector, a.vector, this.operand(b))
  }

  divide(to: Vector, a: Vector, b: Vector): void {
    this.assembler.arithmetic('divide', this.width, this.element, to.vector, a.vector, b.vector)
  }

  maximum(to: Vector, a: Vector, b: Operand): void {
    this.assembler.arithmetic('maximum', this.width, this.element, to.vector, a.vector, this.operand(b))
  }

  minimum(to: Vector, a: Vector, b: Operand): void {
    this.assembler.arithmetic('minimum', this.width, this.element, to.vector, a.vector, this.operand(b))
  }

  squareRoot(to: Vector, from: Vector): void {
    this.assembler.squareRoot(this.width, this.element, to.vector, from.vector)
  }

  roundToFloat32(to: Vector, from: Vector): void {
    this.assembler.narrow(this.width, to.vector, from.vector)
    this.assembler.widen(this.width, to.vector, to.vector)
  }

  select(to: Vector, comparison: Comparison, a: Vector, b: Vector, yes: Vector, no: Vector): void {
    const { assembler, element } = this
    if (this.width === 512) {
      assembler.compareToMask(element, COMPARED, a.vector, b.vector, comparison)
      assembler.blendByMask(element, to.vector, no.vector, yes.vector, COMPARED)
    } else {
      const found = this.vectorFile.take()
      assembler.compareVectors(element, found, a.vector, b.vector, comparison)
      assembler.blend(element, to.vector, no.vector, yes.vector, found)
      this.vectorFile.giveBack(found)
    }
  }

  bits(operation: 'and' | 'or' | 'xor' | 'andNot', to: Vector, a: Vector, b: Vector): void {
    this.assembler.arithmetic(operation, this.width, this.element, to.vector, a.vector, b.vector)
  }

  powerOfTwo(to: Vector, n: Vector): void {
    this.add(to, n, { value: EXPONENT_SHIFTER })
    this.assembler.shiftLanesLeft(this.width, to.vector, to.vector, MANTISSA_BITS)
  }

  exponentBits(to: Vector, x: Vector): void {
    this.assembler.shiftLanesRight(this.width, to.vector, x.vector, MANTISSA_BITS)
  }
}

export const memory = ({ base, offset }: Place): Address => ({ base: base.pointer, displacement: offset })
