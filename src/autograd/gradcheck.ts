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
import { checkOptions } from '../options.js'
import { convert, toFloat64 } from '../tensor/copy.js'
import { dtypeInfo, isComplex, isDifferentiable } from '../tensor/dtype.js'
import { Tensor, wrapArray } from '../tensor/tensor.js'
import { grad } from './engine.js'
import { enableGrad } from './modes.js'

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

/** The real numbers a tensor is made of: two for each complex one. */
const partsOf = (tensor: Tensor): number => tensor.numel() * dtypeInfo(tensor.dtype).components

/** A tensor like another one, made of these real numbers. */
function fromParts(parts: Float64Array, { shape, dtype }: Tensor): Tensor {
  return convert(wrapArray(parts, shape, isComplex(dtype) ? 'complex128' : 'float64'), dtype)
}

/** Calls the function and keeps what can be differentiated. */
function evaluate(fn: Checked, inputs: readonly Tensor[]): Tensor[] {
  return listOf(fn(...inputs)).filter(output => isDifferentiable(output.dtype))
}

/** d(output parts) / d(one part of an input), by central differences: one column of the Jacobian. */
function numericalColumn(fn: Checked, inputs: readonly Tensor[], input: Tensor, part: number, eps: number): number[] {
  const shifted = (step: number) => {
    const parts = Float64Array.from(toFloat64(input))
    parts[part]! += step
    // as in the call that is differentiated: on the tape, and one tensor for one that is passed twice
    const copies = new Map(inputs.map(own => [own, own.detach().requiresGrad_(own.requiresGrad)]))
    copies.set(input, fromParts(parts, input).requiresGrad_())
    const arguments_ = inputs.map(own => copies.get(own)!)
    return evaluate(fn, arguments_).flatMap(output => [...toFloat64(output)])
  }
  const [above, below] = [shifted(eps), shifted(-eps)]
  return above.map((value, i) => (value - below[i]!) / (2 * eps))
}

/** d(one part of an output) / d(parts of each input), by backward: one row of the Jacobian. */
function analyticalRow(output: Tensor, part: number, inputs: readonly Tensor[]): Float64Array[] {
  const cotangent = fromParts(new Float64Array(partsOf(output)).fill(1, part, part + 1), output)
  const gradients = output.requiresGrad
    ? grad(output, inputs, cotangent, { retainGraph: true, allowUnused: true })
    : inputs.map(() => null)
  return inputs.map((input, i) => (gradients[i] ? toFloat64(gradients[i]) : new Float64Array(partsOf(input))))
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
  checkOptions('gradcheck', options, ['eps', 'atol', 'rtol', 'raiseException'])
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, raiseException = true } = options
  const all = listOf(inputs)
  const checked = [...new Set(all)].filter(input => input.requiresGrad)
  if (checked.length === 0) {
    throw new ValueError(
      'gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.',
    )
  }
  return enableGrad(() => {
    const outputs = evaluate(fn, all)
    const rows = outputs.flatMap((output, index) =>
      Array.from({ length: partsOf(output) }, (_, part) => ({
        output,
        index,
        part,
        gradients: analyticalRow(output, part, checked),
      })),
    )
    for (const [i, input] of checked.entries()) {
      for (let part = 0; part < partsOf(input); part++) {
        const column = numericalColumn(fn, all, input, part, eps)
        for (const [row, { output, index, part: outputPart, gradients }] of rows.entries()) {
          const [numerical, analytical] = [column[row]!, gradients[i]![part]!]
          if (Math.abs(analytical - numerical) <= atol + rtol * Math.abs(numerical)) continue
          if (!raiseException) return false
          const where = `${place('output', outputPart, output)} and ${place('input', part, input)}`
          throw new GradcheckError(
            `Jacobian mismatch for output ${index} with respect to input ${all.indexOf(input)}, at ${where}:\nnumerical: ${numerical}\nanalytical: ${analytical}${coarse([input, output])}`,
          )
        }
      }
    }
    return true
  })
}

/** One of the real numbers of a tensor, in a message. */
function place(kind: string, part: number, { dtype }: Tensor): string {
  return isComplex(dtype)
    ? `${part % 2 ? 'imaginary' : 'real'} part of ${kind} element ${part >> 1}`
    : `${kind} element ${part}`
}

/** The likely reason, where numbers are too coarse for small steps. */
function coarse(tensors: readonly Tensor[]): string {
  const found = tensors.find(({ dtype }) => dtype !== 'float64' && dtype !== 'complex128')
  return found ? `\n${found.dtype} is too coarse for small steps: check with float64 or complex128` : ''
}

/**
 * Compares second derivatives with finite differences of first ones: {@link gradcheck} of the function's gradient.
 *
 * @param gradOutputs what the gradient is taken with; those that require gradients are checked, too. Default: fixed
 * numbers of both signs, checked
 */
export function gradgradcheck(
  fn: Checked,
  inputs: Inputs,
  gradOutputs?: Inputs | null,
  options: GradcheckOptions = {},
): boolean {
  const all = listOf(inputs)
  const outputs = enableGrad(() => evaluate(fn, all))
  const cotangents = gradOutputs ? listOf(gradOutputs) : outputs.map(cotangentFor)
  if (cotangents.length !== outputs.length) {
    throw new RuntimeError(`got ${outputs.length} tensors and ${cotangents.length} gradients`)
  }
  const gradient: Checked = (...arguments_) => {
    const own = arguments_.slice(0, all.length)
    const weights = arguments_.slice(all.length)
    const results = evaluate(fn, own)
    const differentiable = results.filter(result => result.requiresGrad)
    const itsWeights = weights.filter((_, i) => results[i]!.requiresGrad)
    const wanted = [...new Set(own)].filter(input => input.requiresGrad)
    const found = grad(differentiable, wanted, itsWeights, { createGraph: true, allowUnused: true })
    return found.filter(one => one !== null)
  }
  return gradcheck(gradient, [...all, ...cotangents], options)
}

/** Numbers without a pattern that a wrong derivative could hide behind. */
function cotangentFor(output: Tensor): Tensor {
  const parts = Float64Array.from({ length: partsOf(output) }, (_, i) => Math.sin(1 + 3.7 * i))
  return fromParts(parts, output).requiresGrad_()
}
