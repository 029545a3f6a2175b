/**
 * The reference: a convolution as its definition says, in plain loops. Slow, and the truth that faster algorithms
 * are tested against.
 *
 * Every pass visits the same triples (output element, weight element, input element) and multiplies two of them into
 * the third:
 *
 *     output[n, o, p]  +=  weight[o, c, k] * input[n, c, table[p * stride + k * dilation]]
 *
 * Floats and complex numbers accumulate in float64, integers in int64; the result is rounded (or wrapped) once.
 *
 * @module
 */
import type { ConvAlgorithm, ConvKernel, ConvProblem } from '../../conv/algorithm.js'
import { axisTable, ZERO } from '../../conv/axes.js'
import { type ConvSpec, resultShape } from '../../conv/spec.js'
import { convert, toBigInt64, toFloat64 } from '../../tensor/copy.js'
import { type DType, isComplex, isIntegral } from '../../tensor/dtype.js'
import { numelOf } from '../../tensor/layout.js'
import { type Tensor, wrapArray } from '../../tensor/tensor.js'

/** Calls `visit(output index, weight index, input index)` for every product of the convolution (row-major indices). */
function forEachProduct(spec: ConvSpec, visit: (output: number, weight: number, input: number) => void): void {
  const [inDepth, inHeight, inWidth] = spec.input
  const [outDepth, outHeight, outWidth] = spec.output
  const [kernelDepth, kernelHeight, kernelWidth] = spec.kernel
  const [tableD, tableH, tableW] = [axisTable(spec, 0), axisTable(spec, 1), axisTable(spec, 2)]
  const inPerGroup = spec.inChannels / spec.groups
  const outPerGroup = spec.outChannels / spec.groups
  let output = 0
  for (let n = 0; n < spec.batch; n++) {
    for (let o = 0; o < spec.outChannels; o++) {
      const firstChannel = Math.floor(o / outPerGroup) * inPerGroup
      for (let od = 0; od < outDepth; od++) {
        for (let oh = 0; oh < outHeight; oh++) {
          for (let ow = 0; ow < outWidth; ow++, output++) {
            let weight = o * inPerGroup * kernelDepth * kernelHeight * kernelWidth
            for (let c = 0; c < inPerGroup; c++) {
              const plane = (n * spec.inChannels + firstChannel + c) * inDepth
              for (let kd = 0; kd < kernelDepth; kd++) {
                const d = tableD[od * spec.stride[0] + kd * spec.dilation[0]]!
                for (let kh = 0; kh < kernelHeight; kh++) {
                  const h = tableH[oh * spec.stride[1] + kh * spec.dilation[1]]!
                  for (let kw = 0; kw < kernelWidth; kw++, weight++) {
                    const w = tableW[ow * spec.stride[2] + kw * spec.dilation[2]]!
                    const outside = d === ZERO || h === ZERO || w === ZERO
                    visit(output, weight, outside ? ZERO : ((plane + d) * inHeight + h) * inWidth + w)
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

/** The wide arithmetic of a dtype: how to read a tensor into it, and how to multiply and add in it. */
interface Arithmetic<A extends Float64Array | BigInt64Array> {
  readonly wide: DType
  /** Array entries per element. */
  readonly step: 1 | 2
  read(tensor: Tensor): A
  allocate(elements: number): A
  /** target[t] += a[i] * b[j]; a negative index stands for a zero. All are element indices. */
  multiplyAdd(target: A, t: number, a: A, i: number, b: A, j: number): void
}

const REAL: Arithmetic<Float64Array> = {
  wide: 'float64',
  step: 1,
  read: toFloat64,
  allocate: elements => new Float64Array(elements),
  multiplyAdd(target, t, a, i, b, j) {
    target[t]! += (i < 0 ? 0 : a[i]!) * (j < 0 ? 0 : b[j]!)
  },
}

const COMPLEX: Arithmetic<Float64Array> = {
  wide: 'complex128',
  step: 2,
  read: toFloat64,
  allocate: elements => new Float64Array(2 * elements),
  multiplyAdd(target, t, a, i, b, j) {
    const [ar, ai] = i < 0 ? [0, 0] : [a[2 * i]!, a[2 * i + 1]!]
    const [br, bi] = j < 0 ? [0, 0] : [b[2 * j]!, b[2 * j + 1]!]
    target[2 * t]! += ar * br - ai * bi
    target[2 * t + 1]! += ar * bi + ai * br
  },
}

const INTEGER: Arithmetic<BigInt64Array> = {
  wide: 'int64',
  step: 1,
  read: toBigInt64,
  allocate: elements => new BigInt64Array(elements),
  multiplyAdd(target, t, a, i, b, j) {
    if (i >= 0 && j >= 0) target[t]! += a[i]! * b[j]!
  },
}

/**
 * Runs a pass. A padding zero is multiplied like any other element (0 * NaN is NaN, as in PyTorch); only the input
 * gradient has nothing to send there.
 */
function run<A extends Float64Array | BigInt64Array>(
  { spec, pass, dtype, format }: ConvProblem,
  arithmetic: Arithmetic<A>,
  { first: firstTensor, second: secondTensor, bias }: { first: Tensor; second: Tensor; bias: Tensor | null },
): Tensor {
  const shape = resultShape(spec, pass)
  const first = arithmetic.read(firstTensor)
  const second = arithmetic.read(secondTensor)
  const result = arithmetic.allocate(numelOf(shape))
  forEachProduct(spec, (output, weight, input) => {
    if (pass === 'forward') arithmetic.multiplyAdd(result, output, first, input, second, weight)
    else if (pass === 'weightGradient') arithmetic.multiplyAdd(result, weight, first, output, second, input)
    else if (input !== ZERO) arithmetic.multiplyAdd(result, input, first, output, second, weight)
  })
  if (bias) addBias(result, arithmetic.read(bias), shape, arithmetic.step)
  return convert(wrapArray(result, shape, arithmetic.wide), dtype, format)
}

/** Adds bias[c] to every element of channel c of an N, C, ... result. */
function addBias<A extends Float64Array | BigInt64Array>(
  result: A,
  bias: A,
  shape: readonly number[],
  step: number,
): void {
  const planeLength = numelOf(shape.slice(2)) * step
  const channels = shape[1]!
  for (let i = 0; i < result.length; i++) {
    const channel = Math.floor(i / planeLength) % channels
    const own = bias[channel * step + (i % step)]!
    ;(result as Float64Array)[i]! += own as number
  }
}

export const referenceConvolution: ConvAlgorithm = {
  name: 'reference',
  refuse: ({ epilogue }) => (epilogue ? 'leaves activations and residuals to operations of their own' : null),
  prepare(problem): ConvKernel {
    if (isComplex(problem.dtype)) return operands => run(problem, COMPLEX, operands)
    if (isIntegral(problem.dtype)) return operands => run(problem, INTEGER, operands)
    return operands => run(problem, REAL, operands)
  },
}
