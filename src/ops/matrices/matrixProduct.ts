/**
 * Matrix products of tensors of any strides and dtypes, off the tape.
 *
 * @module
 */
import { matrixAlgorithm } from '../../backends/dispatch.js'
import { type MatrixOperands, matrixProductName } from '../../backends/matrixProduct.js'
import { convert, copyElements } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { type DType, isComplex, isFloating, isHalf } from '../../tensor/dtype.js'
import { forEachRun } from '../../tensor/iterate.js'
import { numelOf } from '../../tensor/layout.js'
import { afterSteps } from '../../tensor/pendingWork.js'
import { allocate, allocateUnwritten, type Tensor, wrapArray } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { commonDevice } from '../elementwise/operand.js'
import { addElements } from '../views/place.js'
import { type Matrix, multiplyBigints, multiplyFloats, multiplyIntegers } from './gemm.js'

/** The products of two equally shaped batches of matrices, plus a bias of the result's shape; of the operands' dtype. */
export function rawMatrixProduct(a: Tensor, b: Tensor, bias: Tensor | null = null): Tensor {
  const device = commonDevice(bias ? [a, b, bias] : [a, b])
  const shape = [...a.shape.slice(0, -1), b.shape.at(-1)!]
  if (device === 'meta') return allocate(shape, a.dtype, { device })
  if (isDeferring()) {
    const promised = { shape, dtype: a.dtype }
    return deferred(bias ? [a, b, bias] : [a, b], promised, ([x, y, z]) => rawMatrixProduct(x!, y!, z ?? null))
  }
  if (isComplex(a.dtype) || !isFloating(a.dtype)) return productInLoops({ a, b, bias })
  const working: DType = isHalf(a.dtype) ? 'float32' : a.dtype
  const own = (tensor: Tensor) => (tensor.dtype === working ? tensor : convert(tensor, working))
  const operands = { a: own(a), b: own(b), bias: bias && own(bias) }
  const out = (matrixAlgorithm(operands)?.multiply ?? productInLoops)(operands)
  if (out.dtype === a.dtype) return out
  const rounded = allocateUnwritten(shape, a.dtype)
  afterSteps(() => copyElements(rounded, out))
  return rounded
}

const productInLoops = timed(
  matrixProductName,
  ({ a, b, bias }: MatrixOperands): Tensor => {
    const wide = productOf(a, b, [...a.shape.slice(0, -1), b.shape.at(-1)!])
    if (bias) addElements(wide, convert(bias, wide.dtype))
    return wide.dtype === a.dtype ? wide : convert(wide, a.dtype)
  },
  'portable/matrix-product',
)

/** The products in the dtype they are accumulated in. */
function productOf(a: Tensor, b: Tensor, shape: number[]): Tensor {
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!]
  const size = numelOf(shape)
  if (a.dtype === 'int64') {
    const out = new BigInt64Array(size)
    eachMatrix(a, b, (x, y, i) => {
      multiplyBigints(
        out.subarray(i * m * n, (i + 1) * m * n),
        x as Matrix<BigInt64Array>,
        y as Matrix<BigInt64Array>,
        m,
        n,
        k,
      )
    })
    return wrapArray(out, shape, 'int64')
  }
  if (isComplex(a.dtype)) return complexProduct(a, b, shape)
  const floats = isFloating(a.dtype)
  const out = floats ? new Float64Array(size) : new Int32Array(size)
  eachMatrix(a, b, (x, y, i) => {
    const part = out.subarray(i * m * n, (i + 1) * m * n)
    if (part instanceof Float64Array) multiplyFloats(part, x as Floats, y as Floats, m, n, k)
    else multiplyIntegers(part, x as Floats, y as Floats, m, n, k)
  })
  return wrapArray(out, shape, floats ? 'float64' : 'int32')
}

type Floats = Matrix<Float64Array>

/** (a + ib)(c + id) = (ac - bd) + i(ad + bc), each a product of real matrices read in place. */
function complexProduct(a: Tensor, b: Tensor, shape: number[]): Tensor {
  const [m, k, n] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!]
  const out = new Float64Array(numelOf(shape) * 2)
  const term = new Float64Array(m * n)
  eachMatrix(a, b, (x, y, i) => {
    for (const [re, im] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      multiplyFloats(term, partOf(x as Floats, re), partOf(y as Floats, im), m, n, k)
      const sign = re + im === 2 ? -1 : 1
      const to = i * m * n * 2 + ((re + im) % 2)
      for (let j = 0; j < m * n; j++) out[to + 2 * j]! += sign * term[j]!
    }
  })
  return wrapArray(out, shape, 'complex128')
}

/** The real (0) or imaginary (1) parts of an interleaved matrix. */
const partOf = ({ data, offset, row, column }: Floats, part: number): Floats => ({
  data,
  offset: 2 * offset + part,
  row: 2 * row,
  column: 2 * column,
})

/** Calls with each pair of matrices and its place in the batch. */
function eachMatrix(a: Tensor, b: Tensor, visit: (a: Matrix, b: Matrix, index: number) => void): void {
  const matrixAt = (tensor: Tensor, offset: number): Matrix => ({
    data: tensor.storage.data,
    offset,
    row: tensor.strides.at(-2)!,
    column: tensor.strides.at(-1)!,
  })
  const batch = [a, b].map(tensor => ({ offset: tensor.offset, strides: tensor.strides.slice(0, -2) }))
  let index = 0
  forEachRun(a.shape.slice(0, -2), batch, ([i, j], [stepI, stepJ], length) => {
    for (let p = 0; p < length; p++) visit(matrixAt(a, i! + p * stepI!), matrixAt(b, j! + p * stepJ!), index++)
  })
}
