/**
 * Who has which register while a kernel is being written down.
 *
 * @module
 */

/** Hands out numbers from a list, lowest first, and takes them back. */
export class RegisterFile {
  private readonly free: number[]

  constructor(
    private readonly name: string,
    private readonly all: readonly number[],
  ) {
    this.free = [...all]
  }

  get available(): number {
    return this.free.length
  }

  /** Those that somebody has. */
  get taken(): number[] {
    return this.all.filter(register => !this.free.includes(register))
  }

  /** Takes a certain one, which must be free. */
  takeBack(register: number): void {
    const at = this.free.indexOf(register)
    if (at < 0) throw new Error(`${this.name} register ${register} is not free`)
    this.free.splice(at, 1)
  }

  take(): number {
    const register = this.free.shift()
    if (register === undefined) throw new Error(`a kernel needs more than ${this.all.length} ${this.name} registers`)
    return register
  }

  giveBack(register: number): void {
    if (this.free.includes(register) || !this.all.includes(register))
      throw new Error(`${this.name} register ${register} was not taken`)
    this.free.push(register)
    this.free.sort((a, b) => this.all.indexOf(a) - this.all.indexOf(b))
  }
}
