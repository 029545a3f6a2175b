/**
 * Resizing and reshuffling of images as functions.
 *
 * @module
 */
export { interpolate } from '../../ops/interpolation/interpolate.js'
export type { InterpolateMode, InterpolateOptions } from '../../ops/interpolation/size.js'
export { channelShuffle, pixelShuffle, pixelUnshuffle } from '../../ops/rearrangement/pixelShuffle.js'
