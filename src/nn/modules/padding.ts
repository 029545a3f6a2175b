/**
 * Padding as modules.
 *
 * Amounts are one number for all sides, or [left, right], [left, right, top, bottom],
 * [left, right, top, bottom, front, back]; negative ones crop.
 *
 * @module
 */
import { type IntegerList, integers } from '../../conv/arguments.js'
import { ValueError } from '../../errors.js'
import type { Rank } from '../../ops/pooling/planes.js'
import { type PadMode, pad } from '../../ops/rearrangement/pad.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkNumber } from '../arguments.js'
import { Module } from '../module.js'
import { tupleText } from './convNd.js'

abstract class PadNd extends Module {
  readonly mode: PadMode
  readonly padding: readonly number[]

  /** @param rank how many of the last dimensions are padded */
  protected constructor(mode: PadMode, rank: Rank, padding: IntegerList) {
    super()
    const { name } = new.target
    if (padding === undefined) throw missing(name, ['padding'])
    this.mode = mode
    this.padding = Object.freeze([...integers(name, 'padding', padding, 2 * rank)])
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, this.mode)
  }

  override extraRepr(): string {
    return tupleText(this.padding)
  }
}

function missing(name: string, names: readonly string[]): TypeError {
  const noun = names.length === 1 ? 'argument' : 'arguments'
  const list = names.map(own => `'${own}'`).join(' and ')
  return new TypeError(`${name}.__init__() missing ${names.length} required positional ${noun}: ${list}`)
}

abstract class ConstantPadNd extends PadNd {
  readonly value: number

  /** @param value what is put around the input */
  protected constructor(rank: Rank, padding: IntegerList, value: number) {
    if (value === undefined) throw missing(new.target.name, padding === undefined ? ['padding', 'value'] : ['value'])
    super('constant', rank, padding)
    this.value = checkNumber(new.target.name, 'value', value)
  }

  override forward(input: Tensor): Tensor {
    return pad(input, this.padding, 'constant', this.value)
  }

  override extraRepr(): string {
    return `padding=${tupleText(this.padding)}, value=${this.value}`
  }
}

/** Puts one value around the last dimension. https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html */
export class ConstantPad1d extends ConstantPadNd {
  constructor(padding: IntegerList, value: number) {
    super(1, padding, value)
  }
}

/**
 * Puts one value around the last two dimensions.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
 * @example new nn.ConstantPad2d([3, 0, 2, 1], 3.5)(randn(1, 2, 2)).shape // [1, 5, 5]
 */
export class ConstantPad2d extends ConstantPadNd {
  constructor(padding: IntegerList, value: number) {
    super(2, padding, value)
  }
}

/** Puts one value around the last three dimensions. https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html */
export class ConstantPad3d extends ConstantPadNd {
  constructor(padding: IntegerList, value: number) {
    super(3, padding, value)
  }
}

/** Puts zeros around the last two dimensions. https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html */
export class ZeroPad2d extends ConstantPad2d {
  constructor(padding: IntegerList) {
    super(padding, 0)
  }

  override extraRepr(): string {
    return tupleText(this.padding)
  }
}

/** Mirrors [N, C, L] or [C, L] at its ends, not repeating them. https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html */
export class ReflectionPad1d extends PadNd {
  constructor(padding: IntegerList) {
    super('reflect', 1, padding)
  }
}

/** Mirrors [N, C, H, W] or [C, H, W] at its border. https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html */
export class ReflectionPad2d extends PadNd {
  constructor(padding: IntegerList) {
    super('reflect', 2, padding)
  }
}

/** Mirrors [N, C, D, H, W] or [C, D, H, W] at its border. https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html */
export class ReflectionPad3d extends PadNd {
  constructor(padding: IntegerList) {
    super('reflect', 3, padding)
  }
}

/** Repeats the ends of [N, C, L] or [C, L]. https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html */
export class ReplicationPad1d extends PadNd {
  constructor(padding: IntegerList) {
    super('replicate', 1, padding)
  }
}

/** Repeats the border of [N, C, H, W] or [C, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html */
export class ReplicationPad2d extends PadNd {
  constructor(padding: IntegerList) {
    super('replicate', 2, padding)
  }
}

/** Repeats the border of [N, C, D, H, W] or [C, D, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html */
export class ReplicationPad3d extends PadNd {
  constructor(padding: IntegerList) {
    super('replicate', 3, padding)
  }
}

abstract class CircularPadNd extends PadNd {
  override forward(input: Tensor): Tensor {
    const least = this.padding.length / 2 + 1
    const most = least + 1
    if (input.ndim === least || input.ndim === most) return super.forward(input)
    throw new ValueError(`expected ${least}D or ${most}D input (got ${input.ndim}D input)`)
  }
}

/** Continues [N, C, L] or [C, L] with its other end. https://pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html */
export class CircularPad1d extends CircularPadNd {
  constructor(padding: IntegerList) {
    super('circular', 1, padding)
  }
}

/** Continues [N, C, H, W] or [C, H, W] with its other side. https://pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html */
export class CircularPad2d extends CircularPadNd {
  constructor(padding: IntegerList) {
    super('circular', 2, padding)
  }
}

/** Continues [N, C, D, H, W] or [C, D, H, W] with its other side. https://pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html */
export class CircularPad3d extends CircularPadNd {
  constructor(padding: IntegerList) {
    super('circular', 3, padding)
  }
}
