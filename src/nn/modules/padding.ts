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
import { type PadMode, pad } from '../../ops/pad.js'
import type { Rank } from '../../ops/pool-planes.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkNumber } from '../arguments.js'
import { Module } from '../module.js'
import { tupleText } from './convNd.js'

abstract class PadNd extends Module {
  /** How many of the last dimensions are padded. */
  protected abstract readonly rank: Rank
  protected abstract readonly mode: PadMode
  readonly padding: readonly number[]

  constructor(padding: IntegerList) {
    super()
    const { name } = new.target
    if (padding === undefined) throw missing(name, ['padding'])
    this.padding = Object.freeze([...integers(name, 'padding', padding, 2 * this.rank)])
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
  constructor(padding: IntegerList, value: number) {
    if (value === undefined) throw missing(new.target.name, padding === undefined ? ['padding', 'value'] : ['value'])
    super(padding)
    this.value = checkNumber(new.target.name, 'value', value)
  }

  protected get mode(): PadMode {
    return 'constant'
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
  protected get rank(): Rank {
    return 1
  }
}

/**
 * Puts one value around the last two dimensions.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
 * @example new nn.ConstantPad2d([3, 0, 2, 1], 3.5)(randn(1, 2, 2)).shape // [1, 5, 5]
 */
export class ConstantPad2d extends ConstantPadNd {
  protected get rank(): Rank {
    return 2
  }
}

/** Puts one value around the last three dimensions. https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html */
export class ConstantPad3d extends ConstantPadNd {
  protected get rank(): Rank {
    return 3
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

abstract class ReflectionPadNd extends PadNd {
  protected get mode(): PadMode {
    return 'reflect'
  }
}

/** Mirrors [N, C, L] or [C, L] at its ends, not repeating them. https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html */
export class ReflectionPad1d extends ReflectionPadNd {
  protected get rank(): Rank {
    return 1
  }
}

/** Mirrors [N, C, H, W] or [C, H, W] at its border. https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html */
export class ReflectionPad2d extends ReflectionPadNd {
  protected get rank(): Rank {
    return 2
  }
}

/** Mirrors [N, C, D, H, W] or [C, D, H, W] at its border. https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html */
export class ReflectionPad3d extends ReflectionPadNd {
  protected get rank(): Rank {
    return 3
  }
}

abstract class ReplicationPadNd extends PadNd {
  protected get mode(): PadMode {
    return 'replicate'
  }
}

/** Repeats the ends of [N, C, L] or [C, L]. https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html */
export class ReplicationPad1d extends ReplicationPadNd {
  protected get rank(): Rank {
    return 1
  }
}

/** Repeats the border of [N, C, H, W] or [C, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html */
export class ReplicationPad2d extends ReplicationPadNd {
  protected get rank(): Rank {
    return 2
  }
}

/** Repeats the border of [N, C, D, H, W] or [C, D, H, W]. https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html */
export class ReplicationPad3d extends ReplicationPadNd {
  protected get rank(): Rank {
    return 3
  }
}

abstract class CircularPadNd extends PadNd {
  protected get mode(): PadMode {
    return 'circular'
  }

  override forward(input: Tensor): Tensor {
    const [least, most] = [this.rank + 1, this.rank + 2]
    if (input.ndim === least || input.ndim === most) return super.forward(input)
    throw new ValueError(`expected ${least}D or ${most}D input (got ${input.ndim}D input)`)
  }
}

/** Continues [N, C, L] or [C, L] with its other end. https://pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html */
export class CircularPad1d extends CircularPadNd {
  protected get rank(): Rank {
    return 1
  }
}

/** Continues [N, C, H, W] or [C, H, W] with its other side. https://pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html */
export class CircularPad2d extends CircularPadNd {
  protected get rank(): Rank {
    return 2
  }
}

/** Continues [N, C, D, H, W] or [C, D, H, W] with its other side. https://pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html */
export class CircularPad3d extends CircularPadNd {
  protected get rank(): Rank {
    return 3
  }
}
