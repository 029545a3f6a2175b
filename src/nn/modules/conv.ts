/**
 * Conv1d, Conv2d, Conv3d.
 *
 * @module
 */
import type { IntegerList } from '../../conv/arguments.js'
import type { Activation } from '../../conv/epilogue.js'
import type { PaddingMode } from '../../conv/spec.js'
import { checkOptions } from '../../options.js'
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { Filters } from '../foldedNorm.js'
import { convolution } from '../functional/conv.js'
import type { ConvolvingModule } from '../onePass.js'
import { ConvNd, refuseExtraInputs } from './convNd.js'

/** Options of {@link Conv1d}, {@link Conv2d} and {@link Conv3d}. Numbers hold for every axis; lists give one per axis. */
export interface ConvModuleOptions {
  /** How far the kernel moves between outputs. Default: 1. */
  stride?: IntegerList
  /** Added to both sides of the input; `'same'` keeps the size (stride 1 only), `'valid'` is 0. Default: 0. */
  padding?: IntegerList | 'same' | 'valid'
  /** The distance between kernel elements. Default: 1. */
  dilation?: IntegerList
  /**
   * Into how many independent groups the channels are split; `inChannels` of them make a depthwise convolution.
   * Default: 1.
   */
  groups?: number
  /** Whether a learnable number is added to each output channel. Default: true. */
  bias?: boolean
  /** What the padding shows. Default: `'zeros'`. */
  paddingMode?: PaddingMode
  /** Where the parameters live. Default: `'cpu'`. */
  device?: Device
  /** The parameters' dtype: floating or complex. Default: `'float32'`. */
  dtype?: DType
}

const OPTION_NAMES = ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode', 'device', 'dtype'] as const

abstract class Conv extends ConvNd implements ConvolvingModule {
  protected constructor(
    spatialRank: 1 | 2 | 3,
    inChannels: number,
    outChannels: number,
    kernelSize: IntegerList,
    options: ConvModuleOptions,
  ) {
    super({
      ...checkOptions(`${new.target.name}.__init__`, options, OPTION_NAMES),
      spatialRank,
      inChannels,
      outChannels,
      kernelSize,
      transposed: false,
    })
  }

  override forward(input: Tensor, ...extra: never[]): Tensor {
    refuseExtraInputs(this, input, extra, 1)
    this.initializeFrom(input)
    return this.forwardWith(input, this, null)
  }

  /** @internal */
  forwardWith(input: Tensor, { weight, bias }: Filters, activation: Activation | null): Tensor {
    const { stride, padding, dilation, groups, paddingMode } = this
    return convolution(
      this.spatialRank,
      input,
      weight,
      bias,
      { stride, padding: padding as ConvModuleOptions['padding'], dilation, groups },
      paddingMode,
      activation,
    )
  }
}

/**
 * 1d convolution over [N, C_in, L] or [C_in, L].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
 */
export class Conv1d extends Conv {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  constructor(inChannels: number, outChannels: number, kernelSize: IntegerList, options: ConvModuleOptions = {}) {
    super(1, inChannels, outChannels, kernelSize, options)
  }
}

/**
 * 2d convolution over [N, C_in, H, W] or [C_in, H, W]; like PyTorch, it does not flip the kernel.
 *
 *     output(n, o) = bias(o) + sum over c of weight(o, c) * input(n, c)
 *
 * The output has H_out = floor((H + 2 padding - dilation (kernelSize - 1) - 1) / stride + 1) rows, and columns alike.
 * `weight` is [outChannels, inChannels / groups, kernelHeight, kernelWidth] and starts, like `bias`, as
 * U(-sqrt(k), sqrt(k)) with k = groups / (inChannels * kernelHeight * kernelWidth): after `manualSeed`, PyTorch's
 * own numbers.
 *
 * @throws ValueError from the constructor for impossible arguments, RuntimeError from the call for inputs that do not
 * fit, both with PyTorch's wording
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
 * @example
 * const m = new nn.Conv2d(16, 33, [3, 5], { stride: [2, 1], padding: [4, 2], dilation: [3, 1] })
 * m(randn(20, 16, 50, 100)).shape // [20, 33, 26, 100]
 */
export class Conv2d extends Conv {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  constructor(inChannels: number, outChannels: number, kernelSize: IntegerList, options: ConvModuleOptions = {}) {
    super(2, inChannels, outChannels, kernelSize, options)
  }
}

/**
 * 3d convolution over [N, C_in, D, H, W] or [C_in, D, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Conv3d.html
 */
export class Conv3d extends Conv {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  constructor(inChannels: number, outChannels: number, kernelSize: IntegerList, options: ConvModuleOptions = {}) {
    super(3, inChannels, outChannels, kernelSize, options)
  }
}
