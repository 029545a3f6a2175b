/**
 * Reading what an optimizer's state dict has for one parameter.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { tensor } from '../ops/creation/fromData.js'
import { zerosLike } from '../ops/creation/like.js'
import type { Tensor } from '../ops/tensor.js'
import { copyElements } from '../tensor/copy.js'
import { isComplex, isDifferentiable } from '../tensor/dtype.js'
import { formatShape, isSameShape } from '../tensor/layout.js'
import { Tensor as BareTensor } from '../tensor/tensor.js'
import type { Optimizer, ParameterState } from './optimizer.js'
import { isRecord, plainEntries } from './plain.js'
import { shown } from './settings.js'

/** Copies of the tensors in the parameter's dtype and layout, every entry checked. */
export function readState(optimizer: Optimizer, number: string, parameter: Tensor, given: unknown): ParameterState {
  const own = `state of parameter ${number}`
  if (!isRecord(given)) throw new ValueError(`loaded state dict: ${own} must be an object, but got ${describe(given)}`)
  const kept = optimizer.tables.state
  const state: ParameterState = {}
  for (const [name, value] of plainEntries(own, given)) {
    if (!Object.hasOwn(kept, name)) {
      throw new ValueError(
        `loaded state dict: ${own} has ${name}, which ${optimizer.constructor.name} does not keep; it keeps ${Object.keys(kept).join(', ')}`,
      )
    }
    // PyTorch 1 lists buffers that are not there yet as None
    if (value === null && kept[name] === 'sometimes') continue
    state[name] = name === 'step' ? readStep(own, value) : readLike(`${name} of parameter ${number}`, parameter, value)
  }
  const missing = Object.keys(kept).filter(name => kept[name] === 'always' && !Object.hasOwn(state, name))
  if (missing.length > 0 && Object.keys(given).length > 0) {
    throw new ValueError(`loaded state dict: ${own} has no ${missing.join(' and no ')}`)
  }
  return state
}

/** The number of updates so far, which PyTorch keeps as a float32 tensor, and kept as a number. */
function readStep(own: string, value: unknown): Tensor {
  const step = value instanceof BareTensor && value.numel() === 1 ? Number((value as Tensor).item()) : value
  if (!Number.isSafeInteger(step) || (step as number) < 0) {
    throw new ValueError(`loaded state dict: step in ${own} must be a whole number, but got ${shown(step)}`)
  }
  return tensor(step as number)
}

/** A copy with the parameter's dtype and memory layout. */
function readLike(name: string, parameter: Tensor, value: unknown): Tensor {
  if (!(value instanceof BareTensor)) {
    throw new ValueError(`loaded state dict: ${name} must be a Tensor, but got ${describe(value)}`)
  }
  if (!isSameShape(value.shape, parameter.shape)) {
    throw new ValueError(
      `loaded state dict: size mismatch for ${name}: its shape is ${formatShape(value.shape)}, the parameter's shape is ${formatShape(parameter.shape)}`,
    )
  }
  if (!isDifferentiable(value.dtype) || isComplex(value.dtype) !== isComplex(parameter.dtype)) {
    throw new ValueError(`loaded state dict: ${name} is ${value.dtype}, the parameter is ${parameter.dtype}`)
  }
  const copy = zerosLike(parameter)
  copyElements(copy, value)
  return copy
}
