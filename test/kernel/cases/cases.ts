/**
 * Random programs of every kernel but the elementwise ones and reductions, with the numbers that they should give.
 *
 * @module
 */
import { withoutPadding } from '../../../src/backends/foldPadding.js'
import { type ConvSpec, multiplyAdds, type Pass } from '../../../src/conv/spec.js'
import { depthwiseSpec } from '../../differential/support/depthwiseSpecs.js'
import { largeSpec } from '../../differential/support/largeSpecs.js'
import { integer, PLAIN, pick, type Random, randomSpec } from '../../differential/support/specs.js'
import { type Case, type CaseTarget, draw } from './case.js'
import { convolution } from './convolutions.js'
import { matrixProduct, randomProduct } from './matrixProducts.js'
import { packing } from './packing.js'
import { winograd, winogradWeights } from './winograd.js'

export const KERNELS = [
  'channel-lanes',
  'pixel-panels',
  'fresh-weights',
  'pixel-lanes',
  'depthwise',
  'depthwise-weight-gradient',
  'weight-gradient',
  'packing',
  'winograd-weights',
  'winograd',
  'matrix-product',
  'any-precision-product',
] as const
export type Kernel = (typeof KERNELS)[number]

/** The least share of cases that have something to compute: not every layer that is drawn suits every kernel. */
export function leastServed(kernel: Kernel): number {
  if (kernel === 'depthwise' || kernel === 'fresh-weights') return 0.4
  // it declines filters that go beyond the input
  return kernel === 'depthwise-weight-gradient' ? 0.25 : 0.8
}

/** A 1x1 kernel over rows of any length, of so many channels that most are gathered in panels. */
function pointSpec(next: Random): ConvSpec {
  const groups = pick(next, [1, 1, 2])
  const size = [1, integer(next, 1, 4), integer(next, 1, 20)] as const
  return {
    ...PLAIN,
    batch: integer(next, 1, 2),
    groups,
    inChannels: groups * integer(next, 250, 400),
    outChannels: groups * integer(next, 1, 20),
    input: size,
    kernel: [1, 1, 1],
    output: size,
    padBefore: [0, 0, 0],
    padAfter: [0, 0, 0],
  }
}

/** Small maps of some samples, and channels for several blocks. */
function mapSpec(next: Random): ConvSpec {
  const { groups, ...spec } = randomSpec(next)
  const [inside, outside] = [integer(next, 1, 30), integer(next, 1, 75)]
  return { ...spec, groups, batch: integer(next, 1, 7), inChannels: groups * inside, outChannels: groups * outside }
}

/** A case for a target, or `null` where there is nothing to compute. */
export function randomCase(next: Random, target: CaseTarget, kernel: Kernel): Case | null {
  if (kernel === 'winograd-weights') return winogradWeights(draw(next, target))
  if (kernel === 'winograd') return winograd(draw(next, target))
  if (kernel === 'matrix-product') return matrixProduct(draw(next, target))
  if (kernel === 'any-precision-product') return randomProduct(next, target)
  const pass: Pass = kernel.endsWith('weight-gradient') ? 'weightGradient' : pick(next, ['forward', 'inputGradient'])
  if (kernel === 'pixel-panels') return convolution(next, target, 'channel-lanes', pointSpec(next), pass)
  const drawn = kernel.startsWith('depthwise')
    ? depthwiseSpec(next)
    : kernel === 'fresh-weights'
      ? mapSpec(next)
      : next() < 0.4
        ? randomSpec(next)
        : largeSpec(next, 3e5)
  const spec = pass === 'inputGradient' ? withoutPadding(drawn) : drawn
  if (multiplyAdds(spec) === 0) return null
  if (kernel === 'packing') return packing(draw(next, target), withoutPadding(spec))
  return convolution(next, target, kernel, spec, pass)
}
