/**
 * Checks derivatives against finite differences.
 *
 * @module
 */
import { grad } from '../src/autograd/engine.js'
import { noGrad } from '../src/autograd/modes.js'
import { Tensor } from '../src/ops/tensor.js'
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

type Function_ = (...inputs: Tensor[]) => Tensor

/** Numbers without a pattern, so that terms which should not cancel don't. */
function weights(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => Math.sin(i * 12.9898 + 1) + 1.5)
}

/** The elements times the weights, summed: a number to differentiate. */
function weigh(output: Tensor): Tensor {
  if (output.dtype !== 'float64') throw new Error(`checkGradient needs a float64 result, but got ${output.dtype}`)
  return output.mul(wrapArray(weights(output.numel()), output.shape, 'float64')).sum()
}

/**
 * Compares the gradients of `f`, a function of float64 tensors to a float64 tensor, with central differences, and
 * throws where they are apart. For complex numbers go through `viewAsComplex` and `viewAsReal`.
 */
export function checkGradient(f: Function_, inputs: readonly Tensor[], options: GradientOptions = {}): void {
  const { order = 1, epsilon = 1e-5, tolerance = 1e-6 } = options
  const leaves = inputs.map(input => input.detach().clone().requiresGrad_())
  const found = grad(weigh(f(...leaves)), leaves, null, { allowUnused: true })
  leaves.forEach((leaf, i) => {
    const analytic = found[i] ? toFloat64(found[i]) : new Float64Array(leaf.numel())
    for (let k = 0; k < leaf.numel(); k++) {
      const at = (step: number) => noGrad(() => Number(weigh(f(...leaves.map(own => moved(own, own === leaf ? k : -1, step)))).item()))
      const numeric = (at(epsilon) - at(-epsilon)) / (2 * epsilon)
      const difference = Math.abs(numeric - analytic[k]!)
      if (!(difference <= tolerance * Math.max(1, Math.abs(numeric)))) {
        throw new Error(`order ${options.order === 1 ? 'of the second derivative' : '1'}, input ${i}, element ${k}: gradient ${analytic[k]}, finite difference ${numeric}`)
      }
    }
  })
  if (order === 2) checkGradient(gradientOf(f), inputs, { ...options, order: 1 })
}

/** All gradients of a function, one after the other in one tensor, as a function of the same inputs. */
function gradientOf(f: Function_): Function_ {
  return (...inputs) => {
    const own = inputs.map(input => (input.requiresGrad ? input : input.detach().requiresGrad_()))
    const record = () => grad(weigh(f(...own)), own, null, { createGraph: true, allowUnused: true })
    const gradients = enabled(record)
    const weighed = gradients.map((gradient, i) => (gradient ? gradient.mul(i + 1).sum() : null)).filter(x => x !== null)
    return weighed.reduce((sum, next) => sum.add(next))
  }
}
