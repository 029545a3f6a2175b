/**
 * State dicts: a module's tensors by name, with PyTorch's keys and messages.
 *
 * @module
 */
import { noGrad } from '../autograd/modes.js'
import { describe, RuntimeError } from '../errors.js'
import { checkOptions } from '../options.js'
import { formatShape, isSameShape } from '../tensor/layout.js'
import { Tensor } from '../tensor/tensor.js'
import type { Module } from './module.js'
import { Parameter, UninitializedParameter } from './parameter.js'

/** Tensors by name, in the order of the module's fields. */
export type StateDict = Record<string, Tensor>

/** What `loadStateDict` did not find, and what it found and could not use. */
export interface IncompatibleKeys {
  readonly missingKeys: readonly string[]
  readonly unexpectedKeys: readonly string[]
  toString(): string
}

/** Every tensor that belongs to the state, parameters first within each module; shared ones under each name. */
function* entries(module: Module, prefix = ''): Generator<[string, Tensor]> {
  const fields = module as unknown as Record<string, unknown>
  for (const [name, value] of Object.entries(fields)) {
    if (value instanceof Parameter) yield [prefix + name, value]
  }
  for (const [name, persistent] of module.bufferNames) {
    const value = fields[name]
    if (persistent && value instanceof Tensor) yield [prefix + name, value]
  }
  for (const [name, child] of module.moduleEntries()) yield* entries(child, `${prefix}${name}.`)
}

/** The keys that have no place, in the order in which PyTorch's walk through the modules finds them. */
function* unexpected(
  module: Module,
  keys: readonly string[],
  known: ReadonlySet<string>,
  prefix = '',
): Generator<string> {
  const children = new Map(module.moduleEntries())
  const within = keys.filter(key => key.startsWith(prefix))
  for (const key of within) {
    const dot = key.indexOf('.', prefix.length)
    // a child tells of what is below it
    if (dot >= 0 && children.has(key.slice(prefix.length, dot))) continue
    if (!known.has(key)) yield key
  }
  for (const [name, child] of children) yield* unexpected(child, within, known, `${prefix}${name}.`)
}

/** See {@link Module.stateDict}. */
export function stateDict(module: Module): StateDict {
  const state: StateDict = {}
  for (const [name, tensor] of entries(module))
    state[name] = tensor instanceof UninitializedParameter ? tensor : tensor.detach()
  return state
}

/** Lets every module add to a state dict what older files do not have. */
function complete(module: Module, state: StateDict, prefix = ''): void {
  module.completeStateDict(state, prefix)
  for (const [name, child] of module.moduleEntries()) complete(child, state, `${prefix}${name}.`)
}

/** See {@link Module.loadStateDict}. */
export function loadStateDict(
  module: Module,
  given: Readonly<Record<string, Tensor>>,
  options: { strict?: boolean } = {},
): IncompatibleKeys {
  const { strict = true } = checkOptions('loadStateDict', options, ['strict'])
  if (typeof given !== 'object' || given === null || given instanceof Map || Array.isArray(given)) {
    throw new TypeError(
      `Expected state_dict to be dict-like, an object with tensors by name, but got ${describe(given)}`,
    )
  }
  const state = { ...given }
  complete(module, state)
  const own = new Map(entries(module))
  const missingKeys = [...own.keys()].filter(key => !Object.hasOwn(state, key))
  const unexpectedKeys = [...unexpected(module, Object.keys(state), new Set(own.keys()))]
  const faults: string[] = []
  if (strict && missingKeys.length > 0) faults.push(`Missing key(s) in state_dict: ${quote(missingKeys)}. `)
  if (strict && unexpectedKeys.length > 0) faults.push(`Unexpected key(s) in state_dict: ${quote(unexpectedKeys)}. `)
  const pairs = [...own]
    .filter(([key]) => Object.hasOwn(state, key))
    .map(([key, target]) => ({ key, target, source: forTarget(target, state[key]!) }))
  for (const { key, target, source } of pairs) {
    const fault = mismatch(key, target, source)
    if (fault !== null) faults.push(fault)
  }
  if (faults.length > 0) {
    throw new RuntimeError(`Error(s) in loading state_dict for ${module.constructor.name}:\n\t${faults.join('\n\t')}`)
  }
  // only now, when all of it fits, is anything written
  noGrad(() => {
    for (const { target, source } of pairs) {
      if (isUninitialized(source)) continue
      if (target instanceof UninitializedParameter) target.materialize(source.shape)
      target.copy_(source)
    }
  })
  const text = () =>
    missingKeys.length + unexpectedKeys.length === 0
      ? '<All keys matched successfully>'
      : `_IncompatibleKeys(missing_keys=[${missingKeys.map(k => `'${k}'`).join(', ')}], unexpected_keys=[${unexpectedKeys.map(k => `'${k}'`).join(', ')}])`
  return { missingKeys, unexpectedKeys, toString: text }
}

/** PyTorch before 0.4 saved scalars as tensors with one dimension. */
function forTarget(target: Tensor, source: Tensor): Tensor {
  const isOld = source instanceof Tensor && !isUninitialized(source) && !isUninitialized(target)
  return isOld && target.dim() === 0 && source.dim() === 1 && source.numel() > 0 ? source.get(0) : source
}

const isUninitialized = (tensor: Tensor) => tensor instanceof UninitializedParameter

/** Why a tensor cannot be copied into a parameter or buffer. */
function mismatch(key: string, target: Tensor, source: unknown): string | null {
  if (!(source instanceof Tensor)) {
    return `While copying the parameter named "${key}", expected torch.Tensor or Tensor-like object from checkpoint but received ${describe(source)}`
  }
  if (isUninitialized(target)) return null
  if (isSameShape(target.shape, source.shape)) return null
  return `size mismatch for ${key}: copying a param with shape torch.Size(${formatShape(source.shape)}) from checkpoint, the shape in current model is torch.Size(${formatShape(target.shape)}).`
}

function quote(keys: readonly string[]): string {
  return keys.map(key => `"${key}"`).join(', ')
}
