/**
 * Convolutions that PyTorch computed (fixtures/convolutions.py): on whole numbers, so everything must be equal.
 */

import { describe, expect, test } from 'vitest'
import { autograd, backends, type DType, nn } from '../../src/index.js'
import { setsFor } from '../algorithmSets.js'
import { values } from '../property/support/numbers.js'
import { type Expected, fixture, pattern } from './support/pattern.js'

interface Case {
  readonly op: keyof typeof FUNCTIONS
  readonly dtype: DType
  readonly input: readonly number[]
  readonly weight: readonly number[]
  readonly bias: boolean
  readonly options: {
    readonly stride?: number | number[]
    readonly padding?: number | number[] | 'same' | 'valid'
    readonly output_padding?: number | number[]
    readonly dilation?: number | number[]
    readonly groups?: number
  }
  readonly output: Expected
  readonly grad_input?: readonly number[]
  readonly grad_weight?: readonly number[]
  readonly grad_bias?: readonly number[]
}

const { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } = nn.functional
const FUNCTIONS = {
  conv1d,
  conv2d,
  conv3d,
  conv_transpose1d: convTranspose1d,
  conv_transpose2d: convTranspose2d,
  conv_transpose3d: convTranspose3d,
}
const CASES = fixture<Case[]>('convolutions.json')

/** PyTorch's names of options are ours but for the one with two words. */
function optionsOf({ options: { output_padding, ...options } }: Case) {
  return output_padding === undefined ? options : { ...options, outputPadding: output_padding }
}

function runCase(one: Case): void {
  const { op, dtype, output, options } = one
  const channels = op.startsWith('conv_t') ? one.weight[1]! * (options.groups ?? 1) : one.weight[0]!
  const leaves = [pattern(1, one.input, dtype), pattern(2, one.weight, dtype)]
  if (one.bias) leaves.push(pattern(3, [channels], dtype))
  const differentiable = one.grad_input !== undefined
  if (differentiable) for (const leaf of leaves) leaf.requiresGrad_()
  const found = FUNCTIONS[op](leaves[0]!, leaves[1]!, leaves[2], optionsOf(one) as object)
  expect([found.shape, found.dtype]).toEqual([output.shape, dtype])
  expect(values(found)).toEqual(output.data)
  if (!differentiable) return
  const gradients = autograd.grad(found, leaves, pattern(4, output.shape, dtype))
  const expected = [one.grad_input, one.grad_weight, one.grad_bias]
  // 0 and -0 are equal here
  for (const [i, gradient] of gradients.entries()) expect(values(gradient!).map(x => x + 0)).toEqual(expected[i])
}

const taken = CASES.flatMap((one, i) =>
  setsFor(one.dtype).map(
    ({ title, names }) => [i, title, one.op, one.dtype, JSON.stringify(one.options), one, names] as const,
  ),
)

describe("PyTorch's convolutions", () => {
  test.each(taken)('%i %s: %s %s %s', (_i, _title, _op, _dtype, _options, one, names) => {
    backends.withAlgorithm(names, () => runCase(one))
  })

  test('there are cases of every function and many dtypes', () => {
    expect(new Set(CASES.map(one => one.op))).toEqual(new Set(Object.keys(FUNCTIONS)))
    expect(new Set(CASES.map(one => one.dtype)).size).toBeGreaterThan(7)
  })
})
