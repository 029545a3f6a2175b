/**
 * The derivative of taking a part: the gradient laid into zeros at that part. Taking the part again is its own
 * derivative, so any order works.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { convert, copyElements } from '../../tensor/copy.js'
import { dtypeInfo, isHalf } from '../../tensor/dtype.js'
import { forEachRun } from '../../tensor/iterate.js'
import type { Shape } from '../../tensor/layout.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'

export interface PlaceOptions {
  /** Elements of the part may share memory (overlapping windows): they are added up. Default: false. */
  overlapping?: boolean
}

/**
 * Zeros of `shape` in which the part that `take` looks at holds `values`.
 *
 * @param name PyTorch's name of the operation, e.g. `SliceBackward`
 */
export function place(
  values: Tensor,
  shape: Shape,
  name: string,
  take: (whole: Tensor) => Tensor,
  { overlapping = false }: PlaceOptions = {},
): Tensor {
  const whole = allocate(shape, overlapping && isHalf(values.dtype) ? 'float32' : values.dtype, {
    device: values.device,
  })
  if (values.device !== 'meta') {
    if (overlapping) addElements(take(whole), convert(values, whole.dtype))
    else copyElements(take(whole), values)
  }
  const out = whole.dtype === values.dtype ? whole : convert(whole, values.dtype)
  return record(out, `${name}Backward0`, [values], [], gradient => [take(gradient)])
}

/** `target += source`; both of one dtype, which is not a 16-bit float. */
export function addElements(target: Tensor, source: Tensor): void {
  const to = target.storage.dataToWrite as Float64Array
  const from = source.storage.data as Float64Array
  const { components } = dtypeInfo(target.dtype)
  forEachRun(target.shape, [target, source], ([t, s], [stepT, stepS], length) => {
    for (let part = 0; part < components; part++) {
      let i = t! * components + part
      let j = s! * components + part
      for (let k = 0; k < length; k++, i += stepT! * components, j += stepS! * components) to[i]! += from[j]!
    }
  })
}
