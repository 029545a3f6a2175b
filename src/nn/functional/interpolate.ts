/**
 * Resizing and reshuffling of images as functions.
 *
 * @module
 */
export { interpolate } from '../../ops/interpolate.js'
export type { InterpolateMode, InterpolateOptions } from '../../ops/interpolate-size.js'
export { channelShuffle, pixelShuffle, pixelUnshuffle } from '../../ops/pixelShuffle.js'
