/**
 * Where everything stands in the arena during one run, and what is copied there and back.
 *
 * @module
 */
import { type CompileOptions, FEW_BYTES, type Operand } from '../../compiled/target.js'
import type { Residents } from './residents.js'

const LINE = 64

interface Copy {
  readonly array: ArrayBufferView
  readonly address: number
}

/** Residents come first; what is there for one run only is behind them. */
export class Layout {
  /** The operands' addresses. */
  readonly operands: readonly number[]
  /** Where the run's part ends. */
  end: number
  private readonly before = new Map<ArrayBufferView, number>()
  private readonly after: Copy[] = []
  private readonly places = new Map<ArrayBufferView, number>()

  /** @param constants arrays that never change */
  constructor(
    private readonly residents: Residents,
    constants: readonly ArrayBufferView[],
    operands: readonly Operand[],
    results: CompileOptions['results'],
  ) {
    for (const array of constants) this.reside(array, false)
    for (const [i, operand] of operands.entries())
      if ('kept' in operand) this.reside(operand.kept, results[i] === 'whole')
    this.end = residents.end
    this.operands = operands.map((operand, i) => {
      if ('workspace' in operand) return this.take(operand.workspace)
      if ('kept' in operand) return this.result(operand.kept, results[i])
      if (!this.places.has(operand)) this.places.set(operand, this.take(operand.byteLength))
      if (results[i] !== 'whole') this.before.set(operand, this.address(operand))
      return this.result(operand, results[i])
    })
  }

  /** Room for so many bytes, at a cache line. */
  take(bytes: number): number {
    const address = this.end
    this.end += wholeLines(bytes)
    return address
  }

  /** Where an array is that is among the constants or the operands. */
  address(array: ArrayBufferView): number {
    return this.places.get(array)!
  }

  private reside(array: ArrayBufferView, isWritten: boolean): void {
    const { address, isThere } = this.residents.place(array)
    this.places.set(array, address)
    if (!isThere && !isWritten) this.before.set(array, address)
  }

  private result(array: ArrayBufferView, use: 'whole' | 'part' | undefined): number {
    const address = this.address(array)
    if (use) this.after.push({ array, address })
    return address
  }

  copyIn(arena: Uint8Array): void {
    for (const [array, address] of this.before) arena.set(bytesOf(array), address)
  }

  copyOut(arena: Uint8Array): void {
    for (const { array, address } of this.after) bytesOf(array).set(arena.subarray(address, address + array.byteLength))
  }

  /** {@link copyIn} piece by piece; small arrays first, all at once. */
  *copyingIn(arena: Uint8Array): Generator<void> {
    const isFew = ([{ byteLength }]: readonly [ArrayBufferView, number]) => byteLength <= FEW_BYTES
    const all = [...this.before]
    for (const [array, address] of all.filter(isFew)) arena.set(bytesOf(array), address)
    yield
    for (const [array, address] of all.filter(own => !isFew(own)))
      for (const piece of piecesOf(bytesOf(array), address)) {
        arena.set(piece.bytes, piece.address)
        yield
      }
  }

  /** {@link copyOut} piece by piece. */
  *copyingOut(arena: Uint8Array): Generator<void> {
    for (const { array, address } of this.after)
      for (const piece of piecesOf(bytesOf(array), address)) {
        piece.bytes.set(arena.subarray(piece.address, piece.address + piece.bytes.length))
        yield
      }
  }
}

export const wholeLines = (bytes: number): number => Math.ceil(bytes / LINE) * LINE

/** What is copied at once where others have their turn in between: less than a millisecond, with memory that is new. */
const PIECE_BYTES = 2 ** 20

function* piecesOf(all: Uint8Array, start: number): Generator<{ bytes: Uint8Array; address: number }> {
  for (let at = 0; at < all.length; at += PIECE_BYTES)
    yield { bytes: all.subarray(at, at + PIECE_BYTES), address: start + at }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)
