/**
 * What an algorithm for products of matrices is.
 *
 * @module
 */
import type { Tensor } from '../tensor/tensor.js'

/** Two batches of matrices of one shape, of one dtype, and a bias of the result's shape. On the CPU. */
export interface MatrixOperands {
  readonly a: Tensor
  readonly b: Tensor
  readonly bias: Tensor | null
}

/** One way of computing products of matrices. */
export interface MatrixAlgorithm {
  /** Backend and algorithm, e.g. `x64/matrix-product`. */
  readonly name: string
  /**
   * `null` if it can serve these operands, else a sentence that says why not. The answer depends neither on how many rows
   * there are nor on how many matrices, nor do results.
   */
  refuse(operands: MatrixOperands): string | null
  /** The products plus the bias, contiguous and of the operands' dtype. */
  multiply(operands: MatrixOperands): Tensor
}

/** PyTorch's name of a product. */
export function matrixProductName({ a, bias }: MatrixOperands): string {
  return bias ? 'aten::addmm' : a.ndim > 2 ? 'aten::bmm' : 'aten::mm'
}
