/**
 * Convolutions on numbers whose sums depend on their order: equal bits mean the same order of additions.
 */
import { type ConvAlgorithm, type ConvOperands, choose } from '../../src/conv/algorithm.js'
import { type ConvSpec, describeSpec, type Pass } from '../../src/conv/spec.js'
import type { DType, Shape, Tensor } from '../../src/index.js'
import { drawOperands, problemOf } from '../differential/support/operands.js'
import { numbers } from '../property/support/numbers.js'

export const real = (seed: number, shape: Shape, dtype: DType = 'float32') =>
  numbers(seed, shape, { dtype, denominator: 9973 }).mul(0.7)

export const operandsOf = (spec: ConvSpec, pass: Pass, dtype: DType, seed: number): ConvOperands =>
  drawOperands(spec, pass, seed, (own, shape) => real(own, shape, dtype))

/** The kernel of a new plan by an algorithm, or `null` where it refuses. */
export function planFor(algorithm: ConvAlgorithm, spec: ConvSpec, pass: Pass, dtype: DType) {
  const problem = problemOf(spec, pass, dtype)
  return algorithm.refuse(problem) === null ? choose([algorithm], problem).kernel : null
}

export function expectSameBits(actual: Tensor, expected: Tensor, spec: ConvSpec, what: string): void {
  const [a, b] = [actual, expected].map(one => new Uint8Array(one.contiguous().dataSync().buffer))
  if (a!.length !== b!.length) throw new Error(`${what} changes the shape: ${describeSpec(spec)}`)
  const at = a!.findIndex((byte, i) => byte !== b![i])
  if (at < 0) return
  throw new Error(`${what} changes byte ${at} of ${b!.length}: ${describeSpec(spec)}`)
}
