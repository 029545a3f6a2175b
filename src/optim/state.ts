/**
 * Optimizers' state dicts, in PyTorch's structure: parameters are numbered through all groups, and everything is spelled
 * as PyTorch spells it, so that a state can be exchanged with it.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import type { Tensor } from '../ops/tensor.js'
import type { Optimizer, ParameterState } from './optimizer.js'
import { readState } from './parameterState.js'
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
const IMPLEMENTATION = new Set(['foreach', 'fused', 'capturable', 'differentiable'])

/** See {@link Optimizer.stateDict}. */
export function optimizerStateDict(optimizer: Optimizer): OptimizerState {
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
export function stateLoader(optimizer: Optimizer, given: unknown): () => void {
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
function match(optimizer: Optimizer, groups: readonly unknown[]): Map<string, Tensor> {
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

function readSettings(optimizer: Optimizer, index: number, group: Record<string, unknown>): object {
  const settings: Record<string, unknown> = { ...optimizer.defaults }
  for (const [name, value] of plainEntries(`group ${index}`, group)) {
    if (name === 'params' || name === 'param_names' || IMPLEMENTATION.has(name)) continue
    const { fixed = {} } = optimizer.tables
    if (Object.hasOwn(fixed, name)) {
      if (value === fixed[name]) continue
      throw new ValueError(
        `loaded state dict: ${name} of group ${index} is ${shown(value)}, and that of ${optimizer.constructor.name} is ${fixed[name]}`,
      )
    }
    const simple = (entry: unknown) => entry === null || ['number', 'boolean', 'string'].includes(typeof entry)
    if (!simple(value) && !(Array.isArray(value) && value.every(simple))) {
      throw new ValueError(
        `loaded state dict: ${name} of group ${index} must be a plain value, but got ${describe(value)}`,
      )
    }
    settings[camelCase(name)] = copied(value)
  }
  optimizer.checkGroup(settings as { lr: number })
  return settings
}
