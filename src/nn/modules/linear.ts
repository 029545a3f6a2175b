/**
 * Linear and Identity.
 *
 * @module
 */
import { integer } from '../../conv/arguments.js'
import { empty } from '../../ops/creation/fromSizes.js'
import { linear } from '../../ops/matrices/matmul.js'
import { checkOptions } from '../../options.js'
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag } from '../arguments.js'
import { calculateFanInAndFanOut, kaimingUniform_, uniform_ } from '../init.js'
import { Module } from '../module.js'
import { Parameter } from '../parameter.js'
import { boolText } from '../pythonText.js'

/** Options of {@link Linear}. */
export interface LinearOptions {
  /** Whether a learnable number is added to each output. Default: true. */
  bias?: boolean
  /** Where the parameters live. Default: `'cpu'`. */
  device?: Device
  /** The parameters' dtype: floating or complex. Default: `'float32'`. */
  dtype?: DType
}

/**
 * `x weight^T + bias` along the last dimension: [..., inFeatures] to [..., outFeatures].
 *
 * `weight` is [outFeatures, inFeatures] and starts, like `bias`, as U(-sqrt(k), sqrt(k)) with k = 1 / inFeatures: after
 * `manualSeed`, PyTorch's own numbers.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
 * @example new nn.Linear(20, 30)(randn(128, 20)).shape // [128, 30]
 */
export class Linear extends Module {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  readonly inFeatures: number
  readonly outFeatures: number
  weight: Parameter
  bias: Parameter | null

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super()
    const { name } = new.target
    const { bias = true, device, dtype } = checkOptions(name, options, ['bias', 'device', 'dtype'])
    this.inFeatures = integer(name, 'inFeatures', inFeatures)
    this.outFeatures = integer(name, 'outFeatures', outFeatures)
    this.weight = new Parameter(empty([outFeatures, inFeatures], { device, dtype }))
    this.bias = checkFlag(name, 'bias', bias) ? new Parameter(empty([outFeatures], { device, dtype })) : null
    this.resetParameters()
  }

  /** Draws weight and bias anew. */
  resetParameters(): void {
    // a = sqrt(5) makes it U(-1/sqrt(inFeatures), 1/sqrt(inFeatures)): https://github.com/pytorch/pytorch/issues/57109
    kaimingUniform_(this.weight, { a: Math.sqrt(5) })
    if (this.bias === null) return
    const [fanIn] = calculateFanInAndFanOut(this.weight)
    const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0
    uniform_(this.bias, -bound, bound)
  }

  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias)
  }

  override extraRepr(): string {
    const { inFeatures, outFeatures, bias } = this
    return `in_features=${inFeatures}, out_features=${outFeatures}, bias=${boolText(bias !== null)}`
  }
}

/**
 * Returns its input; takes any arguments, so that it can stand in for another module.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Identity.html
 */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super()
  }

  override forward<T = Tensor>(input: T): T {
    return input
  }
}
