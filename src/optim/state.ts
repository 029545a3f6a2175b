/**
 * Optimizers' state dicts, in PyTorch's structure: parameters are numbered through all groups, and everything is spelled
 * as PyTorch spells it, so that a state can be exchanged with it.
 *
 * @module
 */
import { ValueError } from '../errors.js'
import { tensor } from '../ops/creation-data.js'
import { zerosLike } from '../ops/creation-like.js'
import { describe } from '../ops/operand.js'
import type { Tensor } from '../ops/tensor.js'
import { copyElements } from '../tensor/copy.js'
import { isComplex, isDifferentiable } from '../tensor/dtype.js'
import { formatShape } from '../tensor/layout.js'
import { Tensor as BareTensor } from '../tensor/tensor.js'
import type { Optimizer, ParameterState } from './optimizer.js'
import { isRecord, plainEntries } from './plain.js'
import { camelCase, shown, snakeCase } from './settings.js'

/** What `stateDict()` of an optimizer gives. */
export interface OptimizerState {
  /** What is kept for each parameter, by its number. */
  state: Record<string, Record<string, unknown>>
  /** The settings of each group, and the numbers of its parameters. */
  param_groups: (Record<string, unknown> & { params: number[] })[]
}

/** Settings in PyTorch's state dicts that choose between implementations of the same update. */
const IMPLEMENTATION = new Set(['foreach', 'fused', 'capturable', 'differentiable', 'decoupled_weight_decay'])

/** See {@link Optimizer.stateDict}. */
export function optimizerStateDict<S extends { lr: number }>(optimizer: Optimizer<S>): OptimizerState {
  const state: OptimizerState['state'] = {}
  let next = 0
  const groups = optimizer.paramGroups.map(({ params, ...settings }) => {
    const numbers = params.map(parameter => {
      const own = optimizer.state.get(parameter)
      if (own && Object.keys(own).length > 0) state[next] = { ...own }
      return next++
    })
    const spelled = Object.entries(settings).map(([name, value]) => [snakeCase(name), copied(value)])
    return { ...Object.fromEntries(spelled), params: numbers }
  })
  return { state, param_groups: groups }
}

const copied = (value: unknown): unknown => (Array.isArray(value) ? [...value] : value)

/** See {@link Optimizer.stateLoader}. */
export function stateLoader<S extends { lr: number }>(optimizer: Optimizer<S>, given: unknown): () => void {
  if (!isRecord(given) || !isRecord(given['state']) || !Array.isArray(given['param_groups'])) {
    throw new TypeError(`an optimizer's state dict is { state, param_groups }, but got ${describe(given)}`)
  }
  const groups = given['param_groups'] as unknown[]
  const parameters = match(optimizer, groups)
  const settings = groups.map((group, i) => readSettings(optimizer, i, group as Record<string, unknown>))
  const state = new Map<Tensor, ParameterState>()
  for (const [number, own] of plainEntries('state', given['state'])) {
    const parameter = parameters.get(number)
    if (parameter === undefined)
      throw new ValueError(`loaded state dict has a state for ${number}, which no group lists`)
    state.set(parameter, readState(optimizer, number, parameter, own))
  }
  return () => {
    optimizer.state.clear()
    for (const [parameter, own] of state) optimizer.state.set(parameter, own)
    optimizer.paramGroups.forEach((group, i) => {
      // the objects stay: somebody may hold one to change its learning rate
      for (const name of Object.keys(group)) {
        if (name !== 'params' && name !== 'paramNames') Reflect.deleteProperty(group, name)
      }
      Object.assign(group, settings[i])
    })
  }
}

/** The optimizer's parameters by the numbers they have in the loaded groups. */
function match<S extends { lr: number }>(optimizer: Optimizer<S>, groups: readonly unknown[]): Map<string, Tensor> {
  if (groups.length !== optimizer.paramGroups.length) {
    throw new ValueError(
      `loaded state dict has a different number of parameter groups: ${groups.length}, and the optimizer has ${optimizer.paramGroups.length}`,
    )
  }
  const parameters = new Map<string, Tensor>()
  optimizer.paramGroups.forEach(({ params }, i) => {
    const group = groups[i]
    const numbers = isRecord(group) ? group['params'] : undefined
    if (!Array.isArray(numbers) || !numbers.every(Number.isSafeInteger)) {
      throw new ValueError(
        `loaded state dict: params of group ${i} must be whole numbers, but got ${describe(numbers)}`,
      )
    }
    if (numbers.length !== params.length) {
      throw new ValueError(
        `loaded state dict contains a parameter group that doesn't match the size of optimizer's group: group ${i} has ${numbers.length} parameters, and the optimizer's has ${params.length}`,
      )
    }
    params.forEach((parameter, k) => {
      if (parameters.has(String(numbers[k]))) {
        throw new ValueError(`loaded state dict lists parameter ${numbers[k]} twice`)
      }
      parameters.set(String(numbers[k]), parameter)
    })
  })
  return parameters
}

function readSettings<S extends { lr: number }>(
  optimizer: Optimizer<S>,
  index: number,
  group: Record<string, unknown>,
): object {
  const settings: Record<string, unknown> = { ...optimizer.defaults }
  for (const [name, value] of plainEntries(`group ${index}`, group)) {
    if (name === 'params' || name === 'param_names' || IMPLEMENTATION.has(name)) continue
    const simple = (entry: unknown) => entry === null || ['number', 'boolean', 'string'].includes(typeof entry)
    if (!simple(value) && !(Array.isArray(value) && value.every(simple))) {
      throw new ValueError(
        `loaded state dict: ${name} of group ${index} must be a plain value, but got ${describe(value)}`,
      )
    }
    settings[camelCase(name)] = copied(value)
  }
  optimizer.checkGroup(settings as unknown as S)
  return settings
}

function readState<S extends { lr: number }>(
  optimizer: Optimizer<S>,
  number: string,
  parameter: Tensor,
  given: unknown,
): ParameterState {
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
  if (formatShape(value.shape) !== formatShape(parameter.shape)) {
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
