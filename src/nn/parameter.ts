/**
 * Parameters: tensors that a module trains.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { Tensor } from '../ops/tensor.js'
import type { Device } from '../tensor/device.js'
import type { DType } from '../tensor/dtype.js'
import { allocate } from '../tensor/tensor.js'

/** A tensor that a {@link Module} lists among its parameters when it is assigned to one of its fields. */
export class Parameter extends Tensor {
  /** For the compiler alone: other tensors do not pass for parameters, as in `layer.weight = tensor`. */
  declare protected readonly isParameter: true

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
  constructor({ dtype = 'float32', device = 'cpu' }: { dtype?: DType; device?: Device } = {}) {
    super(allocate([0], dtype, { device }))
    this.hideShape()
  }

  /** The empty tensor behind it has a shape that must not be taken for the parameter's. */
  private hideShape(): void {
    Object.defineProperty(this, 'shape', {
      configurable: true,
      enumerable: true,
      get: () => {
        throw new RuntimeError(
          "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` to initialize the parameters before accessing their attributes.",
        )
      },
    })
  }

  private replace(data: Tensor): void {
    Reflect.deleteProperty(this, 'shape')
    this.setData(data)
  }

  /** Changes what the parameter will be made of. */
  become(dtype: DType, device: Device): void {
    this.replace(allocate([0], dtype, { device }))
    this.hideShape()
  }

  /** Gives the parameter its shape; the object stays, so an optimizer that holds it trains it. */
  materialize(shape: readonly number[]): void {
    this.replace(allocate(shape, this.dtype, { device: this.device }))
    Object.setPrototypeOf(this, Parameter.prototype)
  }

  override toString(): string {
    return '<UninitializedParameter>'
  }
}
