/**
 * Derivatives checked against finite differences: `torch.autograd.gradcheck` and `gradgradcheck`.
 *
 * The gradient of a real number L for a complex x = a + ib is dL/da + i dL/db (PyTorch's convention), so complex inputs
 * and outputs are checked as pairs of reals: each part of an output is such an L.
 *
 * @see https://pytorch.org/docs/stable/notes/gradcheck.html
 * @module
 */
import { RuntimeError, ValueError } from '../errors.js'
import { asContiguous, contiguousData, toFloat64 } from '../tensor/copy.js'
import { dtypeInfo, isComplex, isDifferentiable } from '../tensor/dtype.js'
import { allocate, Tensor } from '../tensor/tensor.js'
import { grad } from './engine.js'
import { enableGrad, noGrad } from './modes.js'

/** Options of {@link gradcheck} and {@link gradgradcheck}. */
export interface GradcheckOptions {
  /** The step of the finite differences. Default: 1e-6. */
  eps?: number
  /** Absolute tolerance. Default: 1e-5. */
  atol?: number
  /** Relative tolerance. Default: 1e-3. */
  rtol?: number
  /** Throw a {@link GradcheckError} rather than return false. Default: true. */
  raiseException?: boolean
}

/** The derivative and the finite differences disagree; the message says where and by how much. */
export class GradcheckError extends RuntimeError {
  override name = 'GradcheckError'
}

type Inputs = Tensor | readonly Tensor[]
type Checked = (...inputs: Tensor[]) => Tensor | readonly Tensor[]

const listOf = (value: Inputs): Tensor[] => (value instanceof Tensor ? [value] : [...value])

/** Calls the function and keeps what can be differentiated. */
function evaluate(fn: Checked, inputs: readonly Tensor[]): Tensor[] {
  return listOf(fn(...inputs)).filter(output => isDifferentiable(output.dtype))
}

/** All real parts of the outputs, one after another. */
function flatten(outputs: readonly Tensor[]): number[] {
  return outputs.flatMap(output => [...toFloat64(output)])
}

/** d(output parts) / d(one part of an input), by central differences: one column of the Jacobian. */
function numericalColumn(fn: Checked, inputs: readonly Tensor[], which: number, part: number, eps: number): number[] {
  const shifted = (sign: 1 | -1) => {
    const moved = inputs.map(input => input.detach())
    const copy = asContiguous(inputs[which]!.detach().clone({ memoryFormat: 'contiguous' }))
    ;(contiguousData(copy) as Float64Array)[part]! += sign * eps
    moved[which] = copy
    return noGrad(() => flatten(evaluate(fn, moved)))
  }
  const [above, below] = [shifted(1), shifted(-1)]
  return above.map((value, i) => (value - below[i]!) / (2 * eps))
}

/** d(one part of an output) / d(input parts), from the tape: one row of the Jacobian for each input. */
function analyticalRow(output: Tensor, part: number, inputs: readonly Tensor[]): number[][] {
  const cotangent = allocate(output.shape, output.dtype)
  ;(cotangent.storage.data as Float64Array)[part] = 1
  const gradients = output.requiresGrad
    ? grad(output, inputs, cotangent, { retainGraph: true, allowUnused: true })
    : inputs.map(() => null)
  return inputs.map((input, i) => {
    const gradient = gradients[i]
    return gradient
      ? [...toFloat64(gradient)]
      : new Array<number>(input.numel() * dtypeInfo(input.dtype).components).fill(0)
  })
}

/**
 * Compares the derivatives of a function with finite differences.
 *
 * @param fn takes the inputs and returns one tensor or several
 * @param inputs those that require gradients are checked; they should be float64 (or complex128), as float32 is too
 * coarse for the default tolerances
 * @returns true, or (with `raiseException: false`) false
 * @throws GradcheckError with the place and both numbers
 * @example autograd.gradcheck((x, w) => conv2d(x, w), [x, w])
 */
export function gradcheck(fn: Checked, inputs: Inputs, options: GradcheckOptions = {}): boolean {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, raiseException = true } = options
  const all = listOf(inputs)
  const checked = all.filter(input => input.requiresGrad)
  if (checked.length === 0) {
    throw new ValueError(
      'gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.',
    )
  }
  const outputs = evaluate(fn, all)
  const rows = outputs.flatMap((output, index) =>
    Array.from({ length: output.numel() * dtypeInfo(output.dtype).components }, (_, part) => ({
      index,
      part,
      gradients: analyticalRow(output, part, checked),
    })),
  )
  for (const [i, input] of checked.entries()) {
    const parts = input.numel() * dtypeInfo(input.dtype).components
    for (let part = 0; part < parts; part++) {
      const column = numericalColumn(fn, all, all.indexOf(input), part, eps)
      for (const [row, { index, part: outputPart, gradients }] of rows.entries()) {
        const [numerical, analytical] = [column[row]!, gradients[i]![part]!]
        if (Math.abs(analytical - numerical) <= atol + rtol * Math.abs(numerical)) continue
        if (!raiseException) return false
        const place = (kind: string, at: number, tensor: Tensor) =>
          isComplex(tensor.dtype)
            ? `${at % 2 ? 'imaginary' : 'real'} part of ${kind} element ${at >> 1}`
            : `${kind} element ${at}`
        throw new GradcheckError(
          `Jacobian mismatch for output ${index} with respect to input ${i}, at ${place('output', outputPart, outputs[index]!)} and ${place('input', part, input)}:\nnumerical: ${numerical}\nanalytical: ${analytical}`,
        )
      }
    }
  }
  return true
}

/**
 * Compares second derivatives with finite differences of first ones: {@link gradcheck} of the function's gradient.
 *
 * @param gradOutputs what the gradient is taken with. Default: fixed numbers of both signs
 */
export function gradgradcheck(
  fn: Checked,
  inputs: Inputs,
  gradOutputs?: Inputs | null,
  options: GradcheckOptions = {},
): boolean {
  const all = listOf(inputs)
  const outputs = evaluate(fn, all)
  const cotangents = gradOutputs ? listOf(gradOutputs) : outputs.map(cotangentFor)
  for (const cotangent of cotangents) cotangent.requiresGrad = true
  const gradient: Checked = (...arguments_) => {
    const own = arguments_.slice(0, all.length)
    // finite differences call this off the tape, and a gradient needs one
    const tracked = own.map((input, i) =>
      all[i]!.requiresGrad && !input.requiresGrad ? input.detach().requiresGrad_() : input,
    )
    const wanted = tracked.filter((_, i) => all[i]!.requiresGrad)
    const results = enableGrad(() => evaluate(fn, tracked))
    const differentiable = results.filter(result => result.requiresGrad)
    const weights = arguments_.slice(all.length).filter((_, i) => results[i]!.requiresGrad)
    return enableGrad(() => grad(differentiable, wanted, weights, { createGraph: true, allowUnused: true })).filter(
      (found): found is Tensor => found !== null,
    )
  }
  return gradcheck(gradient, [...all, ...cotangents], options)
}

/** Numbers without a pattern that a wrong derivative could hide behind. */
function cotangentFor(output: Tensor): Tensor {
  const cotangent = allocate(output.shape, output.dtype)
  const data = cotangent.storage.data as Float64Array
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(1 + 3.7 * i)
  return cotangent
}
