/**
 * Parameters: tensors that a module trains.
 *
 * @module
 */
import { Tensor } from '../ops/tensor.js'
import { allocate } from '../tensor/tensor.js'
import type { Device } from '../tensor/device.js'
import type { DType } from '../tensor/dtype.js'

/** A tensor that a {@link Module} lists among its parameters when it is assigned to one of its fields. */
export class Parameter extends Tensor {
  /** Shares memory with `data`. */
  constructor(data: Tensor, { requiresGrad = true }: { requiresGrad?: boolean } = {}) {
    super(data.storage, data.shape, data.strides, data.offset)
    this.requiresGrad = requiresGrad
  }

  override toString(): string {
    return `Parameter containing:\n${super.toString()}`
  }
}

/** A parameter whose shape is not known yet: lazy modules make it real at their first call. */
export class UninitializedParameter extends Parameter {
  private readonly wanted: { dtype: DType; device: Device }

  constructor({ dtype = 'float32', device = 'cpu' }: { dtype?: DType; device?: Device } = {}) {
    super(allocate([0], dtype, { device }))
    this.wanted = { dtype, device }
  }

  /** Gives the parameter its shape; the object stays, so an optimizer that holds it trains it. */
  materialize(shape: readonly number[]): void {
    this.setData(allocate(shape, this.wanted.dtype, { device: this.wanted.device }))
    Object.setPrototypeOf(this, Parameter.prototype)
  }

  override toString(): string {
    return '<UninitializedParameter>'
  }
}
