/**
 * Memory for the numbers of groups and channels while one loop runs: kept, since a training needs it in every step.
 *
 * @module
 */

/** Most layers have fewer groups. */
const MOST_KEPT = 4096

/** One piece of memory: what is in it holds until it is asked for again. */
export class Workspace {
  private kept = new Float64Array(0)

  /** At least so many doubles, in which anything may stand. */
  doubles(length: number): Float64Array {
    if (length > MOST_KEPT) return new Float64Array(length)
    if (this.kept.length < length) this.kept = new Float64Array(length)
    return this.kept
  }

  /** {@link doubles}, of which the first `length` are zeros. */
  zeros(length: number): Float64Array {
    return this.doubles(length).fill(0, 0, length)
  }
}
