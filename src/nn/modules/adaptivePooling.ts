/**
 * Poolings to a given size, as modules.
 *
 * @module
 */
import {
  type AdaptiveMaxPoolOptions,
  type AdaptiveSize,
  adaptiveAvgPool,
  adaptiveMaxPool,
} from '../../ops/pooling/adaptive.js'
import type { Rank } from '../../ops/pooling/planes.js'
import type { PoolResult } from '../../ops/pooling/pool.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { Module } from '../module.js'

/** Checks that there is a size at all; what it is, is checked by the call, as in PyTorch. */
function checkSize(name: string, outputSize: AdaptiveSize): AdaptiveSize {
  if (outputSize !== undefined) return outputSize
  throw new TypeError(`${name}.__init__() missing 1 required positional argument: 'output_size'`)
}

function adaptiveText(size: AdaptiveSize): string {
  const one = (value: number | null) => (value === null ? 'None' : String(value))
  if (size === null || typeof size === 'number') return one(size)
  return size.length === 1 ? `(${one(size[0]!)},)` : `(${size.map(one).join(', ')})`
}

abstract class AdaptiveAvgPoolNd extends Module {
  readonly spatialRank: Rank
  /** A number for all axes, or one for each; `null` keeps the input's. */
  readonly outputSize: AdaptiveSize

  protected constructor(spatialRank: Rank, outputSize: AdaptiveSize) {
    super()
    this.spatialRank = spatialRank
    this.outputSize = checkSize(new.target.name, outputSize)
  }

  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool(this.spatialRank, input, this.outputSize)
  }

  override extraRepr(): string {
    return `output_size=${adaptiveText(this.outputSize)}`
  }
}

/**
 * Averages over windows that cover a signal [N, C, L] or [C, L] evenly.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
 */
export class AdaptiveAvgPool1d extends AdaptiveAvgPoolNd {
  constructor(outputSize: AdaptiveSize) {
    super(1, outputSize)
  }
}

/**
 * Averages over windows that cover an image [N, C, H, W] or [C, H, W] evenly, so that the result has a given size.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 * @example new nn.AdaptiveAvgPool2d([null, 7])(randn(1, 64, 10, 9)).shape // [1, 64, 10, 7]
 */
export class AdaptiveAvgPool2d extends AdaptiveAvgPoolNd {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  constructor(outputSize: AdaptiveSize) {
    super(2, outputSize)
  }
}

/**
 * Averages over windows that cover a volume [N, C, D, H, W] or [C, D, H, W] evenly.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html
 */
export class AdaptiveAvgPool3d extends AdaptiveAvgPoolNd {
  constructor(outputSize: AdaptiveSize) {
    super(3, outputSize)
  }
}

abstract class AdaptiveMaxPoolNd<Indices extends boolean> extends Module {
  readonly spatialRank: Rank
  /** A number for all axes, or one for each; `null` keeps the input's. */
  readonly outputSize: AdaptiveSize
  readonly returnIndices: Indices

  protected constructor(spatialRank: Rank, outputSize: AdaptiveSize, options: AdaptiveMaxPoolOptions<Indices>) {
    super()
    this.spatialRank = spatialRank
    this.outputSize = checkSize(new.target.name, outputSize)
    const { returnIndices = false } = checkOptions(new.target.name, options, ['returnIndices'])
    this.returnIndices = returnIndices as Indices
  }

  override forward(input: Tensor): PoolResult<Indices> {
    return adaptiveMaxPool(this.spatialRank, input, this.outputSize, { returnIndices: this.returnIndices })
  }

  override extraRepr(): string {
    return `output_size=${adaptiveText(this.outputSize)}`
  }
}

/**
 * Maxima of windows that cover a signal [N, C, L] or [C, L] evenly.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html
 */
export class AdaptiveMaxPool1d<Indices extends boolean = false> extends AdaptiveMaxPoolNd<Indices> {
  constructor(outputSize: AdaptiveSize, options: AdaptiveMaxPoolOptions<Indices> = {}) {
    super(1, outputSize, options)
  }
}

/**
 * Maxima of windows that cover an image [N, C, H, W] or [C, H, W] evenly, so that the result has a given size.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
 */
export class AdaptiveMaxPool2d<Indices extends boolean = false> extends AdaptiveMaxPoolNd<Indices> {
  constructor(outputSize: AdaptiveSize, options: AdaptiveMaxPoolOptions<Indices> = {}) {
    super(2, outputSize, options)
  }
}

/**
 * Maxima of windows that cover a volume [N, C, D, H, W] or [C, D, H, W] evenly.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool3d.html
 */
export class AdaptiveMaxPool3d<Indices extends boolean = false> extends AdaptiveMaxPoolNd<Indices> {
  constructor(outputSize: AdaptiveSize, options: AdaptiveMaxPoolOptions<Indices> = {}) {
    super(3, outputSize, options)
  }
}
