/**
 * Random epilogues.
 *
 * @module
 */
import type { Activation } from '../../../src/conv/epilogue.js'
import { pick, type Random } from '../../differential/support/specs.js'

/** What is done to sums of whole numbers without rounding. */
const ACTIVATIONS: readonly { activation: Activation | null; activate: (x: number) => number }[] = [
  { activation: null, activate: x => x },
  { activation: { kind: 'relu' }, activate: x => Math.max(x, 0) },
  { activation: { kind: 'relu6' }, activate: x => Math.min(Math.max(x, 0), 6) },
  { activation: { kind: 'leakyRelu', negativeSlope: 0.5 }, activate: x => (x > 0 ? x : x / 2) },
]

export function randomEnd(next: Random) {
  const { activation, activate } = pick(next, ACTIVATIONS)
  return { epilogue: { activation, residual: activation === null || next() < 0.6 }, activate }
}
