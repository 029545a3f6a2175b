/**
 * Modules one after another.
 *
 * @module
 */
import { describe } from '../../ops/operand.js'
import type { Tensor } from '../../tensor/tensor.js'
import { Module } from '../module.js'

/**
 * Calls its modules in order, each with what the one before returned. They are named '0', '1', ...
 *
 * @example new nn.Sequential(new nn.Conv2d(1, 20, 5), new nn.ReLU())
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 */
export class Sequential extends Module {
  constructor(...modules: Module[]) {
    super()
    modules.forEach((module, index) => {
      if (!(module instanceof Module)) throw new TypeError(`${describe(module)} is not a Module subclass (argument ${index} of Sequential)`)
      Object.assign(this, { [index]: module })
    })
  }

  override forward(input: Tensor): Tensor {
    let value: unknown = input
    for (const module of this.children()) value = (module as (x: unknown) => unknown)(value)
    return value as Tensor
  }
}
