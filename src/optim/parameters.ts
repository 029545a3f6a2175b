/**
 * The tensors an optimizer trains, in the forms people pass them.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { Tensor } from '../tensor/tensor.js'

/** A tensor with its name, as `module.namedParameters()` gives them. */
export type NamedTensor = readonly [name: string, tensor: Tensor]

/** Tensors, or pairs of name and tensor. */
export type ParameterList = Iterable<Tensor> | Iterable<NamedTensor>

/** What an optimizer is made of: the parameters, or groups of them with options of their own. */
export type Parameters<Options> = ParameterList | Iterable<GroupOptions<Options>>

/** Parameters with options that go before the optimizer's. */
export type GroupOptions<Options> = Partial<Options> & { params: Tensor | ParameterList }

/** Parameters as an optimizer keeps them. */
export interface CollectedParameters {
  readonly params: Tensor[]
  /** Their names, where they were given with names. */
  readonly paramNames?: string[]
}

/** Whether it is a module, by the look of it. */
export const hasParameters = (value: unknown): boolean =>
  typeof (value as { parameters?: unknown } | null)?.parameters === 'function'

export const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value

/** The groups that an optimizer's first argument stands for. */
export function collectGroups<Options>(params: Parameters<Options>): GroupOptions<Options>[] {
  if (params instanceof Tensor || !isIterable(params)) {
    throw new TypeError(
      `params argument given to the optimizer should be an iterable of Tensors or dicts, but got ${describe(params)}${hasParameters(params) ? '; pass its parameters()' : ''}`,
    )
  }
  const list: unknown[] = [...params]
  if (list.length === 0) throw new ValueError('optimizer got an empty parameter list')
  const groups = list.filter(isGroup)
  if (groups.length === 0) return [{ params: list } as unknown as GroupOptions<Options>]
  if (groups.length < list.length) {
    throw new TypeError('optimizer got parameters and parameter groups mixed: pass the ones or the others')
  }
  return groups as GroupOptions<Options>[]
}

const isGroup = (entry: unknown): boolean =>
  typeof entry === 'object' && entry !== null && !(entry instanceof Tensor) && !Array.isArray(entry)

/** The tensors of one group, each a leaf. */
export function collectParameters(params: Tensor | ParameterList): CollectedParameters {
  if (!(params instanceof Tensor) && !isIterable(params)) {
    throw new TypeError(`a parameter group's params must be Tensors, but got ${describe(params)}`)
  }
  if (params instanceof Set) {
    throw new TypeError(
      'optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs. Please use a list instead.',
    )
  }
  const list = params instanceof Tensor ? [params] : [...params]
  const named = list.filter(isNamed)
  if (named.length > 0 && named.length < list.length) {
    throw new ValueError('all optimizer params should be with/without names. Some param names are missing')
  }
  const tensors = list.map(entry => checkLeaf(isNamed(entry) ? entry[1] : entry))
  return named.length > 0 ? { params: tensors, paramNames: named.map(([name]) => name) } : { params: tensors }
}

export const isNamed = (entry: unknown): entry is NamedTensor =>
  Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string'

function checkLeaf(parameter: unknown): Tensor {
  if (!(parameter instanceof Tensor)) {
    throw new TypeError(`optimizer can only optimize Tensors, but one of the params is ${describe(parameter)}`)
  }
  if (!parameter.isLeaf) throw new ValueError("can't optimize a non-leaf Tensor")
  return parameter
}
