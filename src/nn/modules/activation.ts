/**
 * Activations as modules, those that can also be computed in place: with `{ inplace: true }` the result is written over
 * the input. Numbers may be passed by position or by name: `new ELU(0.5)`, `new ELU({ alpha: 0.5 })`.
 *
 * @module
 */
import type { Activation } from '../../conv/epilogue.js'
import { ValueError } from '../../errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber, type InplaceOptions, namedArguments } from '../arguments.js'
import * as F from '../functional/activation.js'
import { Module } from '../module.js'
import type { ActivationModule } from '../onePass.js'
import { floatText } from '../pythonText.js'

const [RELU, RELU6, HARDSWISH] = [{ kind: 'relu' }, { kind: 'relu6' }, { kind: 'hardswish' }] as const

/** An activation that takes nothing but whether it is computed in place. */
abstract class Plain extends Module {
  readonly inplace: boolean

  constructor(options?: InplaceOptions) {
    super()
    const { name } = new.target
    const { inplace = false } = namedArguments<InplaceOptions>(name, [options], [], ['inplace'])
    this.inplace = checkFlag(name, 'inplace', inplace)
  }

  /** The options of the function behind the module; none where it is called as usual. */
  protected get options(): InplaceOptions | undefined {
    return this.inplace ? { inplace: true } : undefined
  }

  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

/**
 * max(x, 0).
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ReLU.html
 */
export class ReLU extends Plain implements ActivationModule {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  /** @internal */
  get activation(): Activation {
    return RELU
  }

  override forward(input: Tensor): Tensor {
    return F.relu(input, this.options)
  }
}

/** ELU with constants that keep mean 0 and variance 1 (https://arxiv.org/abs/1706.02515). */
export class SELU extends Plain {
  override forward(input: Tensor): Tensor {
    return F.selu(input, this.options)
  }
}

/** x sigmoid(x), also called swish. */
export class SiLU extends Plain {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  override forward(input: Tensor): Tensor {
    return F.silu(input, this.options)
  }
}

/** x tanh(softplus(x)) (https://arxiv.org/abs/1908.08681). */
export class Mish extends Plain {
  override forward(input: Tensor): Tensor {
    return F.mish(input, this.options)
  }
}

/** min(max(x + 3, 0), 6) / 6 */
export class Hardsigmoid extends Plain {
  override forward(input: Tensor): Tensor {
    return F.hardsigmoid(input, this.options)
  }

  override extraRepr(): string {
    return ''
  }
}

/** x hardsigmoid(x) (https://arxiv.org/abs/1905.02244). */
export class Hardswish extends Plain implements ActivationModule {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  /** @internal */
  get activation(): Activation {
    return HARDSWISH
  }

  override forward(input: Tensor): Tensor {
    return F.hardswish(input, this.options)
  }

  override extraRepr(): string {
    return ''
  }
}

/** ", inplace=True" behind other arguments. */
const inplaceText = (inplace: boolean) => (inplace ? ', inplace=True' : '')

/**
 * x where it is positive, else `negativeSlope` x.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 */
export class LeakyReLU extends Module implements ActivationModule {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  /** @internal */
  get activation(): Activation {
    return { kind: 'leakyRelu', negativeSlope: this.negativeSlope }
  }

  readonly negativeSlope: number
  readonly inplace: boolean

  /** @param negativeSlope Default: 0.01 */
  constructor(negativeSlope?: number | F.LeakyReLUOptions, options?: InplaceOptions) {
    super()
    const { name } = new.target
    const named = namedArguments<F.LeakyReLUOptions>(name, [negativeSlope, options], ['negativeSlope'], ['inplace'])
    this.negativeSlope = checkNumber(name, 'negativeSlope', named.negativeSlope ?? 0.01)
    this.inplace = checkFlag(name, 'inplace', named.inplace ?? false)
  }

  override forward(input: Tensor): Tensor {
    return F.leakyRelu(input, this.negativeSlope, { inplace: this.inplace })
  }

