/**
 * What all convolution modules share: arguments, parameters, initialisation, printing.
 *
 * @module
 */
import { describeValue, type IntegerList, integer, integers } from '../../conv/arguments.js'
import type { PaddingMode } from '../../conv/spec.js'
import { describe, RuntimeError, ValueError } from '../../errors.js'
import { empty } from '../../ops/creation/fromSizes.js'
import { checkDevice, type Device } from '../../tensor/device.js'
import { checkDType, type DType } from '../../tensor/dtype.js'
import { formatShape } from '../../tensor/layout.js'
import { Tensor } from '../../tensor/tensor.js'
import { calculateFanInAndFanOut, kaimingUniform_, uniform_ } from '../init.js'
import { Module } from '../module.js'
import { Parameter, UninitializedParameter } from '../parameter.js'

/** In the place of the input channels: those of the first input. Lazy modules' own business, so its type is that of the others. */
export const LAZY = Symbol('the channels of the first input') as unknown as number

/** Everything a convolution module can be told. */
export interface ConvNdArguments {
  readonly spatialRank: 1 | 2 | 3
  /** {@link LAZY}: not known before the first call. */
  readonly inChannels: number
  readonly outChannels: number
  readonly kernelSize: IntegerList
  readonly transposed: boolean
  readonly stride?: IntegerList
  readonly padding?: IntegerList | string
  readonly outputPadding?: IntegerList
  readonly dilation?: IntegerList
  readonly groups?: number
  readonly bias?: boolean
  readonly paddingMode?: PaddingMode
  readonly device?: Device
  readonly dtype?: DType
}

const PADDING_MODES: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular']

export abstract class ConvNd extends Module {
  /** What a lazy module is from its first call on: LazyConv2d becomes Conv2d, as in PyTorch. */
  protected static readonly becomes: { readonly prototype: ConvNd } | null = null

  readonly spatialRank: 1 | 2 | 3
  inChannels: number
  readonly outChannels: number
  readonly kernelSize: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[] | string
  readonly dilation: readonly number[]
  readonly transposed: boolean
  readonly outputPadding: readonly number[]
  readonly groups: number
  readonly paddingMode: PaddingMode
  weight: Parameter
  bias: Parameter | null

  protected constructor(call: ConvNdArguments) {
    super()
    const {
      spatialRank,
      stride = 1,
      padding = 0,
      dilation = 1,
      outputPadding = 0,
      bias = true,
      paddingMode = 'zeros',
      groups = 1,
    } = call
    checkArguments(new.target.name, call, groups, paddingMode)
    // strides and the like are kept as they came: what cannot be used is refused by the call, as in PyTorch
    const tuple = (value: IntegerList) =>
      Object.freeze(Array.isArray(value) ? [...value] : new Array(spatialRank).fill(value))
    this.spatialRank = spatialRank
    this.inChannels = call.inChannels === LAZY ? 0 : call.inChannels
    this.outChannels = call.outChannels
    this.kernelSize = tuple(call.kernelSize)
    this.stride = tuple(stride)
    this.padding = typeof padding === 'string' ? padding : tuple(padding)
    this.dilation = tuple(dilation)
    this.transposed = call.transposed
    this.outputPadding = tuple(outputPadding)
    this.groups = groups
    this.paddingMode = paddingMode

    const factory = { dtype: checkDType(call.dtype), device: checkDevice(call.device) }
    if (call.inChannels === LAZY) {
      this.weight = new UninitializedParameter(factory)
      this.bias = bias ? new UninitializedParameter(factory) : null
    } else {
      this.weight = new Parameter(empty(this.weightShape(), factory))
      this.bias = bias ? new Parameter(empty([this.outChannels], factory)) : null
      this.resetParameters()
    }
  }

  private weightShape(): number[] {
    const [first, second] = this.transposed ? [this.inChannels, this.outChannels] : [this.outChannels, this.inChannels]
    return [first, second / this.groups, ...this.kernelSize]
  }

