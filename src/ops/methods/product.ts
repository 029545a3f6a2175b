/**
 * Methods that multiply matrices, and that pick elements by an index.
 *
 * @module
 */
import { bmm, dot, matmul, mm, mv } from '../matrices/matmul.js'
import { gather, indexSelect } from '../rearrangement/select.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** The product of vectors, matrices or batches of matrices */
    matmul(other: Tensor): Tensor
    /** Two matrices multiplied */
    mm(other: Tensor): Tensor
    /** Matrices multiplied pair by pair */
    bmm(other: Tensor): Tensor
    /** A matrix times a vector */
    mv(vector: Tensor): Tensor
    /** The sum of the products of two vectors' elements */
    dot(other: Tensor): Tensor
    /** The slices along `dim` that `index` lists */
    indexSelect(dim: number, index: Tensor | readonly number[]): Tensor
    /** The elements whose position along `dim` is given by `index` */
    gather(dim: number, index: Tensor): Tensor
  }
}

export const productMethods = methodsOf({ matmul, mm, bmm, mv, dot, indexSelect, gather })
