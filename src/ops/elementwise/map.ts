/**
 * The elementwise loops: a function of numbers applied over strided, broadcast operands.
 *
 * Numbers are computed as doubles and rounded once to the dtype at the store (for + - * / and sqrt of float32 that is
 * the float32 result to the bit); 16-bit floats are computed in float32, as in PyTorch. Functions of several such steps round
 * each of them, as PyTorch's do (`rounder.ts`); those with an exponential or a logarithm in them do not.
 *
 * @module
 */
import { elementwise, isWorthVectors, type VectorOperand } from '../../backends/vectorOperations.js'
import { NotImplementedError } from '../../errors.js'
import type { Formula } from '../../kernel/expression.js'
import { convert } from '../../tensor/copy.js'
import { deferred, deferWrite, isDeferring } from '../../tensor/deferral.js'
import { type DType, dtypeInfo, isComplex, isDifferentiable, isHalf, type Kind } from '../../tensor/dtype.js'
import { forEachRun } from '../../tensor/iterate.js'
import {
  broadcastShapes,
  broadcastStrides,
  elementwiseFormat,
  isSameShape,
  type MemoryFormat,
  type Shape,
  suggestedFormat,
} from '../../tensor/layout.js'
import { isComplexScalar } from '../../tensor/scalar.js'
import { allocate, allocateUnwritten, Tensor } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { commonDevice, type Operand, promote, scalarTensor } from './operand.js'

/** Where a complex function leaves its result: [re, im]. */
export type Pair = [number, number]

/**
 * One operation for each arithmetic; what is missing is refused with PyTorch's "not implemented for". Arguments are
 * listed flat: a complex function of two operands is called with (re1, im1, re2, im2, result).
 */
export interface ElementFunctions {
  /** Floats, integers up to 32 bits, and bool (0 or 1). */
  number?: (...x: number[]) => number | boolean
  /** int64; may return a boolean for a bool result. */
  bigint?: (...x: bigint[]) => bigint | boolean | number
  /** Writes [re, im] to the last argument; returns a number instead where the result is real (or bool). */
  complex?: (a: number, b: number, c: number, d: number, result: Pair) => number | boolean | undefined
  /**
   * `number` once more for float32 to float32, as a whole loop. One loop shared by all operations cannot inline
   * any of them; operations that large networks spend time in bring their own.
   */
  float32?: Float32Run
  /** `number` once more for float32 and float64, as a faster backend reads it. Operand i is the i-th argument. */
  vector?: Formula
  /** The formula's scalars. Default: none. */
  scalars?: readonly number[]
}

/**
 * Sets `out[o], out[o + so], ...` from `a[i], a[i + si], ...` and `b[j], ...`, where `offsets` is [o, i, j] and `steps`
 * is [so, si, sj]; a function of one operand gets two of each.
 */
export type Float32Run = (
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  offsets: readonly number[],
  steps: readonly number[],
  length: number,
) => void

export interface MapOptions {
  /** Operands are converted to this dtype first. */
  compute: DType
  /** The dtype of the result. Default: `compute`. */
  result?: DType
  /** The kinds of `compute` that the operation is defined for. Default: all that have a function. */
  kinds?: readonly Kind[]
  /** Write the result over the first operand, which must have its shape and (unless 16 bits wide) its dtype. */
  overwrite?: boolean
}

/** The dtype the loop itself works in. */
function loopDType(dtype: DType): DType {
  return isHalf(dtype) ? 'float32' : dtype
}

/**
 * Applies `functions` elementwise to one, two or three operands of broadcastable shapes, as a new tensor.
 *
 * @param kernel PyTorch's name of the loop, as in `"relu_cpu" not implemented for 'ComplexFloat'`
 */
export const mapElements = timed(loopName, computeElements)

