/**
 * Parameters in a list, and by name.
 *
 * @module
 */
import { describe, IndexError, KeyError, RuntimeError } from '../../errors.js'
import { Tensor } from '../../tensor/tensor.js'
import { fieldsOf } from '../members.js'
import { Module } from '../module.js'
import { Parameter } from '../parameter.js'

/** A parameter as it is; another tensor becomes one. */
function asParameter(name: string, value: unknown): Parameter {
  if (value instanceof Parameter) return value
  if (value instanceof Tensor) return new Parameter(value)
  throw new TypeError(`${name} holds parameters, but got ${describe(value)}`)
}

/** "Parameter containing: [float32 of size 2x3]", in the words of PyTorch. */
function line(name: string, { shape }: Parameter, type: string): string {
  return `  (${name}): Parameter containing: [${type} of size ${shape.join('x')}]`
}

/**
 * A list of parameters, which belong to the module it is a field of. It cannot be called.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterList.html
 * @example new nn.ParameterList([new nn.Parameter(randn(3, 4))]).get(0)
 */
export class ParameterList extends Module {
  constructor(values: Iterable<Tensor> = []) {
    super()
    this.extend(values)
  }

  override forward(..._inputs: never[]): never {
    throw new RuntimeError('ParameterList should not be called.')
  }

  /** How many parameters there are. */
  override get length(): number {
    let count = 0
    while (fieldsOf(this)[count] instanceof Parameter) count++
    return count
  }

  *[Symbol.iterator](): Generator<Parameter> {
    for (let i = 0; i < this.length; i++) yield this.get(i)
  }

  /** The parameter at a position; negative positions count from the end. */
  get(index: number): Parameter {
    return fieldsOf(this)[this.position(index)] as Parameter
  }

  /** Puts a parameter (or a tensor, which becomes one) in the place of the one at a position. */
  set(index: number, value: Tensor): void {
    fieldsOf(this)[this.position(index)] = asParameter('ParameterList', value)
  }

  /** Adds a parameter (or a tensor, which becomes one) behind the others. */
  append(value: Tensor): this {
    fieldsOf(this)[this.length] = asParameter('ParameterList', value)
    return this
  }

  extend(values: Iterable<Tensor>): this {
    if (values instanceof Tensor || typeof values?.[Symbol.iterator] !== 'function') {
      throw new TypeError(`ParameterList.extend should be called with an iterable, but got ${describe(values)}`)
    }
    for (const value of [...values]) this.append(value)
    return this
  }

  override extraRepr(): string {
    return [...this].map((value, i) => line(String(i), value, `torch.${value.dtype}`)).join('\n')
  }

  private position(index: number): number {
    const { length } = this
    if (!Number.isInteger(index) || index < -length || index >= length) {
      throw new IndexError(`index ${index} is out of range`)
    }
    return index < 0 ? index + length : index
  }
}

/** PyTorch 1.13's names of tensor types. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  float32: 'FloatTensor',
  float64: 'DoubleTensor',
  float16: 'HalfTensor',
  bfloat16: 'BFloat16Tensor',
  complex64: 'ComplexFloatTensor',
  complex128: 'ComplexDoubleTensor',
}

/**
 * Parameters by name, which belong to the module it is a field of. It cannot be called. A name must not be that of a
 * method.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
 */
export class ParameterDict extends Module {
  constructor(values: Readonly<Record<string, Tensor>> | Iterable<readonly [string, Tensor]> = {}) {
    super()
    this.update(values)
  }

  override forward(..._inputs: never[]): never {
    throw new RuntimeError('ParameterDict should not be called.')
  }

  /** How many parameters there are. */
  get size(): number {
    return this.keys().length
  }

  /** The parameter of this name; a KeyError if there is none. */
  get(name: string): Parameter {
    const found = this.entries().find(([own]) => own === name)
    if (!found) throw new KeyError(`'${name}': the ParameterDict has [${this.keys().join(', ')}]`)
    return found[1]
  }

  /** Adds a parameter (or a tensor, which becomes one), or replaces the one of this name. */
  set(name: string, value: Tensor): this {
    this.registerParameter(name, asParameter('ParameterDict', value))
    return this
  }

  has(name: string): boolean {
    return this.keys().includes(name)
  }

  /** Takes a parameter out and returns it; a KeyError if there is none of this name. */
  pop(name: string): Parameter {
    const taken = this.get(name)
    Reflect.deleteProperty(this, name)
    return taken
  }

  update(values: Readonly<Record<string, Tensor>> | Iterable<readonly [string, Tensor]>): this {
    const entries = Symbol.iterator in values ? (values as Iterable<readonly [string, Tensor]>) : Object.entries(values)
    for (const [name, value] of entries) this.set(name, value)
    return this
  }

  keys(): string[] {
    return this.entries().map(([name]) => name)
  }

  values(): Parameter[] {
    return this.entries().map(([, value]) => value)
  }

  /** In the order they were added; names that look like whole numbers come first. */
  entries(): [string, Parameter][] {
    return [...this.namedParameters({ recurse: false, removeDuplicate: false })]
  }

  *[Symbol.iterator](): Generator<[string, Parameter]> {
    yield* this.entries()
  }

  override extraRepr(): string {
    return this.entries()
      .map(([name, value]) => line(name, value, `torch.${TYPE_NAMES[value.dtype] ?? value.dtype}`))
      .join('\n')
  }
}
