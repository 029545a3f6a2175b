/**
 * Walking a parameter, its gradient and its optimizer state together, one flat loop over plain arrays at a time.
 *
 * @module
 */
import { elementwise } from '../backends/vectorOperations.js'
import { RuntimeError } from '../errors.js'
import type { Formula } from '../kernel/expression.js'
import { convert } from '../tensor/copy.js'
import { type DType, dtypeInfo, isComplex, isDifferentiable, isHalf } from '../tensor/dtype.js'
import { decodeBFloat16, encodeBFloat16, encodeFloat16, float16Table } from '../tensor/half.js'
import { forEachRun, type Strided } from '../tensor/iterate.js'
import { formatShape, isSameShape, type Shape } from '../tensor/layout.js'
import { noteWrite } from '../tensor/mirrors.js'
import type { Tensor } from '../tensor/tensor.js'

/** The arrays a loop computes on. */
export type FloatArray = Float32Array | Float64Array

/**
 * One run of elements: element k of array i lies at `offsets[i] + k * steps[i]`.
 *
 * Loops compute in doubles. What a float32 array is given is rounded there, and what a loop reads back is the rounded
 * number, as in PyTorch, whose every state is a tensor. The scalars are those of the {@link VectorLoop}, if there is one.
 */
export type Loop = (
  arrays: readonly FloatArray[],
  offsets: readonly number[],
  steps: readonly number[],
  length: number,
  scalars: readonly number[],
) => void

/** A loop once more, as a faster backend reads it. Operand i is array i. */
export interface VectorLoop {
  /** Its values are rounded where they are stored; what is read back of them must be rounded by the formula. */
  readonly formula: Formula
  /** For each value of the formula, the array that it is stored in. */
  readonly into: readonly number[]
  readonly scalars: readonly number[]
}

/**
 * How PyTorch rounds the numbers that multiply tensors of a dtype, learning rates and the like: to float32 for float32.
 * A weight decay of 1 - 1e-5 would drift apart otherwise. Those of 16-bit tensors are left as they are: in bfloat16 a
 * factor of 0.999 would be 1.
 */
export function scalarRounding(dtype: DType): (x: number) => number {
  return isSingle(dtype) ? Math.fround : x => x
}

/** {@link scalarRounding} of each of the numbers, where they are. */
export function roundScalars(numbers: number[], dtype: DType): void {
  if (isSingle(dtype)) for (let i = 0; i < numbers.length; i++) numbers[i] = Math.fround(numbers[i]!)
}

const isSingle = (dtype: DType) => dtype === 'float32' || dtype === 'complex64'

/** Elements of a 16-bit tensor that are decoded at a time. */
const CHUNK = 1024

/**
 * Runs a loop over the parameter (array 0), its gradient (array 1) and the state tensors (from array 2 on), all of one
 * shape; all but the gradient may be written.
 */
export function updateInPlace(
  parameter: Tensor,
  gradient: Tensor,
  state: readonly Tensor[],
  loop: Loop,
  vector?: VectorLoop,
): void {
  const own = gradient.dtype === parameter.dtype ? gradient : convert(gradient, parameter.dtype)
  runInPlace([parameter, own, ...state], loop, own, vector)
}

/** The operands of the update under way, kept because a step of an optimizer has as many updates as parameters. */
const views: RealView[] = []
const arrays: FloatArray[] = []
const NO_SCALARS: readonly number[] = []

/** Runs a loop over tensors of one shape and dtype, of any strides. Complex numbers are seen as pairs of reals. */
export function runInPlace(tensors: readonly Tensor[], loop: Loop, unchanged?: Tensor, vector?: VectorLoop): void {
  try {
    for (let i = 0; i < tensors.length; i++) {
      if (i === views.length) views.push(new RealView())
      views[i]!.show(tensors[i]!, tensors[i] !== unchanged)
    }
    views.length = tensors.length
    runOnViews(tensors, loop, vector)
  } finally {
    // nothing is kept alive from here
    for (let i = 0; i < views.length; i++) views[i]!.data = NOTHING
    arrays.fill(NOTHING)
  }
  for (let i = 0; i < tensors.length; i++) if (tensors[i] !== unchanged) tensors[i]!.storage.version++
}

