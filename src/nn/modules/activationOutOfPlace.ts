/**
 * Activations as modules, those that PyTorch never computes in place.
 *
 * @module
 */
import { integer } from '../../conv/arguments.js'
import { full } from '../../ops/creation/fromSizes.js'
import { prelu } from '../../ops/elementwise/activation.js'
import { type GeluOptions, logsigmoid, type SoftplusOptions } from '../../ops/elementwise/smoothActivation.js'
import { sigmoid, tanh } from '../../ops/elementwise/unary.js'
import { checkOptions } from '../../options.js'
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkNumber, namedArguments } from '../arguments.js'
import * as F from '../functional/activationOutOfPlace.js'
import { Module } from '../module.js'
import { Parameter } from '../parameter.js'
import { floatText } from '../pythonText.js'

/** Arguments of {@link PReLU} that can be passed by name. */
export interface PReLUOptions {
  /** One slope for all, or one for each channel (dimension 1). Default: 1. */
  numParameters?: number
  /** What the slopes start from. Default: 0.25. */
  init?: number
  /** Where the slopes live. Default: `'cpu'`. */
  device?: Device
  /** Default: `'float32'`. */
  dtype?: DType
}

/**
 * x where it is positive, else `weight` x, with learned slopes.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.PReLU.html
 * @example new nn.PReLU(16, { init: 0.1 })
 */
export class PReLU extends Module {
  readonly numParameters: number
  weight: Parameter

  constructor(
    numParameters?: number | PReLUOptions,
    init?: number | Omit<PReLUOptions, 'numParameters'>,
    options?: Pick<PReLUOptions, 'device' | 'dtype'>,
  ) {
    super()
    const { name } = new.target
    const given = [numParameters, init, options]
    const named = namedArguments<PReLUOptions>(name, given, ['numParameters', 'init'], ['device', 'dtype'])
    this.numParameters = integer(name, 'numParameters', named.numParameters ?? 1)
    const start = checkNumber(name, 'init', named.init ?? 0.25)
    const { device, dtype } = named
    this.weight = new Parameter(full([this.numParameters], start, { device, dtype }))
  }

  override forward(input: Tensor): Tensor {
    return prelu(input, this.weight)
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`
  }
}

/**
 * x times the probability that a standard normal number is less (https://arxiv.org/abs/1606.08415).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GELU.html
 */
export class GELU extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  readonly approximate: 'none' | 'tanh'

  /** @param options.approximate `'tanh'`: the approximation by tanh. Default: `'none'` */
  constructor(options: GeluOptions = {}) {
    super()
    this.approximate = checkOptions('GELU', options, ['approximate']).approximate ?? 'none'
  }

  override forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate })
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`
  }
}

/** 1 / (1 + e^-x) */
export class Sigmoid extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  override forward(input: Tensor): Tensor {
    return sigmoid(input)
  }
}

/** log(sigmoid(x)) */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return logsigmoid(input)
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  override forward(input: Tensor): Tensor {
    return tanh(input)
  }
}

/** x - tanh(x) */
export class Tanhshrink extends Module {
  override forward(input: Tensor): Tensor {
    return F.tanhshrink(input)
  }
}

/** x / (1 + |x|) */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return F.softsign(input)
  }
}

/**
 * log(1 + e^(beta x)) / beta, a smooth ReLU; x itself where `beta x` is above the threshold.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Softplus.html
 */
export class Softplus extends Module {
  readonly beta: number
  readonly threshold: number

  /**
   * @param beta Default: 1
   * @param threshold Default: 20
   */
  constructor(beta?: number | SoftplusOptions, threshold?: number | Pick<SoftplusOptions, 'threshold'>) {
    super()
    const { name } = new.target
    const named = namedArguments<SoftplusOptions>(name, [beta, threshold], ['beta', 'threshold'])
    this.beta = checkNumber(name, 'beta', named.beta ?? 1)
    this.threshold = checkNumber(name, 'threshold', named.threshold ?? 20)
  }

  override forward(input: Tensor): Tensor {
    return F.softplus(input, this.beta, this.threshold)
  }

  override extraRepr(): string {
    return `beta=${this.beta}, threshold=${this.threshold}`
  }
}

abstract class Shrink extends Module {
  readonly lambd: number

  /** @param lambd Default: 0.5 */
  constructor(lambd?: number | { lambd?: number }) {
    super()
    const { name } = new.target
    const named = namedArguments<{ lambd?: number }>(name, [lambd], ['lambd'])
    this.lambd = checkNumber(name, 'lambd', named.lambd ?? 0.5)
  }

  override extraRepr(): string {
    return floatText(this.lambd)
  }
}

/** 0 where |x| is at most `lambd`, else x. */
export class Hardshrink extends Shrink {
  override forward(input: Tensor): Tensor {
    return F.hardshrink(input, this.lambd)
  }
}

/** x moved towards 0 by `lambd`, and not past it. */
export class Softshrink extends Shrink {
  override forward(input: Tensor): Tensor {
    return F.softshrink(input, this.lambd)
  }
}

/** The first half of a dimension times the sigmoid of the second. */
export class GLU extends Module {
  readonly dim: number

  /** @param dim Default: -1 */
  constructor(dim?: number | { dim?: number }) {
    super()
    this.dim = integer('GLU', 'dim', namedArguments<{ dim?: number }>('GLU', [dim], ['dim']).dim ?? -1)
  }

  override forward(input: Tensor): Tensor {
    return F.glu(input, this.dim)
  }

  override extraRepr(): string {
    return `dim=${this.dim}`
  }
}
