/**
 * Modules one after another.
 *
 * @module
 */
import { describe } from '../../errors.js'
import type { Tensor } from '../../tensor/tensor.js'
import { haveDiscreetChildren, Module } from '../module.js'
import { passThrough } from '../passThrough.js'
import { moduleEntriesOf, modulesInOrder, type NamedModules, NumberedContainer } from './moduleContainer.js'

/**
 * Calls its modules in order, each with what the one before returned.
 *
 * They are named '0', '1', ..., or as the one object (or list of pairs) says. Names are those of the state dict.
 *
 * @example
 * const net = new nn.Sequential(new nn.Conv2d(1, 20, 5), new nn.ReLU())
 * net.get(0) // Conv2d(1, 20, kernel_size=(5, 5), stride=(1, 1))
 * const named = new nn.Sequential({ conv: new nn.Conv2d(1, 20, 5), relu: new nn.ReLU() })
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 */
export class Sequential extends NumberedContainer {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): boolean {
    return haveDiscreetChildren(this)
  }

  constructor(...modules: Module[])
  constructor(named: NamedModules)
  constructor(...modules: Module[] | [NamedModules]) {
    super()
    const [first] = modules
    if (modules.length === 1 && !(first instanceof Module) && typeof first === 'object' && first !== null) {
      for (const [name, module] of moduleEntriesOf('Sequential', first)) this.addModule(name, module)
      return
    }
    for (const [index, module] of modules.entries()) {
      if (!(module instanceof Module)) {
        throw new TypeError(`${describe(module)} is not a Module subclass (argument ${index} of Sequential)`)
      }
      this.append(module)
    }
  }

  override forward(input: Tensor): Tensor {
    return passThrough(modulesInOrder(this), input) as Tensor
  }

  /** The modules from `start` up to `end`, as a Sequential that shares them and keeps their names. */
  slice(start?: number, end?: number): Sequential {
    return new Sequential(this.list().slice(start, end))
  }
}
