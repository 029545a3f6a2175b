/**
 * Matrix products.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { NotImplementedError, RuntimeError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { dtypeInfo } from '../../tensor/dtype.js'
import { broadcastShapes, formatShape, numelOf } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { expand } from '../views/expand.js'
import { transpose } from '../views/permute.js'
import { reshape, squeeze, unsafeView, unsqueeze } from '../views/view.js'
import { rawMatrixProduct } from './matrixProduct.js'

/** Two matrices multiplied: (m, k) x (k, n). */
export function mm(input: Tensor, other: Tensor): Tensor {
  checkPair('mm', 'addmm_impl_cpu_', input, other)
  if (input.ndim !== 2) throw new RuntimeError(`self must be a matrix, but got shape ${formatShape(input.shape)}`)
  if (other.ndim !== 2) throw new RuntimeError(`mat2 must be a matrix, but got shape ${formatShape(other.shape)}`)
  checkInner(input, other)
  return product('MmBackward0', input, other)
}

/** Matrices multiplied pair by pair: (batch, m, k) x (batch, k, n). */
export function bmm(input: Tensor, other: Tensor): Tensor {
  checkPair('bmm', 'bmm', input, other)
  if (input.ndim !== 3) throw new RuntimeError(`batch1 must be a 3D tensor, but got shape ${formatShape(input.shape)}`)
  if (other.ndim !== 3) throw new RuntimeError(`batch2 must be a 3D tensor, but got shape ${formatShape(other.shape)}`)
  const wanted = [input.shape[0]!, input.shape[2]!]
  if (other.shape[0] !== wanted[0] || other.shape[1] !== wanted[1]) {
    throw new RuntimeError(
      `Expected size for first two dimensions of batch2 tensor to be: ${formatShape(wanted)} but got: ${formatShape(other.shape.slice(0, 2))}.`,
    )
  }
  return product('BmmBackward0', input, other)
}

/** A matrix times a vector: (m, k) x (k). */
export function mv(input: Tensor, vector: Tensor): Tensor {
  checkPair('mv', 'addmv_impl_cpu', input, vector)
  if (input.ndim !== 2 || vector.ndim !== 1) {
    throw new RuntimeError(`vector + matrix @ vector expected, got ${vector.ndim}, ${input.ndim}, ${vector.ndim}`)
  }
  const [rows, inner] = input.shape as [number, number]
  if (inner !== vector.shape[0]) {
    throw new RuntimeError(`size mismatch, got ${rows}, ${rows}x${inner},${vector.shape[0]}`)
  }
  const out = asVector(rawMatrixProduct(input, asColumn(vector)), [rows])
  return record(out, 'MvBackward0', [input, vector], [input, vector], (gradient, { saved: [a, x], needs }) => [
    needs[0] ? unsqueeze(gradient, 1).mul(x!.conj()) : null,
    needs[1] ? mv(transpose(a!.conj(), 0, 1), gradient) : null,
  ])
}

/** The sum of the products of two vectors' elements. Neither is conjugated. */
export function dot(input: Tensor, other: Tensor): Tensor {
  checkPair('dot', 'dot', input, other)
  if (input.ndim !== 1 || other.ndim !== 1) {
    throw new RuntimeError(`1D tensors expected, but got ${input.ndim}D and ${other.ndim}D tensors`)
  }
  const [n, m] = [input.shape[0]!, other.shape[0]!]
  if (n !== m) {
    throw new RuntimeError(
      `inconsistent tensor size, expected tensor [${n}] and src [${m}] to have the same number of elements, but got ${n} and ${m} elements respectively`,
    )
  }
  const row = input.detach().unsqueeze(0)
  const out = asVector(rawMatrixProduct(row, asColumn(other)), [])
  return record(out, 'DotBackward0', [input, other], [input, other], (gradient, { saved: [a, b], needs }) => [
    needs[0] ? gradient.mul(b!.conj()) : null,
    needs[1] ? gradient.mul(a!.conj()) : null,
  ])
}

/** Options of {@link addmm}. */
export interface AddmmOptions {
  /** The factor of the bias; 0 leaves it out, NaN and all. Default: 1. */
  beta?: number
  /** The factor of the product. Default: 1. */
  alpha?: number
}

/** `beta bias + alpha mat1 x mat2`; the bias broadcasts. Without factors it is rounded once. */
export function addmm(bias: Tensor, mat1: Tensor, mat2: Tensor, options: AddmmOptions = {}): Tensor {
  const { beta = 1, alpha = 1 } = checkOptions('addmm', options, ['beta', 'alpha'])
  for (const [name, value] of Object.entries({ bias, mat1, mat2 })) checkTensor('addmm', name, value)
  if (mat1.ndim !== 2) throw new RuntimeError(`mat1 must be a matrix, got ${mat1.ndim}-D tensor`)
  if (mat2.ndim !== 2) throw new RuntimeError(`mat2 must be a matrix, got ${mat2.ndim}-D tensor`)
  checkInner(mat1, mat2)
  const scalar = (tensor: Tensor) => dtypeInfo(tensor.dtype).scalarName
  if (mat1.dtype !== mat2.dtype) {
    throw new RuntimeError(`mat1 and mat2 must have the same dtype, but got ${scalar(mat1)} and ${scalar(mat2)}`)
  }
  if (bias.dtype !== mat2.dtype) {
    throw new RuntimeError(`self and mat2 must have the same dtype, but got ${scalar(bias)} and ${scalar(mat2)}`)
  }
  const expanded = expand(bias.detach(), [mat1.shape[0]!, mat2.shape[1]!])
  if (beta !== 1 || alpha !== 1) {
    const scaled = mm(mat1, mat2).mul(alpha)
    return beta === 0 ? scaled : bias.mul(beta).add(scaled)
  }
  const out = rawMatrixProduct(mat1, mat2, expanded)
  return record(out, 'AddmmBackward0', [bias, mat1, mat2], [mat1, mat2], (gradient, { saved: [a, b], needs }) => [
    gradient,
    needs[1] ? productLike(a!, 'MmBackward0', gradient, adjoint(b!)) : null,
    needs[2] ? productLike(b!, 'MmBackward0', adjoint(a!), gradient) : null,
  ])
}

