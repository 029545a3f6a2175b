/**
 * Activations as functions, those that PyTorch never computes in place.
 *
 * @module
 */

import { checkTensor } from '../../ops/elementwise/operand.js'
import * as smooth from '../../ops/elementwise/smoothActivation.js'
import * as cuts from '../../ops/elementwise/threshold.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkNumber, namedArguments } from '../arguments.js'

/** x times the probability that a standard normal number is less, or with `'tanh'` an approximation of it. */
export function gelu(input: Tensor, options: smooth.GeluOptions = {}): Tensor {
  return smooth.gelu(input, checkOptions('gelu', options, ['approximate']))
}

/** x / (1 + |x|) */
export function softsign(input: Tensor): Tensor {
  return checkTensor('softsign', 'input', input).div(input.abs().add(1))
}

/** x - tanh(x) */
export function tanhshrink(input: Tensor): Tensor {
  return checkTensor('tanhshrink', 'input', input).sub(input.tanh())
}

/** log(1 + e^(beta x)) / beta, a smooth ReLU; x itself where `beta x` is above the threshold. */
export function softplus(
  input: Tensor,
  beta?: number | smooth.SoftplusOptions,
  threshold?: number | Pick<smooth.SoftplusOptions, 'threshold'>,
): Tensor {
  return smooth.softplus(input, namedArguments('softplus', [beta, threshold], ['beta', 'threshold']))
}

/** 0 where |x| is at most `lambd` (default 0.5), else x. */
export function hardshrink(input: Tensor, lambd = 0.5): Tensor {
  return cuts.hardshrink(input, checkNumber('hardshrink', 'lambd', lambd))
}

/** x moved towards 0 by `lambd` (default 0.5), and not past it. */
export function softshrink(input: Tensor, lambd = 0.5): Tensor {
  return cuts.softshrink(input, checkNumber('softshrink', 'lambd', lambd))
}

/** The first half of dimension `dim` (default -1) times the sigmoid of the second. */
export function glu(input: Tensor, dim = -1): Tensor {
  return cuts.glu(input, dim)
}
