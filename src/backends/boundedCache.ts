/**
 * What was made for a key, kept for the next time; a program that works on ever new keys must not keep all of it.
 *
 * @module
 */

/** The values that were asked for last, so many at most: each new one takes the place of the one not used for longest. */
export class BoundedCache<Key extends string | number, Value extends object> {
  /** In the order of their last use. */
  private readonly values = new Map<Key, Value>()
  private newest: Key | undefined

  /** @param most how many values are kept; at least 1 */
  constructor(private readonly most: number) {}

  get size(): number {
    return this.values.size
  }

  /** The value of a key, made by `make` if it is not kept; nothing is kept if `make` gives `null` or throws. */
  of<Made extends Value | null>(key: Key, make: () => Made): Value | Made {
    const known = this.values.get(key)
    if (known !== undefined) {
      if (key !== this.newest) this.keep(key, known)
      return known
    }
    const made = make()
    if (made === null) return made
    this.keep(key, made)
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value!)
    return made
  }

  private keep(key: Key, value: Value): void {
    this.values.delete(key)
    this.values.set(key, value)
    this.newest = key
  }
}
