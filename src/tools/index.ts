/**
 * Tools for looking at networks.
 *
 * @module
 */
export { type Profile, type ProfileRow, profile } from './profile.js'
export type { TableOptions } from './profileTable.js'
export { type Summary, type SummaryOptions, type SummaryRow, summary } from './summary.js'
