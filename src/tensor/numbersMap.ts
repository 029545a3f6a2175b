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

/**
 * The values of lists of numbers. Of those that are not asked for again many are forgotten at a time: an order of use would have to
 * be written down at each call.
 */
export class NumbersMap<Value extends object> {
  private recent = new Map<number, Entry<Value>>()
  /** What was recent before; asked for again, it is once more. */
  private older = new Map<number, Entry<Value>>()
  private readonly mostRecent: number

  /** @param most how many values are kept; at least 2 */
  constructor(most: number) {
    this.mostRecent = Math.floor(most / 2)
  }

  /** How many values are kept. */
  get size(): number {
    return this.recent.size + this.older.size
  }

  get(key: NumbersKey): Value | undefined {
    const { code } = key
    const recent = this.recent.get(code)
    if (recent !== undefined && key.equals(recent.numbers)) return recent.value
    const older = this.older.get(code)
    if (older === undefined || !key.equals(older.numbers)) return undefined
    this.older.delete(code)
    this.keep(code, older)
    return older.value
  }

  /** Keeps a value; one whose numbers have the same code makes room for it. */
  set(key: NumbersKey, value: Value): void {
    this.older.delete(key.code)
    this.keep(key.code, { numbers: key.copy(), value })
  }

  private keep(code: number, entry: Entry<Value>): void {
    if (this.recent.size >= this.mostRecent && !this.recent.has(code)) {
      this.older = this.recent
      this.recent = new Map()
    }
    this.recent.set(code, entry)
  }
}
