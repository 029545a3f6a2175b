/**
 * Arrays that have a copy in the arena from run to run: packed weights, tables, records of tasks.
 *
 * Copies stand one behind the other at the start of the arena. When there are too many of them all are forgotten, and those
 * that are still in use are copied anew: what nobody needs any more takes no room for long.
 *
 * @module
 */

/** Copies may take so many bytes; more if they were needed within a few runs, so that all of them are in use; at most so many. */
const FEWEST_BYTES = 16 * 2 ** 20
const FEW_RUNS = 64
const MOST_BYTES = 2 ** 30

const LINE = 64

export const wholeLines = (bytes: number): number => Math.ceil(bytes / LINE) * LINE

export class Residents {
  private places = new WeakMap<ArrayBufferView, number>()
  private limit = FEWEST_BYTES
  /** Since all were forgotten, or were allowed more room. */
  private runs = 0
  /** Where the next copy goes. */
  end: number

  /** @param start where the first copy goes */
  constructor(private start: number) {
    this.end = start
  }

  /** Forgets all copies: the next ones go elsewhere. */
  moveTo(start: number): void {
    this.start = start
    this.forget()
  }

  /** Where the copy of an array is, if there is one. */
  address(array: ArrayBufferView): number | undefined {
    return this.places.get(array)
  }

  /** Where the copy of an array goes that has none yet. */
  add(array: ArrayBufferView): number {
    const address = this.end
    this.end += wholeLines(array.byteLength)
    this.places.set(array, address)
    return address
  }

  /** To be called before each run: forgets all copies if they have become too many. */
  tidy(): void {
    this.runs++
    if (this.end - this.start <= this.limit) return
    if (this.runs < FEW_RUNS && this.limit < MOST_BYTES) this.limit *= 2
    else {
      this.limit = Math.max(FEWEST_BYTES, this.limit / 2)
      this.forget()
    }
    this.runs = 0
  }

  forget(): void {
    this.places = new WeakMap()
    this.end = this.start
  }
}
