/**
 * The last checks of a convolution, which PyTorch leaves to its CPU kernels: sizes of zero, dilation and dtypes.
 *
 * Each kernel has words of its own for the same fault, and 1d convolutions run as 2d ones of height 1. The words are
 * kept, so that a message can be looked up.
 *
 * @module
 */
import { RuntimeError } from '../errors.js'
import { type DType, dtypeInfo } from '../tensor/dtype.js'
import { formatShape, type Shape } from '../tensor/layout.js'

/** What the checks need to know of a convolution's tensors. */
interface Tensors {
  readonly input: { readonly dtype: DType }
  readonly weight: { readonly dtype: DType }
  readonly bias: { readonly dtype: DType } | null
  readonly spatialRank: 1 | 2 | 3
  readonly transposed?: unknown
}

/** One number per axis as PyTorch's kernels see them: a 1d convolution has a height as well. */
const withHeight = (values: Shape, height: number): Shape => (values.length === 1 ? [height, ...values] : values)

/** "kernel_height: 0 kernel_width: 2" */
function byAxis(name: string, values: Shape, separator = ' '): string {
  const axes = ['depth', 'height', 'width'].slice(-values.length)
  return values.map((value, i) => `${name}_${axes[i]}: ${value}`).join(separator)
}

/** "(a 1d convolution runs as a 2d one of height 1)", where the reader could wonder about the additional number. */
const explain1d = (values: Shape) => (values.length === 1 ? ' (a 1d convolution runs as a 2d one of height 1)' : '')

/** Refuses inputs without rows or columns. */
export function checkSpatialSizes(input: Shape): void {
  const spatial = input.slice(2)
  if (!spatial.includes(0)) return
  const shape = formatShape([...input.slice(0, 2), ...withHeight(spatial, 1)])
  throw new RuntimeError(
    `Only zero batch or zero channel inputs are supported, but got input shape: ${shape}${explain1d(spatial)}`,
  )
}

/** Refuses kernels without elements. */
export function checkKernelSize(kernel: Shape, dilation: Shape): void {
  if (!kernel.includes(0)) return
  const sizes = withHeight(kernel, 1)
  const dilated = dilation.some(d => d !== 1)
  const plain = sizes.length === 3 ? `: ${sizes.join(' x ')} (TxHxW)` : ` ${byAxis('kernel', sizes)}`
  throw new RuntimeError(
    `kernel size should be greater than zero, but got${dilated ? ` ${formatShape(sizes)}` : plain}`,
  )
}

export function checkDilation(dilation: Shape): void {
  if (dilation.every(d => d > 0)) return
  throw new RuntimeError(
    `dilation should be greater than zero, but got ${formatShape(withHeight(dilation, 1))}${explain1d(dilation)}`,
  )
}

/** {@link checkKernelSize} for a transposed convolution. */
export function checkTransposedKernelSize(weight: Shape): void {
  const kernel = weight.slice(2)
  if (!kernel.includes(0)) return
  if (kernel.length < 3) {
    throw new RuntimeError(
      `kernel size should be greater than zero, but got ${byAxis('kernel', withHeight(kernel, 1))}`,
    )
  }
  throw new RuntimeError(
    `non-empty 5D (n_output_plane x n_input_plane x kernel_depth x kernel_height x kernel_width) tensor expected for weight, but got: ${formatShape(weight)}`,
  )
}

/** {@link checkDilation} for a transposed convolution. */
export function checkTransposedDilation(dilation: Shape): void {
  if (dilation.every(d => d > 0)) return
  throw new RuntimeError(
    `dilation should be greater than zero, but got ${byAxis('dilation', withHeight(dilation, 1), ', ')}`,
  )
}

/** "output_padding_height: 1 output_padding_width: 1 stride_height: ..." */
export function describeOutputPadding(outputPadding: Shape, stride: Shape, dilation: Shape): string {
  return [
    byAxis('output_padding', withHeight(outputPadding, 0)),
    byAxis('stride', withHeight(stride, 1)),
    byAxis('dilation', withHeight(dilation, 1)),
  ].join(' ')
}

/** One dtype for all, and one that can be computed with. */
export function checkDTypes(call: Tensors, dilation: Shape): void {
  const { input, weight, bias } = call
  checkSameDType(input, 'weight', weight)
  if (input.dtype === 'bool') {
    throw new RuntimeError(
      `"${kernelName(call, dilation)}" not implemented for 'Bool': convert input and weight to numbers, e.g. with to('float32')`,
    )
  }
  if (bias) checkSameDType(input, 'bias', bias)
}

function checkSameDType(input: { dtype: DType }, name: string, tensor: { dtype: DType }): void {
  if (tensor.dtype === input.dtype) return
  const [expected, found] = [dtypeInfo(input.dtype).scalarName, dtypeInfo(tensor.dtype).scalarName]
  throw new RuntimeError(
    `expected scalar type ${expected} but found ${found}: the input is ${input.dtype}, the ${name} ${tensor.dtype}; convert one of them with to()`,
  )
}

/** The kernel that PyTorch would run, which is who speaks in its message. */
function kernelName({ spatialRank, transposed }: Tensors, dilation: Shape): string {
  if (transposed) return `slow_conv_transpose${Math.max(spatialRank, 2)}d_out_cpu`
  if (dilation.some(d => d !== 1)) return 'slow_conv_dilated<>'
  return spatialRank === 3 ? 'compute_columns3d' : 'slow_conv2d_cpu'
}
