/**
 * Checks that the normalisations share.
 *
 * @module
 */
import { describeValue } from '../../conv/arguments.js'
import { describe, NotImplementedError, RuntimeError } from '../../errors.js'
import { dtypeInfo, isFloating, isHalf } from '../../tensor/dtype.js'
import type { Shape } from '../../tensor/layout.js'
import { Tensor } from '../../tensor/tensor.js'
import { commonDevice } from '../elementwise/operand.js'

/** A parameter or statistic that may be missing. */
export type Optional = Tensor | null | undefined

type NamedTensors = Readonly<Record<string, Optional>>

/** Refuses what is neither a tensor nor null. */
export function checkOptional(operation: string, tensors: NamedTensors): void {
  for (const name of Object.keys(tensors)) {
    const value: unknown = tensors[name]
    if (value === null || value === undefined || value instanceof Tensor) continue
    throw new TypeError(`${operation}(): argument '${name}' must be Tensor or null, not ${describe(value)}`)
  }
}

/** Refuses dtypes that are not floating, and parameters elsewhere or of another dtype; float32 goes with 16-bit inputs. */
export function checkParameters(kernel: string, input: Tensor, tensors: NamedTensors): void {
  if (!isFloating(input.dtype)) {
    throw new NotImplementedError(`"${kernel}" not implemented for '${dtypeInfo(input.dtype).scalarName}'`)
  }
  const others = Object.values(tensors)
  for (let i = 0; i < others.length; i++)
    if (others[i] && others[i]!.device !== input.device) commonDevice([input, others[i]!])
  for (const name of Object.keys(tensors)) {
    const tensor = tensors[name]
    if (!tensor || tensor.dtype === input.dtype || (isHalf(input.dtype) && tensor.dtype === 'float32')) continue
    const [expected, found] = [input, tensor].map(({ dtype }) => dtypeInfo(dtype).scalarName)
    throw new RuntimeError(`expected scalar type ${expected} but found ${found} (${name})`)
  }
}

/** Refuses what has not one number for each channel. */
export function checkPerChannel(channels: number, name: string, tensor: Optional): void {
  if (!tensor || tensor.numel() === channels) return
  throw new RuntimeError(`${name} should contain ${channels} elements not ${tensor.numel()}`)
}

/** Refuses what is not a number. */
export function checkNumber(operation: string, name: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError(`${operation}(): argument '${name}' must be float, but got ${name}=${describeValue(value)}`)
}

/** The number of elements behind the first two dimensions. */
export function spatialSize(shape: Shape): number {
  let size = 1
  for (let dim = 2; dim < shape.length; dim++) size *= shape[dim]!
  return size
}
