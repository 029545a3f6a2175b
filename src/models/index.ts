/**
 * Networks ready to load weights into.
 *
 * @module
 */
export { UPCONV7_CONTEXT, upconv7 } from './upconv7.js'
