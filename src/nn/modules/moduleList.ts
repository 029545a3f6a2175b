/**
 * Modules in a list.
 *
 * @module
 */
import { NotImplementedError } from '../../errors.js'
import type { Module } from '../module.js'
import { NumberedContainer } from './moduleContainer.js'

/**
 * A list of modules whose parameters belong to the module it is a field of. It cannot be called.
 *
 * @example
 * class Net extends nn.Module {
 *   layers = new nn.ModuleList([new nn.Linear(10, 10), new nn.Linear(10, 10)])
 *   forward(x: Tensor) {
 *     for (const layer of this.layers) x = layer(x).relu()
 *     return x
 *   }
 * }
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 */
export class ModuleList<M extends Module = Module> extends NumberedContainer<M> {
  constructor(modules: Iterable<M> = []) {
    super()
    this.extend(modules)
  }

  override forward(..._inputs: never[]): never {
    throw new NotImplementedError('Module [ModuleList] is missing the required "forward" function')
  }

  /** The modules from `start` up to `end`, as a ModuleList that shares them. */
  slice(start?: number, end?: number): ModuleList<M> {
    return new ModuleList([...this].slice(start, end))
  }
}
