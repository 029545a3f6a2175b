/**
 * Resizing and reshuffling of images as functions.
 *
 * @module
 */
export { type InterpolateMode, type InterpolateOptions, interpolate } from '../../ops/interpolate.js'
export { channelShuffle, pixelShuffle, pixelUnshuffle } from '../../ops/pixelShuffle.js'