  override extraRepr(): string {
    return `negative_slope=${floatText(this.negativeSlope)}${inplaceText(this.inplace)}`
  }
}

abstract class WithAlpha extends Module {
  readonly alpha: number
  readonly inplace: boolean

  /** @param alpha Default: 1 */
  constructor(alpha?: number | F.ELUOptions, options?: InplaceOptions) {
    super()
    const { name } = new.target
    const named = namedArguments<F.ELUOptions>(name, [alpha, options], ['alpha'], ['inplace'])
    this.alpha = checkNumber(name, 'alpha', named.alpha ?? 1)
    this.inplace = checkFlag(name, 'inplace', named.inplace ?? false)
  }

  override extraRepr(): string {
    return `alpha=${floatText(this.alpha)}${inplaceText(this.inplace)}`
  }
}

/** x where it is positive, else alpha (e^x - 1) (https://arxiv.org/abs/1511.07289). */
export class ELU extends WithAlpha {
  override forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha, { inplace: this.inplace })
  }
}

/** x where it is positive, else alpha (e^(x / alpha) - 1) (https://arxiv.org/abs/1704.07483). */
export class CELU extends WithAlpha {
  override forward(input: Tensor): Tensor {
    return F.celu(input, this.alpha, { inplace: this.inplace })
  }
}

/** x within [minVal, maxVal]. */
export class Hardtanh extends Module {
  readonly minVal: number
  readonly maxVal: number
  readonly inplace: boolean

  /**
   * @param minVal Default: -1
   * @param maxVal Default: 1
   */
  constructor(
    minVal?: number | F.HardtanhOptions,
    maxVal?: number | Omit<F.HardtanhOptions, 'minVal'>,
    options?: InplaceOptions,
  ) {
    super()
    const { name } = new.target
    const given = [minVal, maxVal, options]
    const named = namedArguments<F.HardtanhOptions>(name, given, ['minVal', 'maxVal'], ['inplace'])
    this.minVal = checkNumber(name, 'minVal', named.minVal ?? -1)
    this.maxVal = checkNumber(name, 'maxVal', named.maxVal ?? 1)
    this.inplace = checkFlag(name, 'inplace', named.inplace ?? false)
    if (this.maxVal > this.minVal) return
    throw new ValueError(`${name}: maxVal must be greater than minVal, but got minVal=${minVal}, maxVal=${maxVal}`)
  }

  override forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.minVal, this.maxVal, { inplace: this.inplace })
  }

  override extraRepr(): string {
    return `min_val=${floatText(this.minVal)}, max_val=${floatText(this.maxVal)}${inplaceText(this.inplace)}`
  }
}

/** min(max(x, 0), 6). */
export class ReLU6 extends Hardtanh implements ActivationModule {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  /** @internal */
  get activation(): Activation {
    return RELU6
  }

  constructor(options?: InplaceOptions) {
    const { inplace } = namedArguments<InplaceOptions>('ReLU6', [options], [], ['inplace'])
    super(0, 6, { inplace })
  }

  override extraRepr(): string {
    return this.inplace ? 'inplace=True' : ''
  }
}

/** x where it is above the threshold, else `value`. */
export class Threshold extends Module {
  readonly threshold: number
  readonly value: number
  readonly inplace: boolean

  constructor(threshold: number | F.ThresholdOptions, value?: number, options?: InplaceOptions) {
    super()
    const { name } = new.target
    const given = [threshold, value, options]
    const named = namedArguments<F.ThresholdOptions>(name, given, ['threshold', 'value'], ['inplace'])
    this.threshold = checkNumber(name, 'threshold', named.threshold)
    this.value = checkNumber(name, 'value', named.value)
    this.inplace = checkFlag(name, 'inplace', named.inplace ?? false)
  }

  override forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value, { inplace: this.inplace })
  }

  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}${inplaceText(this.inplace)}`
  }
}
