/**
 * Checks derivatives against finite differences.
 *
 * @module
 */
import { grad } from '../src/autograd/engine.js'
import { enableGrad, noGrad } from '../src/autograd/modes.js'
// the import that attaches the methods
import '../src/ops/tensor.js'
import type { Tensor } from '../src/ops/tensor.js'
import { toFloat64 } from '../src/tensor/copy.js'
import { wrapArray } from '../src/tensor/tensor.js'

export interface GradientOptions {
  /** 2 checks the derivative of the derivative as well. Default: 1. */
  order?: 1 | 2
  /** The step of the central difference. Default: 1e-5. */
  epsilon?: number
  /** The error allowed, relative to the larger of 1 and the derivative. Default: 1e-6. */
  tolerance?: number
}

type TensorFunction = (...inputs: Tensor[]) => Tensor

/**
 * Compares the gradients of `f`, a function of float64 tensors to a float64 tensor, with central differences, and
 * throws where they are apart. For complex numbers go through `viewAsComplex` and `viewAsReal`.
 */
export function checkGradient(f: TensorFunction, inputs: readonly Tensor[], options: GradientOptions = {}): void {
  const { order = 1, epsilon = 1e-5, tolerance = 1e-6 } = options
  const leaves = inputs.map(input => input.detach().clone().requiresGrad_())
  const output = weigh(f(...leaves))
  const found = output.requiresGrad ? grad(output, leaves, null, { allowUnused: true }) : leaves.map(() => null)
  for (const [i, leaf] of leaves.entries()) {
    const analytic = found[i] ? toFloat64(found[i]) : new Float64Array(leaf.numel())
    for (let k = 0; k < leaf.numel(); k++) {
      const at = (step: number) =>
        noGrad(() => Number(weigh(f(...inputs.map((own, j) => (j === i ? moved(own, k, step) : own)))).item()))
      const numeric = (at(epsilon) - at(-epsilon)) / (2 * epsilon)
      if (!(Math.abs(numeric - analytic[k]!) <= tolerance * Math.max(1, Math.abs(numeric)))) {
        throw new Error(`input ${i}, element ${k}: gradient ${analytic[k]}, finite difference ${numeric}`)
      }
    }
  }
  if (order === 2) checkGradient(gradientOf(f), inputs, { epsilon, tolerance })
}

/** The elements times weights without a pattern (so that what should not cancel doesn't), summed. */
function weigh(output: Tensor): Tensor {
  if (output.dtype !== 'float64') throw new Error(`checkGradient needs a float64 result, but got ${output.dtype}`)
  const weights = Float64Array.from({ length: output.numel() }, (_, i) => Math.sin(i * 12.9898 + 1) + 1.5)
  return output.mul(wrapArray(weights, output.shape, 'float64')).sum()
}

/** A copy with one element, in row-major order, moved by a step. */
function moved(input: Tensor, element: number, step: number): Tensor {
  const values = Float64Array.from(toFloat64(input))
  values[element]! += step
  return wrapArray(values, input.shape, 'float64')
}

/** All the gradients of a function, weighed and added up, as a function of the same inputs. */
function gradientOf(f: TensorFunction): TensorFunction {
  return (...inputs) =>
    enableGrad(() => {
      const own = inputs.map(input => (input.requiresGrad ? input : input.detach().requiresGrad_()))
      const gradients = grad(weigh(f(...own)), own, null, { createGraph: true, allowUnused: true })
      return gradients
        .map((gradient, i) => (gradient ? weigh(gradient).mul(i + 1) : own[i]!.detach().sum().mul(0)))
        .reduce((sum, next) => sum.add(next))
    })
}
