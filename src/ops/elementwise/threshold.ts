/**
 * Activations that cut off at a threshold, and CELU. Floats only, unless said otherwise.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { RuntimeError } from '../../errors.js'
import { normalizeDim } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { narrow } from '../views/slice.js'
import { hardtanh } from './activation.js'
import { type ElementFunctions, mapElements } from './map.js'
import { checkTensor } from './operand.js'
import { rounder } from './rounder.js'
import { sigmoid } from './unary.js'

type NumberFunction = (...x: number[]) => number

/** x where it is above the threshold, else `value`; also for integers. */
export function threshold(input: Tensor, limit: number, value: number): Tensor {
  checkTensor('threshold', 'input', input)
  // without a jump, as in activation.ts
  const choice = Float64Array.of(0, value)
  const functions: ElementFunctions = {
    number: x => (x! <= limit ? value : x!),
    bigint: x => (x! <= limit ? BigInt(Math.trunc(value)) : x!),
    float32: (out, a, _b, [o, i], [so, si], length) => {
      for (let k = 0, p = o!, q = i!; k < length; k++, p += so!, q += si!) {
        choice[0] = a[q]!
        out[p] = choice[Number(a[q]! <= limit)]!
      }
    },
  }
  const out = mapElements('threshold_cpu', [input], functions, { compute: input.dtype, kinds: ['int', 'float'] })
  return record(out, 'ThresholdBackward0', [input], [input], (g, { saved: [x] }) => [g.maskedFill(x!.le(limit), 0)])
}

/** 0 where |x| is at most `lambd`, else x. */
export function hardshrink(input: Tensor, lambd = 0.5): Tensor {
  const bound = rounder(checkTensor('hardshrink', 'input', input).dtype)(lambd)
  const out = mapFloats('hardshrink', input, x => (Math.abs(x!) <= bound ? 0 : x!))
  return record(out, 'HardshrinkBackward0', [input], [input], (g, { saved: [x] }) => [
    g.maskedFill(x!.abs().le(lambd), 0),
  ])
}

/** x moved towards 0 by `lambd`, and not past it. */
export function softshrink(input: Tensor, lambd = 0.5): Tensor {
  if (!(lambd >= 0)) throw new RuntimeError(`lambda must be greater or equal to 0, but found to be ${lambd}.`)
  const bound = rounder(checkTensor('softshrink', 'input', input).dtype)(lambd)
  const out = mapFloats('softshrink', input, x => (x! > bound ? x! - bound : x! < -bound ? x! + bound : x! * 0))
  return record(out, 'SoftshrinkBackward0', [input], [input], (g, { saved: [x] }) => [
    g.maskedFill(x!.abs().le(lambd), 0),
  ])
}

/** x where it is positive, else alpha (e^(x / alpha) - 1): an ELU that is smooth for any alpha. */
export function celu(input: Tensor, alpha = 1): Tensor {
  if (alpha === 0) throw new RuntimeError('ZeroDivisionError: alpha cannot be 0 for CELU')
  const out = mapFloats('elu', input, x => (x! > 0 ? x! : alpha * Math.expm1(x! / alpha)))
  return record(out, 'CeluBackward0', [input], [input], (g, { saved: [x] }) => [
    // bounded, so that no infinity arises where the other branch is taken; as in PyTorch, the second derivative at 0 is 0
    g.mul(hardtanh(x!, Number.NEGATIVE_INFINITY, 0).div(alpha).exp()).where(x!.le(0), g),
  ])
}

/** The first half of a dimension times the sigmoid of the second. */
export function glu(input: Tensor, dim = -1): Tensor {
  checkTensor('glu', 'input', input)
  if (input.ndim === 0) throw new RuntimeError('glu does not support scalars because halving size must be even')
  const own = normalizeDim(dim, input.ndim)
  const size = input.shape[own]!
  if (size % 2 !== 0) {
    throw new RuntimeError(`Halving dimension must be even, but dimension ${own} is size ${size}`)
  }
  return narrow(input, own, 0, size / 2).mul(sigmoid(narrow(input, own, size / 2, size / 2)))
}

function mapFloats(name: string, input: Tensor, number: NumberFunction): Tensor {
  checkTensor(name, 'input', input)
  return mapElements(`${name}_cpu`, [input], { number }, { compute: input.dtype, kinds: ['float'] })
}