  /** Draws weight and bias anew from U(-1/sqrt(fan_in), 1/sqrt(fan_in)). */
  resetParameters(): void {
    this.resetWeight()
    this.resetBias()
  }

  private resetWeight(): void {
    // a = sqrt(5) makes kaimingUniform_ that bound: see https://github.com/pytorch/pytorch/issues/57109
    kaimingUniform_(this.weight, { a: Math.sqrt(5) })
  }

  private resetBias(): void {
    if (this.bias === null) return
    const [fanIn] = calculateFanInAndFanOut(this.weight)
    if (fanIn === 0) return
    const bound = 1 / Math.sqrt(fanIn)
    uniform_(this.bias, -bound, bound)
  }

  /** Lazy modules learn their input channels from the first input, or from the state they loaded, and become ordinary ones. */
  protected initializeFrom(input: Tensor): void {
    const { becomes } = this.constructor as typeof ConvNd
    if (becomes === null || !(input instanceof Tensor)) return
    const { weight, bias } = this
    const [bare, bareBias] = [weight, bias].map(parameter => parameter instanceof UninitializedParameter)
    this.inChannels = bare ? this.channelsOf(input) : this.channelsOfWeight()
    if (weight instanceof UninitializedParameter) weight.materialize(this.weightShape())
    if (bias instanceof UninitializedParameter) bias.materialize([this.outChannels])
    if (bare && (bareBias || bias === null)) this.resetParameters()
    else if (bare) this.resetWeight()
    else if (bareBias) this.resetBias()
    Object.setPrototypeOf(this, becomes.prototype)
  }

  private channelsOfWeight(): number {
    return this.transposed ? this.weight.shape[0]! : this.weight.shape[1]! * this.groups
  }

  private channelsOf(input: Tensor): number {
    const rank = this.spatialRank
    if (input.ndim !== rank + 1 && input.ndim !== rank + 2) {
      throw new RuntimeError(
        `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${this.constructor.name}, but got input of size: torch.Size(${formatShape(input.shape)})`,
      )
    }
    const channels = input.shape[input.ndim - rank - 1]!
    if (channels % this.groups !== 0) throw indivisible('in_channels', channels, this.groups)
    return channels
  }

  override extraRepr(): string {
    const differs = (values: readonly number[] | string, usual: number) =>
      typeof values === 'string' || values.some(value => value !== usual)
    const parts = [
      `${this.inChannels}, ${this.outChannels}`,
      `kernel_size=${tupleText(this.kernelSize)}`,
      `stride=${tupleText(this.stride)}`,
    ]
    if (differs(this.padding, 0)) parts.push(`padding=${tupleText(this.padding)}`)
    if (differs(this.dilation, 1)) parts.push(`dilation=${tupleText(this.dilation)}`)
    if (differs(this.outputPadding, 0)) parts.push(`output_padding=${tupleText(this.outputPadding)}`)
    if (this.groups !== 1) parts.push(`groups=${this.groups}`)
    if (this.bias === null) parts.push('bias=False')
    if (this.paddingMode !== 'zeros') parts.push(`padding_mode=${this.paddingMode}`)
    return parts.join(', ')
  }
}

/** A list as Python prints a tuple: (3, 5), and (3,) if it has one element. */
export function tupleText(values: readonly number[] | string): string {
  if (typeof values === 'string') return values
  const items = values.map(value => (value === null ? 'None' : String(value)))
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
}

