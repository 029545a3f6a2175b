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
