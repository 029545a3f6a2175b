/**
 * What all creation functions share: the options, the sizes, and the tensor with its methods.
 *
 * @module
 */
import { describe, RuntimeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { checkDevice, type Device } from '../../tensor/device.js'
import { checkDType, type DType, type TypedArray } from '../../tensor/dtype.js'
import {
  channelsLastStrides,
  contiguousStrides,
  formatShape,
  type MemoryFormat,
  numelOf,
  type Shape,
} from '../../tensor/layout.js'
import { Storage } from '../../tensor/storage.js'
// the class with its methods: what a user gets is made from it
import { Tensor } from '../tensor.js'
import { listOf } from '../views/sizes.js'

/** Options of every creation function. */
export interface CreationOptions {
  /** Default: float32. */
  dtype?: DType
  /** Default: `'cpu'`. */
  device?: Device
  /** Record operations on the tensor for `backward()`. Default: false. */
  requiresGrad?: boolean
}

/** Options of functions that make an uninitialised or constant tensor of given sizes. */
export interface SizedOptions extends CreationOptions {
  /** The order of elements in memory. Default: `'contiguous'`. */
  memoryFormat?: MemoryFormat
}

/** Sizes one by one or in an array, and options at the end. */
export interface SizedCreation<Options> {
  (...sizes: number[]): Tensor
  (...sizesAndOptions: [...sizes: number[], options: Options]): Tensor
  (sizes: Shape, options?: Options): Tensor
}

/** The arguments of a {@link SizedCreation}. */
export type SizedArguments<Options> = readonly (number | Shape | Options | undefined)[]

export const CREATION_KEYS = ['dtype', 'device', 'requiresGrad']
export const SIZED_KEYS = [...CREATION_KEYS, 'memoryFormat']

/** Parts the trailing options from the sizes, and checks both. */
export function sizedArguments<Options extends object>(
  operation: string,
  args: SizedArguments<Options>,
  allowed: readonly string[],
): { shape: number[]; options: Options } {
  const last = args.at(-1)
  const hasOptions = args.length > 0 && (last === undefined || (typeof last === 'object' && !Array.isArray(last)))
  const options = (hasOptions ? last : undefined) as Options | undefined
  const sizes = hasOptions ? args.slice(0, -1) : args
  if (sizes.length === 0) {
    throw new TypeError(
      `${operation}() missing its sizes: pass them one by one or in an array; [] makes a single number`,
    )
  }
  return { shape: checkSizes(operation, sizes), options: knownOptions(operation, options, allowed) }
}

/** Sizes as whole numbers that are not negative. */
export function checkSizes(operation: string, sizes: readonly unknown[]): number[] {
  const shape = listOf(operation, 'size', sizes)
  const negative = shape.find(size => size < 0)
  if (negative !== undefined) {
    throw new RuntimeError(`Trying to create tensor with negative dimension ${negative}: ${formatShape(shape)}`)
  }
  return shape
}

/** Options that may be missing, without keys that are not known. */
export function knownOptions<Options extends object>(
  operation: string,
  options: Options | undefined,
  allowed: readonly string[],
): Options {
  if (options === undefined) return {} as Options
  checkOptions(operation, options, allowed)
  return options
}

/** A new zero-filled tensor with the options of a user. */
export function blank(shape: Shape, options: SizedOptions, fallback: DType = 'float32', strides?: Shape): Tensor {
  const dtype = checkDType(options.dtype, fallback)
  const device = checkDevice(options.device)
  const own = strides ?? stridesIn(shape, options.memoryFormat)
  const out = new Tensor(Storage.allocate(dtype, numelOf(shape), device), freeze(shape), freeze(own))
  return finished(out, options)
}

/** A new tensor over an array that the library made, or that the user wants `shared`. */
export function over(
  array: TypedArray,
  shape: Shape,
  dtype: DType,
  options: CreationOptions,
  { shared = false }: { shared?: boolean } = {},
): Tensor {
  const storage = Storage.wrap(dtype, array, shared)
  return finished(new Tensor(storage, freeze(shape), freeze(contiguousStrides(shape))), options)
}

/** Sets what a user asked for beyond the elements. */
export function finished(out: Tensor, { requiresGrad }: CreationOptions): Tensor {
  if (requiresGrad !== undefined && typeof requiresGrad !== 'boolean') {
    throw new TypeError(`requiresGrad must be true or false, but got ${describe(requiresGrad)}`)
  }
  if (requiresGrad) out.requiresGrad = true
  return out
}

/** The strides of a memory format that came from a user. */
export function stridesIn(shape: Shape, format: MemoryFormat | undefined): number[] {
  if (format === undefined || format === 'contiguous') return contiguousStrides(shape)
  if (format === 'channels_last') return channelsLastStrides(shape)
  throw new RuntimeError(`unsupported memory format ${String(format)}: it must be 'contiguous' or 'channels_last'`)
}

const freeze = (list: Shape): Shape => Object.freeze([...list])
