/**
 * Initialisation of parameters: `torch.nn.init`. All fill their tensor in place, outside the tape, and return it.
 *
 * @see https://pytorch.org/docs/stable/nn.init.html
 * @module
 */
import { noGrad } from '../autograd/modes.js'
import { ValueError } from '../errors.js'
import { checkOptions } from '../options.js'
import { contiguousData } from '../tensor/copy.js'
import { formatShape, numelOf } from '../tensor/layout.js'
import { fillTruncNormal } from '../tensor/random/distributions.js'
import { defaultGenerator, type Generator } from '../tensor/random/generator.js'
import { allocate, type Tensor } from '../tensor/tensor.js'

/** The activations that {@link calculateGain} knows. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu'

const LINEAR: readonly string[] = [
  'linear',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'sigmoid',
]

/**
 * The factor by which an activation shrinks its input's standard deviation, to be made up for.
 *
 * @param param the negative slope of `leaky_relu`. Default: 0.01
 * @example calculateGain('leaky_relu', 0.2) // 1.3867504905630728
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number): number {
  if (LINEAR.includes(nonlinearity)) return 1
  switch (nonlinearity) {
    case 'tanh':
      return 5 / 3
    case 'relu':
      return Math.SQRT2
    case 'leaky_relu':
      if (param !== undefined && typeof param !== 'number')
        throw new ValueError(`negative_slope ${String(param)} not a valid number`)
      return Math.sqrt(2 / (1 + (param ?? 0.01) ** 2))
    case 'selu':
      return 3 / 4
    default:
      throw new ValueError(`Unsupported nonlinearity ${nonlinearity}`)
  }
}

/** [fan_in, fan_out]: how many inputs make one output, and how many outputs one input goes to. */
export function calculateFanInAndFanOut(tensor: Tensor): [number, number] {
  const { shape } = tensor
  if (shape.length < 2) {
    throw new ValueError('Fan in and fan out can not be computed for tensor with fewer than 2 dimensions')
  }
  const receptiveField = numelOf(shape.slice(2))
  return [shape[1]! * receptiveField, shape[0]! * receptiveField]
}

/** Fills in place without recording; meta and empty tensors have nothing to fill. */
function fill(tensor: Tensor, body: () => void): Tensor {
  if (tensor.device !== 'meta' && tensor.numel() > 0) noGrad(body)
  return tensor
}

/** Fills with U(a, b). */
export function uniform_(tensor: Tensor, a = 0, b = 1, generator?: Generator): Tensor {
  return fill(tensor, () => tensor.uniform_(a, b, { generator }))
}

/** Fills with N(mean, std^2). */
export function normal_(tensor: Tensor, mean = 0, std = 1, generator?: Generator): Tensor {
  return fill(tensor, () => tensor.normal_(mean, std, { generator }))
}

/** Fills with N(mean, std^2) restricted to [a, b]. */
export function truncNormal_(tensor: Tensor, mean = 0, std = 1, a = -2, b = 2, generator?: Generator): Tensor {
  return fill(tensor, () => {
    const drawn = allocate(tensor.shape, tensor.dtype)
    fillTruncNormal(contiguousData(drawn), tensor.dtype, mean, std, a, b, generator ?? defaultGenerator)
    tensor.copy_(drawn)
  })
}

/** Fills with one value. */
export function constant_(tensor: Tensor, value: number): Tensor {
  return fill(tensor, () => tensor.fill_(value))
}

/** Fills with 0. */
export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0)
}

/** Fills with 1. */
export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1)
}

/** Options of the Kaiming initialisations. */
export interface KaimingOptions {
  /** The negative slope of the activation behind the layer (for `leaky_relu`). Default: 0. */
  a?: number
  /** `'fan_in'` keeps the variance of the forward pass, `'fan_out'` that of the backward pass. Default: `'fan_in'`. */
  mode?: 'fan_in' | 'fan_out'
  /** Default: `'leaky_relu'`. */
  nonlinearity?: Nonlinearity
  generator?: Generator
}

/** The standard deviation of He et al.: gain / sqrt(fan). */
function kaimingStd(name: string, tensor: Tensor, options: KaimingOptions): number {
  const {
    a = 0,
    mode = 'fan_in',
    nonlinearity = 'leaky_relu',
  } = checkOptions(name, options, ['a', 'mode', 'nonlinearity', 'generator'])
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new ValueError(`Mode ${String(mode)} not supported, please use one of ['fan_in', 'fan_out']`)
  }
  const [fanIn, fanOut] = calculateFanInAndFanOut(tensor)
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut)
}

/**
 * Fills with U(-bound, bound), bound = gain * sqrt(3 / fan). He et al. 2015, https://arxiv.org/abs/1502.01852
 *
 * @example nn.init.kaimingUniform_(conv.weight, { nonlinearity: 'relu' })
 */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  if (tensor.shape.includes(0)) return tensor
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform_', tensor, options)
  return uniform_(tensor, -bound, bound, options.generator)
}

/** Fills with N(0, std^2), std = gain / sqrt(fan). He et al. 2015, https://arxiv.org/abs/1502.01852 */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  if (tensor.shape.includes(0)) return tensor
  return normal_(tensor, 0, kaimingStd('kaimingNormal_', tensor, options), options.generator)
}

/** The standard deviation of Glorot & Bengio: gain * sqrt(2 / (fan_in + fan_out)). */
function xavierStd(tensor: Tensor, gain: number): number {
  const [fanIn, fanOut] = calculateFanInAndFanOut(tensor)
  return gain * Math.sqrt(2 / (fanIn + fanOut))
}

/** Fills with U(-a, a), a = gain * sqrt(6 / (fan_in + fan_out)). Glorot & Bengio 2010 */
export function xavierUniform_(tensor: Tensor, gain = 1, generator?: Generator): Tensor {
  const bound = Math.sqrt(3) * xavierStd(tensor, gain)
  return uniform_(tensor, -bound, bound, generator)
}

/** Fills with N(0, std^2), std = gain * sqrt(2 / (fan_in + fan_out)). Glorot & Bengio 2010 */
export function xavierNormal_(tensor: Tensor, gain = 1, generator?: Generator): Tensor {
  return normal_(tensor, 0, xavierStd(tensor, gain), generator)
}

/**
 * Fills the weight of a convolution so that it passes its input on: input channel c of each group to output channel c.
 *
 * @param tensor 3, 4 or 5 dimensions
 */
export function dirac_(tensor: Tensor, groups = 1): Tensor {
  const { shape } = tensor
  if (shape.length < 3 || shape.length > 5)
    throw new ValueError('Only tensors with 3, 4, or 5 dimensions are supported')
  if (!Number.isInteger(groups) || groups < 1 || shape[0]! % groups !== 0) {
    throw new ValueError(
      `dim 0 must be divisible by groups, but got size ${formatShape(shape)} and groups=${String(groups)}`,
    )
  }
  const outPerGroup = shape[0]! / groups
  const centre = shape.slice(2).map(size => Math.floor(size / 2))
  return fill(tensor, () => {
    tensor.zero_()
    for (let group = 0; group < groups; group++) {
      for (let channel = 0; channel < Math.min(outPerGroup, shape[1]!); channel++) {
        let element = tensor.select(0, group * outPerGroup + channel).select(0, channel)
        for (const index of centre) element = element.select(0, index)
        element.fill_(1)
      }
    }
  })
}
