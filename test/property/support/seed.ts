/**
 * The seed of all random cases of a run: always the same one, so that a change is judged by its own cases and not by luck,
 * unless the environment variable `CONVFORGE_SEED` names another, or says `random` to look for faults that nobody has seen
 * yet. Tests print it where they fail.
 *
 * @module
 */
import { inject } from 'vitest'

const USUAL = 20_261_126

/** A page has no environment: there it is handed over. */
const wanted = inject('seed') ?? globalThis.process?.env.CONVFORGE_SEED

export const SEED = wanted === 'random' ? Date.now() % 2 ** 31 : Number(wanted ?? USUAL)
