/**
 * The seed of all random cases of a run: fresh each time, printed where a test fails, and set by the environment
 * variable `CONVFORGE_SEED` to see that failure again.
 *
 * @module
 */
import { inject } from 'vitest'

/** A page has no environment: there it is handed over. */
const wanted = inject('seed') ?? globalThis.process?.env.CONVFORGE_SEED

export const SEED = Number(wanted ?? Date.now() % 2 ** 31)
