/**
 * The backends, best first. A new one is a folder and a line here.
 *
 * @module
 */
import type { ConvAlgorithm } from '../conv/algorithm.js'
import { directConvolution } from './portable/direct.js'
import { referenceConvolution } from './reference/convolution.js'

/** Something that computes. */
export interface Backend {
  readonly name: string
  readonly description: string
  /** `null` if it can run here, else a sentence that says why not. */
  unavailable(): string | null
  /** Its ways of computing convolutions, best first. */
  readonly convolutions: readonly ConvAlgorithm[]
}

/** Every backend there is, best first, whether or not it can run here. */
export const BACKENDS: readonly Backend[] = [
  {
    name: 'portable',
    description: 'register-tiled loops in plain TypeScript; runs everywhere',
    unavailable: () => null,
    convolutions: [directConvolution],
  },
  {
    name: 'reference',
    description: 'plain loops accumulating in float64: the truth the others are tested against',
    unavailable: () => null,
    convolutions: [referenceConvolution],
  },
]

/** A backend and whether it can run here. */
export interface BackendDescription {
  readonly name: string
  readonly available: boolean
  /** What it is, or why it cannot run here. */
  readonly reason: string
}

/** All backends, best first. */
export function describeBackends(): BackendDescription[] {
  return BACKENDS.map(({ name, description, unavailable }) => {
    const refusal = unavailable()
    return { name, available: refusal === null, reason: refusal ?? description }
  })
}
