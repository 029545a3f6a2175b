/**
 * Tools for looking at networks.
 *
 * @module
 */
export { type Summary, type SummaryOptions, type SummaryRow, summary } from './summary.js'
