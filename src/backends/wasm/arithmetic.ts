/**
 * Arithmetic on vectors as WebAssembly.
 *
 * @module
 */
import type { Arithmetic, Comparison } from '../../kernel/elementMachine.js'
import type { Constant, Element, Operand, Place, Vector } from '../../kernel/machine.js'
import type { FunctionBuilder, Instruction } from './assembler/index.js'
import type { Locals } from './locals.js'
import { type Address, pushAddress } from './partial.js'

export const VECTOR_BYTES = 16

const COMPARISONS = {
  equal: 'eq',
  notEqual: 'ne',
  less: 'lt',
  lessOrEqual: 'le',
  greater: 'gt',
  greaterOrEqual: 'ge',
} as const

const BITS = { and: 'v128.and', or: 'v128.or', xor: 'v128.xor', andNot: 'v128.andnot' } as const

/** 1.5 * 2^52: whole numbers that are added to it stand in its lowest bits; 1023 more is the exponent of 1. */
const EXPONENT_SHIFTER = 1.5 * 2 ** 52 + 1023
const MANTISSA_BITS = 52

export class WasmArithmetic implements Arithmetic {
  /** Of an element. */
  readonly bytes: number
  /** Elements of a vector. */
  readonly lanes: number

  constructor(
    readonly element: Element,
    protected readonly hasFma: boolean,
    readonly code: FunctionBuilder,
    protected readonly vectorLocals: Locals,
  ) {
    this.bytes = element === 'float64' ? 8 : 4
    this.lanes = VECTOR_BYTES / this.bytes
  }

  /** An instruction on vectors of the machine's elements. */
  protected typed(name: string): Instruction {
    return `${this.element === 'float64' ? 'f64x2' : 'f32x4'}.${name}` as Instruction
  }

  vector(): Vector {
    return { vector: this.vectorLocals.take() }
  }

  release(...vectors: Vector[]): void {
    for (const { vector } of vectors) this.vectorLocals.giveBack(vector)
  }

  /** Puts a vector on the stack. */
  protected push(from: Operand): void {
    if ('vector' in from) this.code.get(from.vector)
    else if ('value' in from) this.pushConstant(from.value)
    else this.code.memory('v128.load', pushAddress(this.code, address(from)))
  }

  /** to = an instruction applied to operands in this order. */
  protected apply(instruction: Instruction, to: Vector, ...operands: Operand[]): void {
    for (const operand of operands) this.push(operand)
    this.code.emit(instruction)
    this.code.set(to.vector)
  }

  zero(to: Vector): void {
    this.code.v128Const(new Uint8Array(VECTOR_BYTES))
    this.code.set(to.vector)
  }

  move(to: Vector, from: Vector): void {
    this.code.get(from.vector)
    this.code.set(to.vector)
  }

  constant(to: Vector, value: number): void {
    this.pushConstant(value)
    this.code.set(to.vector)
  }

  private pushConstant(value: number): void {
    const all = new Array<number>(this.lanes).fill(value)
    const array = this.element === 'float64' ? Float64Array.from(all) : Float32Array.from(all)
    this.code.v128Const(new Uint8Array(array.buffer))
  }

  multiplyAdd(sum: Vector, a: Vector, b: Operand): void {
    if (this.hasFma) this.apply(this.typed('relaxed_madd'), sum, a, b, sum)
    else this.addProduct(sum, a, b, 'add')
  }

  multiplySubtract(sum: Vector, a: Vector, b: Operand): void {
    if (this.hasFma) this.apply(this.typed('relaxed_nmadd'), sum, a, b, sum)
    else this.addProduct(sum, a, b, 'sub')
  }

  private addProduct(sum: Vector, a: Vector, b: Operand, operation: 'add' | 'sub'): void {
    this.push(sum)
    this.push(a)
    this.push(b)
    this.code.emit(this.typed('mul'))
    this.code.emit(this.typed(operation))
    this.code.set(sum.vector)
  }

  multiplyThenAdd(product: Vector, by: Vector, term: Constant): void {
    if (this.hasFma) this.apply(this.typed('relaxed_madd'), product, product, by, term)
    else {
      this.multiply(product, product, by)
      this.add(product, product, term)
    }
  }

  add(to: Vector, a: Vector, b: Operand): void {
    this.apply(this.typed('add'), to, a, b)
  }

  subtract(to: Vector, a: Vector, b: Operand): void {
    this.apply(this.typed('sub'), to, a, b)
  }

  multiply(to: Vector, a: Vector, b: Operand): void {
    this.apply(this.typed('mul'), to, a, b)
  }

  divide(to: Vector, a: Vector, b: Vector): void {
    this.apply(this.typed('div'), to, a, b)
  }

  /** WebAssembly's pmax(b, a) is `b < a ? a : b`. */
  maximum(to: Vector, a: Vector, b: Operand): void {
    this.apply(this.typed('pmax'), to, b, a)
  }

  /** WebAssembly's pmin(b, a) is `a < b ? a : b`. */
  minimum(to: Vector, a: Vector, b: Operand): void {
    this.apply(this.typed('pmin'), to, b, a)
  }

  squareRoot(to: Vector, from: Vector): void {
    this.apply(this.typed('sqrt'), to, from)
  }

  roundToFloat32(to: Vector, from: Vector): void {
    this.apply('f32x4.demote_f64x2_zero', to, from)
    this.apply('f64x2.promote_low_f32x4', to, to)
  }

  select(to: Vector, comparison: Comparison, a: Vector, b: Vector, yes: Vector, no: Vector): void {
    const { code } = this
    this.push(yes)
    this.push(no)
    if (comparison === 'unordered') {
      // NaN alone is not equal to itself
      for (const own of [a, b]) {
        this.push(own)
        this.push(own)
        code.emit(this.typed('ne'))
      }
      code.emit('v128.or')
    } else {
      this.push(a)
      this.push(b)
      code.emit(this.typed(COMPARISONS[comparison]))
    }
    code.emit('v128.bitselect')
    code.set(to.vector)
  }

  /** `andNot` is ~a & b here; WebAssembly's is a & ~b. */
  bits(operation: 'and' | 'or' | 'xor' | 'andNot', to: Vector, a: Vector, b: Vector): void {
    if (operation === 'andNot') this.apply(BITS.andNot, to, b, a)
    else this.apply(BITS[operation], to, a, b)
  }

  powerOfTwo(to: Vector, n: Vector): void {
    this.add(to, n, { value: EXPONENT_SHIFTER })
    this.push(to)
    this.code.i32Const(MANTISSA_BITS)
    this.code.emit('i64x2.shl')
    this.code.set(to.vector)
  }

  exponentBits(to: Vector, x: Vector): void {
    this.push(x)
    this.code.i32Const(MANTISSA_BITS)
    this.code.emit('i64x2.shr_u')
    this.code.set(to.vector)
  }
}

export const address = ({ base, offset }: Place): Address => ({ base: base.pointer, offset })
