/**
 * Tensors seen with all five axes N, C, D, H, W.
 *
 * @module
 */
import { type Tensor, viewOf } from '../../tensor/tensor.js'

/** A view with the spatial axes that 1d and 2d convolutions lack, at size 1. */
export function asFiveDimensional(tensor: Tensor, spatialRank: number): Tensor {
  const missing = new Array<number>(3 - spatialRank)
  const insert = (values: readonly number[], fill: number) => [
    ...values.slice(0, 2),
    ...missing.fill(fill),
    ...values.slice(2),
  ]
  return viewOf(tensor, insert(tensor.shape, 1), insert(tensor.strides, 0))
}

/** Where the elements of a result are stored. */
export interface ResultView {
  readonly data: Float32Array | Float64Array
  readonly offset: number
  readonly batchStride: number
  readonly channelStride: number
  readonly depthStride: number
  readonly rowStride: number
  readonly columnStride: number
}

/** A result tensor of a float dtype, ready to be stored to. */
export function resultView(tensor: Tensor, spatialRank: number): ResultView {
  const { strides, offset, storage } = asFiveDimensional(tensor, spatialRank)
  const [batchStride, channelStride, depthStride, rowStride, columnStride] = strides as [
    number,
    number,
    number,
    number,
    number,
  ]
  return {
    data: storage.dataToWrite as Float32Array,
    offset,
    batchStride,
    channelStride,
    depthStride,
    rowStride,
    columnStride,
  }
}
