/**
 * The seed of all random cases of a run: fresh each time, printed where a test fails, and set by the environment
 * variable `CONVFORGE_SEED` to see that failure again.
 *
 * @module
 */
export const SEED = Number(process.env.CONVFORGE_SEED ?? Date.now() % 2 ** 31)