function runOnViews(tensors: readonly Tensor[], loop: Loop, vector: VectorLoop | undefined): void {
  const { dtype } = tensors[0]!
  const { shape } = views[0]!
  const scalars = vector?.scalars ?? NO_SCALARS
  if (isHalf(dtype)) {
    noteWrites()
    runDecoded(dtype, views, loop, scalars)
    return
  }
  if (vector && !overlap(tensors)) {
    const { formula, into } = vector
    if (elementwise({ shape, operands: views, formula, into, scalars })) return
  }
  for (let i = 0; i < views.length; i++) arrays[i] = views[i]!.data as FloatArray
  noteWrites()
  forEachRun(shape, views, (offsets, steps, length) => loop(arrays, offsets, steps, length, scalars))
}

/** Loops are about to write over what is not only read. */
function noteWrites(): void {
  for (let i = 0; i < views.length; i++) if (views[i]!.written) noteWrite(views[i]!.data)
}

/** Whether tensors share memory in another way than by being views of the same elements in the same order. */
function overlap(tensors: readonly Tensor[]): boolean {
  for (let i = 0; i < tensors.length; i++)
    for (let j = i + 1; j < tensors.length; j++) if (crosses(tensors[i]!, tensors[j]!)) return true
  return false
}

const crosses = (a: Tensor, b: Tensor) =>
  a.storage.isSameMemory(b.storage) && (a.offset !== b.offset || !isSameShape(a.strides, b.strides))

/**
 * Refuses what {@link updateInPlace} cannot work on.
 *
 * @throws RuntimeError for a gradient of another shape or kind, or a parameter that is in itself repeated (expanded)
 */
export function checkUpdatable(parameter: Tensor, gradient: Tensor): void {
  if (!isSameShape(gradient.shape, parameter.shape)) {
    throw new RuntimeError(
      `a parameter of shape ${formatShape(parameter.shape)} has a gradient of shape ${formatShape(gradient.shape)}`,
    )
  }
  if (!isDifferentiable(gradient.dtype) || isComplex(gradient.dtype) !== isComplex(parameter.dtype)) {
    throw new RuntimeError(`a parameter of dtype ${parameter.dtype} has a gradient of dtype ${gradient.dtype}`)
  }
  if (parameter.shape.some((size, dim) => size > 1 && parameter.strides[dim] === 0)) {
    throw new RuntimeError(
      'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.',
    )
  }
}

const NOTHING = new Float32Array(0)

/** The place of a tensor in its array, of a complex one with a trailing dimension of 2. */
class RealView implements Strided {
  shape: Shape = []
  strides: Shape = []
  offset = 0
  data: Tensor['storage']['data'] = NOTHING
  written = false

  show({ dtype, shape, strides, offset, storage }: Tensor, written: boolean): void {
    const isReal = dtypeInfo(dtype).components === 1
    this.shape = isReal ? shape : [...shape, 2]
    this.strides = isReal ? strides : [...strides.map(step => 2 * step), 1]
    this.offset = isReal ? offset : 2 * offset
    this.data = storage.data
    this.written = written
  }
}

/** 16-bit floats: decoded, computed on, and rounded where they are stored. */
function runDecoded(dtype: DType, views: readonly RealView[], loop: Loop, scalars: readonly number[]): void {
  const table = float16Table()
  const decode = dtype === 'float16' ? (bits: number) => table[bits]! : decodeBFloat16
  const encode = dtype === 'float16' ? encodeFloat16 : encodeBFloat16
  const decoded = views.map(() => new Float64Array(CHUNK))
  const zeros = views.map(() => 0)
  const ones = views.map(() => 1)
  forEachRun(views[0]!.shape, views, (offsets, steps, length) => {
    for (let start = 0; start < length; start += CHUNK) {
      const own = Math.min(CHUNK, length - start)
      views.forEach(({ data }, i) => {
        const first = offsets[i]! + start * steps[i]!
        for (let k = 0; k < own; k++) decoded[i]![k] = decode(data[first + k * steps[i]!] as number)
      })
      loop(decoded, zeros, ones, own, scalars)
      views.forEach(({ data, written }, i) => {
        if (!written) return
        const first = offsets[i]! + start * steps[i]!
        for (let k = 0; k < own; k++) data[first + k * steps[i]!] = encode(decoded[i]![k]!)
      })
    }
  })
}
