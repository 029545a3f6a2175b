/**
 * The ways in which compiled kernels compute convolutions.
 *
 * @module
 */
import type { ConvAlgorithm } from '../../conv/algorithm.js'
import { depthwiseConvolution } from './depthwise.js'
import { channelLanesConvolution, pixelLanesConvolution } from './direct.js'
import type { Target } from './target.js'
import { weightGradientConvolution } from './weightGradient.js'
import { winogradConvolution } from './winograd.js'

/** Best first. */
export const compiledConvolutions = (target: Target): ConvAlgorithm[] => [
  depthwiseConvolution(target),
  winogradConvolution(target),
  channelLanesConvolution(target),
  pixelLanesConvolution(target),
  weightGradientConvolution(target),
]