function computeElements(
  kernel: string,
  operands: readonly Operand[],
  functions: ElementFunctions,
  { compute, result = compute, kinds, overwrite = false }: MapOptions,
): Tensor {
  const working = loopDType(compute)
  const function_ = functionFor(kernel, functions, compute, kinds)
  const inputs = new Array<Tensor>(operands.length)
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!
    inputs[i] = operand instanceof Tensor ? operand : scalarTensor(operand, working)
  }
  const device = commonDevice(inputs)
  const shape = commonShape(inputs)
  const memoryFormat = outputFormat(inputs, shape)
  if (device === 'meta') return allocate(shape, result, { device, memoryFormat })
  if (isDeferring()) {
    const options = { compute, result, kinds, overwrite }
    const map = (own: readonly Tensor[]) => mapElements(kernel, own, functions, options)
    if (!overwrite) return deferred(inputs, { shape, dtype: result, memoryFormat }, map)
    const [target, ...others] = inputs as [Tensor, ...Tensor[]]
    if (target.dtype === working && deferWrite(target, others, (own, read) => map([own, ...read]))) return target
  }

  for (let i = 0; i < inputs.length; i++) if (inputs[i]!.dtype !== working) inputs[i] = convert(inputs[i]!, working)
  const output = overwrite ? inputs[0]! : allocateUnwritten(shape, loopDType(result), memoryFormat)
  const views = new Array<VectorOperand>(inputs.length + 1)
  for (let i = 0; i < inputs.length; i++) views[i] = viewAs(shape, inputs[i]!)
  views[inputs.length] = viewAs(shape, output)
  const { vector: formula, scalars } = functions
  const isServed =
    formula !== undefined &&
    isVectorDType(working) &&
    (result === 'bool'
      ? mapToBool(shape, views, output, formula, working)
      : output.dtype === working &&
        elementwise({
          shape,
          operands: views,
          formula,
          into: [inputs.length],
          scalars,
          isLast: output.dtype === result,
        }))
  if (!isServed) {
    const strided = [views[inputs.length]!, ...views.slice(0, -1)]
    forEachRun(shape, strided, pickLoop(inputs, output, function_, functions.float32))
  }
  return output.dtype === result ? output : convert(output, result)
}

/** A formula that gives 1 for true and 0 for false: kernels have no bytes. Does all of its work, or returns false. */
function mapToBool(
  shape: Shape,
  views: readonly VectorOperand[],
  output: Tensor,
  formula: Formula,
  working: DType,
): boolean {
  if (!isWorthVectors(output.numel())) return false
  const place = views.length - 1
  const { storage } = allocateUnwritten(shape, working)
  const operands = views.with(place, { ...views[place]!, data: storage.data })
  const isServed = elementwise({ shape, operands, formula, into: [place] })
  if (isServed) (output.storage.dataToWrite as Uint8Array).set(storage.data as Float32Array)
  storage.giveUp()
  return isServed
}

/** The shape that all broadcast to. */
function commonShape(tensors: readonly Tensor[]): Shape {
  let { shape } = tensors[0]!
  for (let i = 1; i < tensors.length; i++) {
    const own = tensors[i]!.shape
    if (!isSameShape(own, shape)) shape = broadcastShapes(shape, own)
  }
  return shape
}

/** A tensor as loops over a shape see it. */
function viewAs(shape: Shape, { shape: own, strides, offset, storage }: Tensor): VectorOperand {
  return {
    offset,
    strides: isSameShape(own, shape) ? strides : broadcastStrides(own, strides, shape),
    data: storage.data,
  }
}

/** Whether vectors have elements of this dtype. */
const isVectorDType = (dtype: DType) => dtype === 'float32' || dtype === 'float64'

/** channels_last survives if every operand of full shape has it. */
function outputFormat(operands: readonly Tensor[], shape: Shape): MemoryFormat {
  let full = 0
  for (let i = 0; i < operands.length; i++) if (isSameShape(operands[i]!.shape, shape)) full++
  // as in PyTorch, operands that broadcast leave what can be read both ways to the strides
  const formatOf = full === operands.length ? elementwiseFormat : suggestedFormat
  for (let i = 0; i < operands.length; i++) {
    const own = operands[i]!
    if (isSameShape(own.shape, shape) && formatOf(own.shape, own.strides) !== 'channels_last') return 'contiguous'
  }
  return full > 0 ? 'channels_last' : 'contiguous'
}

/** Loops whose operation has another name. */
const OPERATION_OF: Readonly<Record<string, string>> = {
  GeluKernelImpl: 'gelu',
  conj: 'conj_physical',
  huber: 'huber_loss',
  mse: 'mse_loss',
  smooth_l1: 'smooth_l1_loss',
}

/** The operation that a loop belongs to: `relu_cpu`, `exp_vml_cpu`, `lerp_kernel_scalar` are relu, exp and lerp. */
function loopName(kernel: string): string {
  const name = kernel.replace(/(_vml)?_cpu$|_kernel_(scalar|tensor)$/, '')
  return `aten::${OPERATION_OF[name] ?? name}`
}

type Loop = (offsets: readonly number[], steps: readonly number[], length: number) => void
type NumberFunction = (...x: number[]) => number
type ComplexFunction = NonNullable<ElementFunctions['complex']>

