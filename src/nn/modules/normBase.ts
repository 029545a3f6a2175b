/**
 * What batch and instance normalisation modules share: parameters, running statistics, printing.
 *
 * @module
 */
import { integer } from '../../conv/arguments.js'
import { ValueError } from '../../errors.js'
import { empty, ones, zeros } from '../../ops/creation/fromSizes.js'
import { checkOptions } from '../../options.js'
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber } from '../arguments.js'
import { ones_, zeros_ } from '../init.js'
import { Module } from '../module.js'
import { Parameter } from '../parameter.js'
import { boolText, floatText } from '../pythonText.js'
import type { StateDict } from '../state.js'

/** Options of the batch norm and instance norm modules. */
export interface NormModuleOptions {
  /** Added to the variance. Default: 1e-5. */
  eps?: number
  /** How much of the running statistics one batch replaces; `null` averages over all batches so far. Default: 0.1. */
  momentum?: number | null
  /** Whether each channel has a learnable weight and bias. Default: true for batch norm, false for instance norm. */
  affine?: boolean
  /** Whether running statistics are kept, for use after `eval()`. Default: as for `affine`. */
  trackRunningStats?: boolean
  /** Where parameters and statistics live. Default: `'cpu'`. */
  device?: Device
  /** Their dtype. Default: `'float32'`. */
  dtype?: DType
}

const OPTIONS = ['eps', 'momentum', 'affine', 'trackRunningStats', 'device', 'dtype']

export abstract class NormBase extends Module {
  readonly numFeatures: number
  readonly eps: number
  readonly momentum: number | null
  readonly affine: boolean
  readonly trackRunningStats: boolean
  weight: Parameter | null
  bias: Parameter | null
  // named as in state dicts
  declare running_mean: Tensor | null
  declare running_var: Tensor | null
  declare num_batches_tracked: Tensor | null

  protected constructor(numFeatures: number, options: NormModuleOptions, usual: boolean) {
    super()
    const { name } = new.target
    const checked = checkOptions(name, options, OPTIONS)
    const { eps = 1e-5, momentum = 0.1, affine = usual, trackRunningStats = usual, device, dtype } = checked
    this.numFeatures = integer(name, 'num_features', numFeatures)
    this.eps = checkNumber(name, 'eps', eps)
    this.momentum = momentum === null ? null : checkNumber(name, 'momentum', momentum)
    this.affine = checkFlag(name, 'affine', affine)
    this.trackRunningStats = checkFlag(name, 'track_running_stats', trackRunningStats)
    const size = [numFeatures]
    this.weight = affine ? new Parameter(empty(size, { device, dtype })) : null
    this.bias = affine ? new Parameter(empty(size, { device, dtype })) : null
    this.registerBuffer('running_mean', trackRunningStats ? zeros(size, { device, dtype }) : null)
    this.registerBuffer('running_var', trackRunningStats ? ones(size, { device, dtype }) : null)
    this.registerBuffer('num_batches_tracked', trackRunningStats ? zeros([], { device, dtype: 'int64' }) : null)
    this.resetParameters()
  }

  get runningMean(): Tensor | null {
    return this.running_mean
  }

  get runningVar(): Tensor | null {
    return this.running_var
  }

  get numBatchesTracked(): Tensor | null {
    return this.num_batches_tracked
  }

  /** Forgets the statistics: mean 0, variance 1, no batches. */
  resetRunningStats(): void {
    if (this.running_mean) zeros_(this.running_mean)
    if (this.running_var) ones_(this.running_var)
    if (this.num_batches_tracked) zeros_(this.num_batches_tracked)
  }

  /** Weight 1, bias 0, and no statistics. */
  resetParameters(): void {
    this.resetRunningStats()
    if (this.weight) ones_(this.weight)
    if (this.bias) zeros_(this.bias)
  }

  /** Files from before PyTorch 0.4.1 have no `num_batches_tracked`, and dicts do not tell how old they are: it is 0 then. */
  override completeStateDict(state: StateDict, prefix: string): void {
    const name = `${prefix}num_batches_tracked`
    if (this.trackRunningStats && !Object.hasOwn(state, name)) state[name] = zeros([], { dtype: 'int64' })
  }

  /** Refuses inputs of another number of dimensions. */
  protected checkInputDim(input: Tensor, ...allowed: readonly number[]): void {
    if (allowed.includes(input.ndim)) return
    throw new ValueError(`expected ${allowed.map(dims => `${dims}D`).join(' or ')} input (got ${input.ndim}D input)`)
  }

  override extraRepr(): string {
    const { numFeatures, eps, momentum, affine, trackRunningStats } = this
    const texts = {
      eps: floatText(eps),
      momentum: momentum === null ? 'None' : floatText(momentum),
      affine: boolText(affine),
      track_running_stats: boolText(trackRunningStats),
    }
    return [numFeatures, ...Object.entries(texts).map(([name, text]) => `${name}=${text}`)].join(', ')
  }
}
