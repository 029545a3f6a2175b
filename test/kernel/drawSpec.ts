/**
 * Layers for tests of all algorithms.
 */
import type { ConvSpec } from '../../src/conv/spec.js'
import { depthwiseSpec } from '../differential/support/depthwiseSpecs.js'
import { largeSpec } from '../differential/support/largeSpecs.js'
import { integer, PLAIN, randomSpec } from '../differential/support/specs.js'

/** A layer that the algorithm takes. */
export function plain(algorithm: string): ConvSpec {
  const groups = algorithm.endsWith('/depthwise') ? 33 : 1
  return {
    ...PLAIN,
    groups,
    inChannels: 33,
    outChannels: groups === 1 ? 34 : groups,
    input: [1, 17, 17],
    output: [1, 17, 17],
  }
}

/** Large and small ones, and those that the algorithm takes. */
export function drawSpec(next: () => number, algorithm: string): ConvSpec {
  if (algorithm.endsWith('/depthwise')) return depthwiseSpec(next)
  const kind = next()
  if (kind < 0.3) return randomSpec(next)
  if (kind < 0.7) return largeSpec(next, 1e6)
  const size = [1, integer(next, 3, 60), integer(next, 3, 60)] as const
  return {
    ...plain(algorithm),
    batch: integer(next, 1, 2),
    inChannels: integer(next, 1, 40),
    outChannels: integer(next, 1, 40),
    input: size,
    output: size,
  }
}
