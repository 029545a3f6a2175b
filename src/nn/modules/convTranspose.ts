/**
 * ConvTranspose1d, ConvTranspose2d, ConvTranspose3d.
 *
 * @module
 */
import { describeValue, expandList, type IntegerList, integers } from '../../conv/arguments.js'
import { transposedOutputSize } from '../../conv/spec.js'
import { ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import { formatShape, type Shape } from '../../tensor/layout.js'
import { Tensor } from '../../tensor/tensor.js'
import { type ConvTransposeOptions, convTranspose1d, convTranspose2d, convTranspose3d } from '../functional/conv.js'
import { ConvNd, refuseExtraInputs, tupleText } from './convNd.js'

/** Options of {@link ConvTranspose1d}, {@link ConvTranspose2d} and {@link ConvTranspose3d}. */
export interface ConvTransposeModuleOptions extends ConvTransposeOptions {
  /** Whether a learnable number is added to each output channel. Default: true. */
  bias?: boolean
  /** Only `'zeros'`, as in PyTorch. */
  paddingMode?: 'zeros'
  /** Where the parameters live. Default: `'cpu'`. */
  device?: Device
  /** The parameters' dtype: floating or complex. Default: `'float32'`. */
  dtype?: DType
}

/** The wanted size of the result, alone or as an option: `m(x, [10, 12])` or `m(x, { outputSize: [10, 12] })`. */
export type OutputSize = readonly number[] | { outputSize?: readonly number[] | null } | null

const OPTION_NAMES = [
  'stride',
  'padding',
  'outputPadding',
  'groups',
  'bias',
  'dilation',
  'paddingMode',
  'device',
  'dtype',
] as const
const FUNCTIONS = { 1: convTranspose1d, 2: convTranspose2d, 3: convTranspose3d }

abstract class ConvTranspose extends ConvNd {
  protected constructor(
    spatialRank: 1 | 2 | 3,
    inChannels: number,
    outChannels: number,
    kernelSize: IntegerList,
    options: ConvTransposeModuleOptions,
  ) {
    super({
      ...checkOptions(`${new.target.name}.__init__`, options, OPTION_NAMES),
      spatialRank,
      inChannels,
      outChannels,
      kernelSize,
      transposed: true,
    })
  }

  /**
   * @param outputSize one of the sizes that a convolution with this stride maps to the input's size. Default: the one
   * that `outputPadding` says.
   */
  override forward(input: Tensor, outputSize?: OutputSize, ...extra: never[]): Tensor {
    refuseExtraInputs(this, input, extra, 2)
    this.initializeFrom(input)
    const { stride, padding, dilation, groups, weight, bias } = this
    const wanted = this.readOutputSize(outputSize)
    const outputPadding = wanted && input instanceof Tensor ? this.outputPaddingFor(input, wanted) : this.outputPadding
    const options = { stride, padding: padding as readonly number[], outputPadding, groups, dilation }
    return FUNCTIONS[this.spatialRank](input, weight, bias, options)
  }

  /** The output size, alone or from the options. */
  private readOutputSize(outputSize: OutputSize | undefined): readonly number[] | null {
    if (outputSize === undefined || outputSize === null || Array.isArray(outputSize)) return outputSize ?? null
    const name = `${this.constructor.name}.forward`
    const size: unknown =
      typeof outputSize === 'object'
        ? (checkOptions(name, outputSize, ['outputSize']) as { outputSize?: unknown }).outputSize
        : outputSize
    if (size === undefined || size === null || Array.isArray(size)) return size ?? null
    throw new TypeError(
      `${name}(): argument 'outputSize' must be a list of integers, but got outputSize=${describeValue(size)}`,
    )
  }

  /** The output padding that gives this output size. */
  private outputPaddingFor(input: Tensor, outputSize: readonly number[]): readonly number[] {
    const rank = this.spatialRank
    // the call says what is wrong with such an input
    if (input.ndim !== rank + 1 && input.ndim !== rank + 2) return this.outputPadding
    const others = input.ndim - rank
    if (outputSize.length !== rank && outputSize.length !== rank + others) {
      throw new ValueError(
        `ConvTranspose${rank}D: for ${input.ndim}D input, output_size must have ${rank} or ${rank + others} elements (got ${outputSize.length})`,
      )
    }
    const wanted = outputSize.slice(-rank)
    const spatial = input.shape.slice(-rank)
    const [kernel, stride, dilation, padding] = (['kernelSize', 'stride', 'dilation', 'padding'] as const).map(name =>
      expandList(name, integers(this.constructor.name, name, this[name], rank), rank),
    ) as [Shape, Shape, Shape, Shape]
    const smallest = spatial.map((size, axis) =>
      transposedOutputSize(size, kernel[axis]!, stride[axis]!, dilation[axis]!, padding[axis]!, 0),
    )
    const largest = smallest.map((size, axis) => size + stride[axis]! - 1)
    if (wanted.some((size, axis) => !(size >= smallest[axis]! && size <= largest[axis]!))) {
      throw new ValueError(
        `requested an output size of ${tupleText(wanted)}, but valid sizes range from ${formatShape(smallest)} to ${formatShape(largest)} (for an input of torch.Size(${formatShape(spatial)}))`,
      )
    }
    return wanted.map((size, axis) => size - smallest[axis]!)
  }
}

/**
 * 1d transposed convolution over [N, C_in, L] or [C_in, L].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
 */
export class ConvTranspose1d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: IntegerList,
    options: ConvTransposeModuleOptions = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, options)
  }
}

/**
 * 2d transposed convolution over [N, C_in, H, W] or [C_in, H, W]: the gradient of a {@link Conv2d} for its input.
 *
 * H_out = (H - 1) stride - 2 padding + dilation (kernelSize - 1) + outputPadding + 1; `weight` is
 * [inChannels, outChannels / groups, kernelHeight, kernelWidth].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
 * @example
 * const up = new nn.ConvTranspose2d(16, 8, 3, { stride: 2, padding: 1 })
 * up(randn(1, 16, 6, 7), { outputSize: [12, 14] }).shape // [1, 8, 12, 14]
 */
export class ConvTranspose2d extends ConvTranspose {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: IntegerList,
    options: ConvTransposeModuleOptions = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, options)
  }
}

/**
 * 3d transposed convolution over [N, C_in, D, H, W] or [C_in, D, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ConvTranspose3d.html
 */
export class ConvTranspose3d extends ConvTranspose {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: IntegerList,
    options: ConvTransposeModuleOptions = {},
  ) {
    super(3, inChannels, outChannels, kernelSize, options)
  }
}
