/**
 * Flatten and Unflatten.
 *
 * @module
 */

import { integer } from '../../conv/arguments.js'
import { describe } from '../../errors.js'
import { flatten, unflatten } from '../../ops/views/view.js'
import type { Shape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { namedArguments } from '../arguments.js'
import { Module } from '../module.js'
import { tupleText } from './convNd.js'

/** Arguments of {@link Flatten} that can be passed by name. */
export interface FlattenOptions {
  /** The first dimension of those that are merged. Default: 1. */
  startDim?: number
  /** The last dimension of those that are merged. Default: -1. */
  endDim?: number
}

/**
 * Merges a range of dimensions into one: by default all but the batch, [N, C, H, W] to [N, C * H * W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Flatten.html
 */
export class Flatten extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  readonly startDim: number
  readonly endDim: number

  constructor(startDim?: number | FlattenOptions, endDim?: number) {
    super()
    const { name } = new.target
    const named = namedArguments<FlattenOptions>(name, [startDim, endDim], ['startDim', 'endDim'])
    this.startDim = integer(name, 'startDim', named.startDim ?? 1)
    this.endDim = integer(name, 'endDim', named.endDim ?? -1)
  }

  override forward(input: Tensor): Tensor {
    return flatten(input, this.startDim, this.endDim)
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`
  }
}

/**
 * Splits one dimension into several; one of the sizes may be -1. The opposite of {@link Flatten}.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Unflatten.html
 * @example new nn.Unflatten(1, [2, 5, 5])(randn(3, 50)).shape // [3, 2, 5, 5]
 */
export class Unflatten extends Module {
  readonly dim: number
  readonly unflattenedSize: Shape

  constructor(dim: number, unflattenedSize: Shape) {
    super()
    if (!Number.isInteger(dim)) {
      throw new TypeError(
        `invalid argument type for dim parameter: it must be an integer, but got dim=${describe(dim)}`,
      )
    }
    if (!Array.isArray(unflattenedSize)) {
      throw new TypeError(`unflattened_size must be a tuple of ints, but found type ${describe(unflattenedSize)}`)
    }
    for (const [i, size] of unflattenedSize.entries()) {
      if (Number.isInteger(size)) continue
      throw new TypeError(
        `unflattened_size must be tuple of ints, but found element of type ${describe(size)} at pos ${i}`,
      )
    }
    this.dim = dim
    this.unflattenedSize = Object.freeze([...unflattenedSize])
  }

  override forward(input: Tensor): Tensor {
    return unflatten(input, this.dim, this.unflattenedSize)
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${tupleText(this.unflattenedSize)}`
  }
}
