/**
 * What belongs to a module: the modules, parameters and buffers in it and below it, and their names.
 *
 * @module
 */
import { AttributeError, describe, KeyError } from '../errors.js'
import { Tensor } from '../tensor/tensor.js'
import type { Module } from './module.js'
import { Parameter } from './parameter.js'

/** Options of `namedModules`, `namedParameters` and `namedBuffers`. */
export interface NamedOptions {
  /** Stands before every name, with a dot. Default: none. */
  prefix?: string
  /** Whether what is reachable on several ways comes once, under its first name. Default: true. */
  removeDuplicate?: boolean
}

/** Options of `namedParameters` and `namedBuffers`. */
export interface MemberOptions extends NamedOptions {
  /** Whether modules below this one count. Default: true. */
  recurse?: boolean
}

export const NAMED_OPTIONS = ['prefix', 'removeDuplicate'] as const
export const MEMBER_OPTIONS = ['prefix', 'removeDuplicate', 'recurse'] as const

/** "layer1" and "conv" to "layer1.conv". */
export function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}

/** A module's fields, whatever they are. */
export function fieldsOf(module: Module): Record<string, unknown> {
  return module as unknown as Record<string, unknown>
}

/** The module and all below it, depth first. */
export function* walkModules(module: Module, prefix: string, seen: Set<Module> | null): Generator<[string, Module]> {
  if (seen?.has(module)) return
  seen?.add(module)
  yield [prefix, module]
  for (const [name, child] of module.moduleEntries()) yield* walkModules(child, join(prefix, name), seen)
}

/** The parameters that are fields of the module itself. */
export function* ownParameters(module: Module): Generator<[string, Parameter]> {
  for (const [name, value] of Object.entries(module)) {
    if (value instanceof Parameter) yield [name, value]
  }
}

/** The buffers of the module itself. */
export function* ownBuffers(module: Module): Generator<[string, Tensor]> {
  for (const name of module.bufferNames.keys()) {
    const value = fieldsOf(module)[name]
    if (value instanceof Tensor) yield [name, value]
  }
}

/** What `own` lists for the module and those below it. */
export function* walkMembers<T extends Tensor>(
  module: Module,
  own: (module: Module) => Iterable<[string, T]>,
  { prefix = '', recurse = true, removeDuplicate = true }: MemberOptions,
): Generator<[string, T]> {
  const seen = new Set<T>()
  const modules: Iterable<[string, Module]> = recurse
    ? walkModules(module, prefix, removeDuplicate ? new Set() : null)
    : [[prefix, module]]
  for (const [path, one] of modules) {
    for (const [name, value] of own(one)) {
      if (removeDuplicate && seen.has(value)) continue
      seen.add(value)
      yield [join(path, name), value]
    }
  }
}

/** The module at a path such as `layer1.conv`; the module itself for ''. */
export function findModule(root: Module, target: string): Module {
  let module = root
  for (const name of target === '' ? [] : target.split('.')) {
    const child = [...module.moduleEntries()].find(([own]) => own === name)?.[1]
    if (child === undefined) {
      if (fieldsOf(module)[name] === undefined) throw missing(module, name)
      throw new AttributeError(`\`${name}\` is not an nn.Module, but ${describe(fieldsOf(module)[name])}`)
    }
    module = child
  }
  return module
}

/** The parameter or buffer at a path such as `layer1.conv.weight`. */
export function findMember<T extends Tensor>(
  root: Module,
  target: string,
  own: (module: Module) => Iterable<[string, T]>,
  kind: string,
): T {
  const dot = target.lastIndexOf('.')
  const module = findModule(root, target.slice(0, Math.max(dot, 0)))
  const name = target.slice(dot + 1)
  const found = [...own(module)].find(([one]) => one === name)?.[1]
  if (found !== undefined) return found
  if (fieldsOf(module)[name] === undefined) throw missing(module, name)
  throw new AttributeError(`\`${name}\` is not ${kind}, but ${describe(fieldsOf(module)[name])}`)
}

function missing(module: Module, name: string): AttributeError {
  return new AttributeError(`${module.constructor.name} has no attribute \`${name}\``)
}

/** Refuses a name that a module, parameter or buffer cannot have. `taken` tells whether its kind already has it. */
export function checkName(module: Module, kind: string, name: unknown, taken: (name: string) => boolean): void {
  if (typeof name !== 'string') throw new TypeError(`${kind} name should be a string. Got ${describe(name)}`)
  if (name.includes('.')) throw new KeyError(`${kind} name can't contain ".", got: ${name}`)
  if (name === '') throw new KeyError(`${kind} name can't be empty string ""`)
  // a field that was declared and never set counts as free
  if (fieldsOf(module)[name] !== undefined && !taken(name)) throw new KeyError(`attribute '${name}' already exists`)
}
