/**
 * Poolings with windows of one size, as modules.
 *
 * @module
 */
import type { IntegerList } from '../../conv/arguments.js'
import type { Rank } from '../../ops/pooling/planes.js'
import {
  type AvgPoolOptions,
  avgPool,
  type MaxPoolIndexOptions,
  maxPool,
  type PoolResult,
} from '../../ops/pooling/pool.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { Module } from '../module.js'
import { boolText } from '../pythonText.js'
import { tupleText } from './convNd.js'

function requireKernel(name: string, kernelSize: unknown): void {
  if (kernelSize !== undefined) return
  throw new TypeError(`${name}.__init__() missing 1 required positional argument: 'kernel_size'`)
}

/** Numbers as they are, lists as tuples. */
function sizeText(value: IntegerList): string {
  return typeof value === 'number' ? String(value) : tupleText(value)
}

abstract class MaxPoolNd<Indices extends boolean> extends Module {
  readonly spatialRank: Rank
  readonly kernelSize: IntegerList
  readonly stride: IntegerList
  readonly padding: IntegerList
  readonly dilation: IntegerList
  readonly returnIndices: Indices
  readonly ceilMode: boolean

  protected constructor(spatialRank: Rank, kernelSize: IntegerList, options: MaxPoolIndexOptions<Indices>) {
    super()
    requireKernel(new.target.name, kernelSize)
    const known = ['stride', 'padding', 'dilation', 'returnIndices', 'ceilMode']
    const checked = checkOptions(new.target.name, options, known)
    const { stride, padding = 0, dilation = 1, returnIndices = false, ceilMode = false } = checked
    this.spatialRank = spatialRank
    this.kernelSize = kernelSize
    this.stride = stride ?? kernelSize
    this.padding = padding
    this.dilation = dilation
    this.returnIndices = returnIndices as Indices
    this.ceilMode = ceilMode
  }

  override forward(input: Tensor): PoolResult<Indices> {
    const { kernelSize, stride, padding, dilation, ceilMode, returnIndices } = this
    return maxPool(this.spatialRank, input, kernelSize, { stride, padding, dilation, ceilMode, returnIndices })
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this
    const sizes = { kernel_size: kernelSize, stride, padding, dilation }
    const texts = Object.entries(sizes).map(([name, value]) => `${name}=${sizeText(value)}`)
    return [...texts, `ceil_mode=${boolText(ceilMode)}`].join(', ')
  }
}

/**
 * The maximum of each window of a signal [N, C, L] or [C, L].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html
 */
export class MaxPool1d<Indices extends boolean = false> extends MaxPoolNd<Indices> {
  constructor(kernelSize: IntegerList, options: MaxPoolIndexOptions<Indices> = {}) {
    super(1, kernelSize, options)
  }
}

/**
 * The maximum of each window of an image [N, C, H, W] or [C, H, W]; NaN where the window has a NaN.
 *
 * The result has floor((H + 2 padding - dilation (kernelSize - 1) - 1) / stride + 1) rows (rounded up with `ceilMode`),
 * and columns alike. With `returnIndices` calls return [output, indices].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 * @example
 * const m = new nn.MaxPool2d([3, 2], { stride: [2, 1] })
 * m(randn(20, 16, 50, 32)).shape // [20, 16, 24, 31]
 */
export class MaxPool2d<Indices extends boolean = false> extends MaxPoolNd<Indices> {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  constructor(kernelSize: IntegerList, options: MaxPoolIndexOptions<Indices> = {}) {
    super(2, kernelSize, options)
  }
}

/**
 * The maximum of each window of a volume [N, C, D, H, W] or [C, D, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html
 */
export class MaxPool3d<Indices extends boolean = false> extends MaxPoolNd<Indices> {
  constructor(kernelSize: IntegerList, options: MaxPoolIndexOptions<Indices> = {}) {
    super(3, kernelSize, options)
  }
}

abstract class AvgPoolNd extends Module {
  readonly spatialRank: Rank
  readonly kernelSize: IntegerList
  readonly stride: IntegerList
  readonly padding: IntegerList
  readonly ceilMode: boolean
  readonly countIncludePad: boolean
  readonly divisorOverride: number | null

  protected constructor(spatialRank: Rank, kernelSize: IntegerList, options: AvgPoolOptions) {
    super()
    requireKernel(new.target.name, kernelSize)
    const known = ['stride', 'padding', 'ceilMode', 'countIncludePad', ...(spatialRank > 1 ? ['divisorOverride'] : [])]
    const checked = checkOptions(new.target.name, options, known)
    const { stride, padding = 0, ceilMode = false, countIncludePad = true, divisorOverride = null } = checked
    this.spatialRank = spatialRank
    this.kernelSize = kernelSize
    this.stride = stride ?? kernelSize
    this.padding = padding
    this.ceilMode = ceilMode
    this.countIncludePad = countIncludePad
    this.divisorOverride = divisorOverride
  }

  override forward(input: Tensor): Tensor {
    const { spatialRank: rank, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride } = this
    const divisor = rank > 1 ? { divisorOverride } : {}
    return avgPool(rank, input, kernelSize, { stride, padding, ceilMode, countIncludePad, ...divisor })
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this
    // PyTorch keeps the numbers of 1d poolings as tuples
    const text = (value: IntegerList) => (this.spatialRank === 1 ? tupleText([value].flat()) : sizeText(value))
    return `kernel_size=${text(kernelSize)}, stride=${text(stride)}, padding=${text(padding)}`
  }
}

/**
 * The average of each window of a signal [N, C, L] or [C, L].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html
 */
export class AvgPool1d extends AvgPoolNd {
  constructor(kernelSize: IntegerList, options: Omit<AvgPoolOptions, 'divisorOverride'> = {}) {
    super(1, kernelSize, options)
  }
}

/**
 * The average of each window of an image [N, C, H, W] or [C, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
 */
export class AvgPool2d extends AvgPoolNd {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  constructor(kernelSize: IntegerList, options: AvgPoolOptions = {}) {
    super(2, kernelSize, options)
  }
}

/**
 * The average of each window of a volume [N, C, D, H, W] or [C, D, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html
 */
export class AvgPool3d extends AvgPoolNd {
  constructor(kernelSize: IntegerList, options: AvgPoolOptions = {}) {
    super(3, kernelSize, options)
  }
}
