/**
 * Random convolutions with different numbers on every axis: what mixes up two axes cannot pass.
 *
 * @module
 */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { PaddingMode } from '../../../src/conv/spec.js'
import { backends, type Tensor } from '../../../src/index.js'
import { convolution } from '../../../src/nn/functional/conv.js'
import { ALGORITHM_SETS, type AlgorithmSet, isConcerned } from '../../algorithmSets.js'
import { SEED } from './seed.js'

export type Rank = 1 | 2 | 3

export interface ConvCase {
  readonly rank: Rank
  readonly batch: number
  readonly groups: number
  readonly inPerGroup: number
  readonly outPerGroup: number
  readonly input: readonly number[]
  readonly kernel: readonly number[]
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: readonly number[]
  readonly mode: PaddingMode
  /** For the tensors' values. */
  readonly seed: number
}

export const MODES: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular']

/** What a property restricts the cases to. */
export interface CaseOptions {
  readonly modes?: readonly PaddingMode[]
  readonly maxStride?: number
  readonly maxGroups?: number
  readonly maxPadding?: number
}

/** The extent of a kernel with its dilation. */
export const extent = ({ kernel, dilation }: Pick<ConvCase, 'kernel' | 'dilation'>): number[] =>
  kernel.map((size, axis) => dilation[axis]! * (size - 1) + 1)

/** A list with one number per axis, all different as long as the range has enough of them. */
function perAxis(rank: Rank, min: number, max: number): fc.Arbitrary<number[]> {
  if (max - min + 1 < rank) return fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank })
  return fc.uniqueArray(fc.integer({ min, max }), { minLength: rank, maxLength: rank })
}

export function convCases(
  rank: Rank,
  { modes = ['zeros'], maxStride = 4, maxGroups = 3, maxPadding = 3 }: CaseOptions = {},
): fc.Arbitrary<ConvCase> {
  const drawn = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: maxGroups }),
    inPerGroup: fc.integer({ min: 1, max: 3 }),
    // more than one tile of four channels, with every remainder
    outPerGroup: fc.integer({ min: 1, max: 6 }),
    extra: perAxis(rank, 0, 5),
    kernel: perAxis(rank, 1, 4),
    stride: perAxis(rank, 1, maxStride),
    dilation: perAxis(rank, 1, 3),
    padding: perAxis(rank, 0, maxPadding),
    mode: fc.constantFrom(...modes),
    seed: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  })
  return drawn.map(({ extra, ...one }) => ({ ...one, rank, input: sizes(one, extra) }))
}

/** Input sizes, all different, at which the padding is allowed and the kernel fits. */
function sizes(one: Omit<ConvCase, 'rank' | 'input'>, extra: readonly number[]): number[] {
  const taken: number[] = []
  for (const [axis, size] of extent(one).entries()) {
    const padding = one.padding[axis]!
    let own = Math.max(1, size - 2 * padding, one.mode === 'zeros' ? 1 : padding + 1) + extra[axis]!
    while (taken.includes(own)) own++
    taken.push(own)
  }
  return taken
}

export const inputShape = (one: ConvCase): number[] => [one.batch, one.groups * one.inPerGroup, ...one.input]
export const weightShape = (one: ConvCase): number[] => [one.groups * one.outPerGroup, one.inPerGroup, ...one.kernel]

/** The output's shape by PyTorch's formula. */
export function outputShape(one: ConvCase): number[] {
  const spatial = extent(one).map((size, axis) =>
    Math.floor((one.input[axis]! + 2 * one.padding[axis]! - size) / one.stride[axis]! + 1),
  )
  return [one.batch, one.groups * one.outPerGroup, ...spatial]
}

/** The convolution a case describes; functions have no padding modes, so this goes one level deeper. */
export function convolve(one: ConvCase, input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const { rank, stride, padding, dilation, groups, mode } = one
  return convolution(rank, input, weight, bias, { stride, padding, dilation, groups }, mode)
}

/** Tests a property of convolutions with each algorithm, in each number of dimensions. */
export function property(
  title: string,
  options: CaseOptions & { readonly runs?: number; readonly ranks?: readonly Rank[] },
  holds: (one: ConvCase, algorithms: AlgorithmSet) => void,
): void {
  const sets = ALGORITHM_SETS.filter(set => isConcerned(set.title))
  describe.each(sets.map(set => [set.title, set] as const))(`${title} (%s)`, (_, set) => {
    test.each(options.ranks ?? ([1, 2, 3] as const))('%id', rank => {
      fc.assert(
        fc.property(convCases(rank, options), one => backends.withAlgorithm(set.names, () => holds(one, set))),
        { numRuns: options.runs ?? 60, seed: SEED },
      )
    })
  })
}