/** PyTorch's checks of the constructor, in its order; strides and the like are checked at the call, as there. */
function checkArguments(name: string, call: ConvNdArguments, groups: number, paddingMode: PaddingMode): void {
  const required = { in_channels: call.inChannels, out_channels: call.outChannels, kernel_size: call.kernelSize }
  const missing = Object.entries(required)
    .filter(([, value]) => value === undefined)
    .map(([key]) => `'${key}'`)
  if (missing.length > 0) {
    const list =
      missing.length > 2 ? `${missing.slice(0, -1).join(', ')}, and ${missing.at(-1)}` : missing.join(' and ')
    const noun = missing.length === 1 ? 'argument' : 'arguments'
    throw new TypeError(`${name}.__init__() missing ${missing.length} required positional ${noun}: ${list}`)
  }
  // PyTorch's transposed modules look at the padding mode before all else
  if (call.transposed && paddingMode !== 'zeros') {
    throw new ValueError(
      `Only "zeros" padding mode is supported for ${name}, but got paddingMode=${describeValue(paddingMode)}`,
    )
  }
  integer(name, 'groups', groups)
  if (call.inChannels !== LAZY) integer(name, 'inChannels', call.inChannels)
  integer(name, 'outChannels', call.outChannels)
  integers(name, 'kernelSize', call.kernelSize, call.spatialRank)
  checkKinds(name, call)
  if (groups <= 0) throw new ValueError(`groups must be a positive integer, but got groups=${groups}`)
  if (call.inChannels !== LAZY && call.inChannels % groups !== 0)
    throw indivisible('in_channels', call.inChannels, groups)
  if (call.outChannels % groups !== 0) throw indivisible('out_channels', call.outChannels, groups)
  checkPaddingString(name, call)
  if (!PADDING_MODES.includes(paddingMode)) {
    throw new ValueError(
      `padding_mode must be one of {${PADDING_MODES.map(mode => `'${mode}'`).join(', ')}}, but got padding_mode='${paddingMode}'`,
    )
  }
}

/** Refuses what could be neither a number nor a list (null is left to the call), and a bias that is not yes or no. */
function checkKinds(name: string, call: ConvNdArguments): void {
  for (const key of ['stride', 'padding', 'dilation', 'outputPadding'] as const) {
    const value: unknown = call[key]
    const plain = value === undefined || value === null || typeof value === 'number' || Array.isArray(value)
    if (plain || (key === 'padding' && typeof value === 'string')) continue
    throw new TypeError(
      `${name}(): argument '${key}' must be a number or a list of numbers, but got ${describe(value)}`,
    )
  }
  const bias: unknown = call.bias
  if (bias === undefined || bias === null || typeof bias === 'boolean' || bias === 0 || bias === 1) return
  throw new TypeError(`${name}(): argument 'bias' must be true or false, but got ${describe(bias)}`)
}

function checkPaddingString(name: string, { padding, stride = 1, transposed }: ConvNdArguments): void {
  if (typeof padding !== 'string') return
  if (transposed) throw new ValueError(`${name} takes numbers for padding, but got padding='${padding}'`)
  if (padding !== 'same' && padding !== 'valid') {
    throw new ValueError(`Invalid padding string ${describeValue(padding)}, should be one of {'same', 'valid'}`)
  }
  const strides: readonly number[] = Array.isArray(stride) ? stride : [stride as number]
  if (padding === 'same' && strides.some(s => s !== 1)) {
    throw new ValueError(`padding='same' is not supported for strided convolutions (stride=${describeValue(stride)})`)
  }
}

function indivisible(name: string, channels: number, groups: number): ValueError {
  return new ValueError(`${name} must be divisible by groups, but got ${name}=${channels} and groups=${groups}`)
}

/** Python's refusal of a call with too few or too many arguments; it counts the module itself. */
export function refuseExtraInputs(module: Module, input: unknown, extra: readonly unknown[], most: number): void {
  const name = module.constructor.name
  if (input === undefined) throw new TypeError(`${name}.forward() missing 1 required positional argument: 'input'`)
  if (extra.length > 0) {
    const takes = most === 1 ? '2' : `from 2 to ${most + 1}`
    throw new TypeError(
      `${name}.forward() takes ${takes} positional arguments but ${most + 1 + extra.length} were given`,
    )
  }
}
