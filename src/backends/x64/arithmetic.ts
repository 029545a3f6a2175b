/**
 * Arithmetic on vectors as x86-64 machine code.
 *
 * @module
 */
import type { Arithmetic, Comparison } from '../../kernel/elementMachine.js'
import type { Element, Place, Vector } from '../../kernel/machine.js'
import type { Address, Assembler, Memory, Width } from './assembler/index.js'
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
    const bytes = new Uint8Array(
      this.element === 'float64' ? Float64Array.of(value).buffer : Float32Array.of(value).buffer,
    )
    this.assembler.broadcast(this.width, this.element, to.vector, this.assembler.constant(bytes))
  }

  multiplyAdd(sum: Vector, a: Vector, b: Vector | Place): void {
    this.assembler.fused('multiplyAdd', this.width, this.element, sum.vector, a.vector, operand(b))
  }

  multiplySubtract(sum: Vector, a: Vector, b: Vector): void {
    this.assembler.fused('negatedMultiplyAdd', this.width, this.element, sum.vector, a.vector, b.vector)
  }

  add(to: Vector, a: Vector, b: Vector | Place): void {
    this.assembler.arithmetic('add', this.width, this.element, to.vector, a.vector, operand(b))
  }

  subtract(to: Vector, a: Vector, b: Vector | Place): void {
    this.assembler.arithmetic('subtract', this.width, this.element, to.vector, a.vector, operand(b))
  }

  multiply(to: Vector, a: Vector, b: Vector | Place): void {
    this.assembler.arithmetic('multiply', this.width, this.element, to.vector, a.vector, operand(b))
  }

  divide(to: Vector, a: Vector, b: Vector): void {
    this.assembler.arithmetic('divide', this.width, this.element, to.vector, a.vector, b.vector)
  }

  maximum(to: Vector, a: Vector, b: Vector | Place): void {
    this.assembler.arithmetic('maximum', this.width, this.element, to.vector, a.vector, operand(b))
  }

  minimum(to: Vector, a: Vector, b: Vector | Place): void {
    this.assembler.arithmetic('minimum', this.width, this.element, to.vector, a.vector, operand(b))
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
    const shifter = this.vector()
    this.constant(shifter, EXPONENT_SHIFTER)
    this.add(shifter, shifter, n)
    this.assembler.shiftLanesLeft(this.width, to.vector, shifter.vector, MANTISSA_BITS)
    this.release(shifter)
  }

  exponentBits(to: Vector, x: Vector): void {
    this.assembler.shiftLanesRight(this.width, to.vector, x.vector, MANTISSA_BITS)
  }
}

export const memory = ({ base, offset }: Place): Address => ({ base: base.pointer, displacement: offset })

const operand = (from: Vector | Place): number | Memory => ('vector' in from ? from.vector : memory(from))