/**
 * The product of vectors, matrices or batches of matrices, by PyTorch's rules: batches broadcast, a vector counts as a
 * row on the left and as a column on the right.
 */
export function matmul(input: Tensor, other: Tensor): Tensor {
  checkPair('matmul', 'addmm_impl_cpu_', input, other)
  const [left, right] = [input.ndim, other.ndim]
  if (left === 0 || right === 0) {
    throw new RuntimeError(`both arguments to matmul need to be at least 1D, but they are ${left}D and ${right}D`)
  }
  if (left === 1 && right === 1) return dot(input, other)
  if (left === 2 && right === 1) return mv(input, other)
  if (left === 1) return squeeze(matmul(unsqueeze(input, 0), other), -2)
  if (left === 2 && right === 2) return mm(input, other)
  if (right === 1) return squeeze(matmul(input, unsqueeze(other, 1)), -1)
  if (right === 2) {
    // one large product instead of many small ones
    const lead = input.shape.slice(0, -1)
    return unsafeView(mm(reshape(input, [numelOf(lead), input.shape.at(-1)!]), other), [...lead, other.shape[1]!])
  }
  const batch = broadcastShapes(input.shape.slice(0, -2), other.shape.slice(0, -2))
  const [a, b] = [input, other].map(tensor => expand(tensor, [...batch, ...tensor.shape.slice(-2)])) as [Tensor, Tensor]
  if (a.shape.at(-1) !== b.shape.at(-2)) {
    const size = numelOf(batch)
    throw new RuntimeError(
      `Expected size for first two dimensions of batch2 tensor to be: [${size}, ${a.shape.at(-1)}] but got: [${size}, ${b.shape.at(-2)}].`,
    )
  }
  const out = product('BmmBackward0', a, b)
  return unsafeView(out, out.shape)
}

/** `input x weight^T + bias`, along the last dimension of the input. Shapes: (..., in), (out, in), (out). */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  checkTensor('linear', 'input', input)
  checkTensor('linear', 'weight', weight)
  if (bias === undefined || bias === null) return matmul(input, weight.t())
  checkTensor('linear', 'bias', bias)
  if (weight.ndim !== 2) throw new RuntimeError(`mat2 must be a matrix, got ${weight.ndim}-D tensor`)
  if (input.ndim === 2) return addmm(bias, input, weight.t())
  if (input.ndim === 0) {
    throw new RuntimeError(`both arguments to linear need to be at least 1D, but they are 0D and ${weight.ndim}D`)
  }
  const lead = input.shape.slice(0, -1)
  const flat = reshape(input, [numelOf(lead), input.shape.at(-1)!])
  return addmm(bias, flat, weight.t()).view([...lead, weight.shape[0]!])
}

/** The product of two matrices or two equally shaped batches of them, recorded. */
function product(name: string, a: Tensor, b: Tensor): Tensor {
  return record(rawMatrixProduct(a, b), name, [a, b], [a, b], (gradient, { saved: [x, y], needs }) => [
    needs[0] ? productLike(x!, name, gradient, adjoint(y!)) : null,
    needs[1] ? productLike(y!, name, adjoint(x!), gradient) : null,
  ])
}

/**
 * The product, laid out by columns where the matrix that it is the gradient of is: so a transposed weight's gradient is
 * transposed back into the weight's own layout (`mm_mat2_backward` in
 * https://github.com/pytorch/pytorch/blob/v1.13.1/torch/csrc/autograd/FunctionsManual.cpp).
 */
function productLike({ shape, strides }: Tensor, name: string, a: Tensor, b: Tensor): Tensor {
  const byColumns = shape.length === 2 && strides[0] === 1 && strides[1] === shape[0]
  return byColumns ? transpose(product(name, transpose(b, 0, 1), transpose(a, 0, 1)), 0, 1) : product(name, a, b)
}

/** Transposed and conjugated. */
const adjoint = (matrix: Tensor): Tensor => transpose(matrix.conj(), -2, -1)

const asColumn = (vector: Tensor): Tensor => vector.detach().unsqueeze(1)
const asVector = (matrix: Tensor, shape: number[]): Tensor => matrix.view(shape)

function checkPair(operation: string, kernel: string, input: unknown, other: unknown): void {
  const [a, b] = [checkTensor(operation, 'input', input), checkTensor(operation, 'other', other)]
  if (a.dtype !== b.dtype) {
    throw new RuntimeError(
      `expected m1 and m2 to have the same dtype, but got: ${dtypeInfo(a.dtype).cppName} != ${dtypeInfo(b.dtype).cppName}`,
    )
  }
  if (a.dtype === 'bool') throw new NotImplementedError(`"${kernel}" not implemented for 'Bool'`)
}

function checkInner(input: Tensor, other: Tensor): void {
  if (input.shape[1] === other.shape[0]) return
  throw new RuntimeError(
    `mat1 and mat2 shapes cannot be multiplied (${input.shape.join('x')} and ${other.shape.join('x')})`,
  )
}
