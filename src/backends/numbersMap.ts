/**
 * What was made for a list of numbers, kept for the next time.
 *
 * Operations ask with shapes and strides at every call. A text of them as the key would be garbage of that call, and so
 * would a list: here the numbers are compared where they are.
 *
 * @module
 */

interface Entry<Value> {
  readonly numbers: Float64Array
  readonly value: Value
}

/** A list of numbers, as it is being asked for. */
export class NumbersKey {
  private readonly numbers: number[] = []
  private length = 0
  private hash = 0

  clear(): this {
    this.length = 0
    this.hash = 0
    return this
  }

  add(value: number): this {
    this.numbers[this.length++] = value
    this.hash = Math.imul(this.hash ^ value, 0x9e3779b1) ^ (this.hash >>> 15)
    return this
  }

  /** Adds the numbers of a list, and how many they are: so lists one after the other are told apart. */
  addAll(values: ArrayLike<number>): this {
    this.add(values.length)
    for (let i = 0; i < values.length; i++) this.add(values[i]!)
    return this
  }

  /** What {@link NumbersMap} finds it by; other numbers may have the same. */
  get code(): number {
    // engines have integers of 31 bits without memory of their own
    return (this.hash ^ (this.hash >>> 15)) & 0x3fffffff
  }

  equals(numbers: Float64Array): boolean {
    if (numbers.length !== this.length) return false
    for (let i = 0; i < numbers.length; i++) if (numbers[i] !== this.numbers[i]) return false
    return true
  }

  copy(): Float64Array {
    return Float64Array.from(this.numbers.slice(0, this.length))
  }
}

/** The values of lists of numbers, so many at most: when there is no room for another one, all are forgotten. */
export class NumbersMap<Value extends object> {
  private readonly entries = new Map<number, Entry<Value>>()

  /** @param most how many values are kept; at least 1 */
  constructor(private readonly most: number) {}

  get size(): number {
    return this.entries.size
  }

  get(key: NumbersKey): Value | undefined {
    const entry = this.entries.get(key.code)
    return entry !== undefined && key.equals(entry.numbers) ? entry.value : undefined
  }

  /** Keeps a value; one whose numbers have the same code makes room for it. */
  set(key: NumbersKey, value: Value): void {
    if (this.entries.size >= this.most && !this.entries.has(key.code)) this.entries.clear()
    this.entries.set(key.code, { numbers: key.copy(), value })
  }
}
