/**
 * What was made for a key, kept for the next time; a program that works on ever new keys must not keep all of it.
 *
 * @module
 */

interface Entry<Value> {
  readonly value: Value
  /** When it was asked for last, by the cache's clock. */
  used: number
}

/** The values that were asked for last, so many at most: each new one takes the place of the one not used for longest. */
export class BoundedCache<Key extends string | number, Value extends object> {
  private readonly entries = new Map<Key, Entry<Value>>()
  /** Counts calls. A map in the order of use would be written to by each, and hold the keys of the last ones. */
  private clock = 0

  /** @param most how many values are kept; at least 1 */
  constructor(private readonly most: number) {}

  get size(): number {
    return this.entries.size
  }

  /** The value of a key, made by `make` if it is not kept; nothing is kept if `make` gives `null` or throws. */
  of<Made extends Value | null>(key: Key, make: () => Made): Value | Made {
    const known = this.entries.get(key)
    if (known !== undefined) {
      known.used = ++this.clock
      return known.value
    }
    const made = make()
    if (made === null) return made
    this.entries.set(key, { value: made, used: ++this.clock })
    if (this.entries.size > this.most) this.entries.delete(this.oldest())
    return made
  }

  private oldest(): Key {
    let [oldest, first] = [undefined as Key | undefined, Number.POSITIVE_INFINITY]
    for (const [key, { used }] of this.entries) if (used < first) [oldest, first] = [key, used]
    return oldest!
  }
}