/** The function for this dtype, or PyTorch's refusal. */
function functionFor(
  kernel: string,
  functions: ElementFunctions,
  dtype: DType,
  kinds: readonly Kind[] | undefined,
): NumberFunction | ComplexFunction {
  const found = functions[isComplex(dtype) ? 'complex' : dtype === 'int64' ? 'bigint' : 'number']
  if (!found || kinds?.includes(dtypeInfo(dtype).kind) === false) {
    throw new NotImplementedError(`"${kernel}" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  return found as NumberFunction
}

function pickLoop(
  inputs: readonly Tensor[],
  output: Tensor,
  f: NumberFunction | ComplexFunction,
  float32: Float32Run | undefined,
): Loop {
  const out = output.storage.dataToWrite
  const data = inputs.map(input => input.storage.data)
  const [a, b = a] = data
  if (float32 && [output, ...inputs].every(({ dtype }) => dtype === 'float32')) {
    const [to, x, y] = [out, a, b] as [Float32Array, Float32Array, Float32Array]
    return (offsets, steps, length) => float32(to, x, y, offsets, steps, length)
  }
  // typed as doubles whatever they are: the arrays themselves decide what an element is
  const doubles = data as Float64Array[]
  if (isComplex(inputs[0]!.dtype)) {
    return complexLoop(out as Float64Array, doubles, isComplex(output.dtype), f as ComplexFunction)
  }
  const returnsBoolean = a instanceof BigInt64Array && !(out instanceof BigInt64Array)
  const g = f as NumberFunction
  return realLoop(out as Float64Array, doubles, returnsBoolean ? (...x) => Number(g(...x)) : g)
}

function realLoop(out: Float64Array, data: readonly Float64Array[], f: NumberFunction): Loop {
  const [a, b, c] = data as [Float64Array, Float64Array, Float64Array]
  if (data.length === 1) {
    return ([o, i], [so, si], length) => {
      for (let k = 0, p = o!, q = i!; k < length; k++, p += so!, q += si!) out[p] = f(a[q]!)
    }
  }
  if (data.length === 2) {
    return ([o, i, j], [so, si, sj], length) => {
      for (let k = 0, p = o!, q = i!, r = j!; k < length; k++, p += so!, q += si!, r += sj!) out[p] = f(a[q]!, b[r]!)
    }
  }
  return ([o, i, j, l], [so, si, sj, sl], length) => {
    for (let k = 0, p = o!, q = i!, r = j!, s = l!; k < length; k++, p += so!, q += si!, r += sj!, s += sl!) {
      out[p] = f(a[q]!, b[r]!, c[s]!)
    }
  }
}

function complexLoop(
  out: Float64Array,
  data: readonly Float64Array[],
  complexResult: boolean,
  f: ComplexFunction,
): Loop {
  const a = data[0]!
  const b = data[1] ?? a
  const pair: Pair = [0, 0]
  return ([o, i, j = i], [so, si, sj = si], length) => {
    for (let k = 0, p = o!, q = i! * 2, r = j! * 2; k < length; k++, p += so!, q += si! * 2, r += sj! * 2) {
      const real = f(a[q]!, a[q + 1]!, b[r]!, b[r + 1]!, pair)
      if (complexResult) {
        out[p * 2] = pair[0]
        out[p * 2 + 1] = pair[1]
      } else out[p] = Number(real)
    }
  }
}

/** The dtype of a function that only floats have: integers and bool are computed in float32, the default dtype. */
export function floatDType(dtype: DType): DType {
  return isDifferentiable(dtype) ? dtype : 'float32'
}

/** The dtype of a function of several operands that only floats have. */
export function promoteFloat(operands: readonly Operand[]): DType {
  return floatDType(promote(operands))
}

/**
 * A number as a tensor for the tape, where every input is one. It is as wide as its kind allows, so that no digit is
 * lost, and has no dimensions, so that it gives way in promotion.
 */
export function taped(operand: Operand): Tensor {
  if (operand instanceof Tensor) return operand
  return scalarTensor(
    operand,
    typeof operand === 'number' ? 'float64' : isComplexScalar(operand) ? 'complex128' : undefined,
  )
}

/** The gradient of what is constant almost everywhere (floor, sign): zeros like `gradient`. */
export function zerosLike({ shape, dtype, device }: Tensor): Tensor {
  return allocate(shape, dtype, { device })
}

const NOTHING = allocate([0], 'float32')

/**
 * The tensor to save for backward if it is needed there, else a placeholder: what is not saved need not be kept alive,
 * and may be changed in place.
 */
export function savedIf(needed: boolean, tensor: Tensor): Tensor {
  return needed ? tensor : NOTHING
}
