/**
 * Where everything stands in the arena during one run, and what is copied there and back.
 *
 * @module
 */
import { type CompileOptions, FEW_BYTES, type Operand } from '../../compiled/target.js'
import type { Residents } from './residents.js'

const LINE = 64

/** An array's place in the arena. */
interface Copy {
  readonly array: ArrayBufferView
  readonly address: number
  /** Whether it is copied there before the run. */
  isRead: boolean
  /** Whether it is copied back after the run. */
  isWritten: boolean
}

/** Residents come first; what is there for one run only is behind them. */
export class Layout {
  /** The operands' addresses. */
  readonly operands: readonly number[]
  /** Where the run's part ends. */
  end: number
  private readonly copies: Copy[]
  private count = 0

  /** @param constants arrays that never change */
  constructor(
    private readonly residents: Residents,
    constants: readonly ArrayBufferView[],
    operands: readonly Operand[],
    results: CompileOptions['results'],
  ) {
    // of its final length: an array that grows asks for far more
    this.copies = new Array<Copy>(constants.length + operands.length)
    for (let i = 0; i < constants.length; i++) this.reside(constants[i]!, false)
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!
      if ('kept' in operand) this.reside(operand.kept, results[i] === 'whole')
    }
    this.end = residents.end
    const addresses = new Array<number>(operands.length)
    for (let i = 0; i < operands.length; i++) addresses[i] = this.operand(operands[i]!, results[i])
    this.operands = addresses
  }

  /** Room for so many bytes, at a cache line. */
  take(bytes: number): number {
    const address = this.end
    this.end += wholeLines(bytes)
    return address
  }

  /** Where an array is that is among the constants or the operands. */
  address(array: ArrayBufferView): number {
    return this.known(array)!.address
  }

  // a run has few arrays: a map would be made in vain
  private known(array: ArrayBufferView): Copy | undefined {
    for (let i = 0; i < this.count; i++) if (this.copies[i]!.array === array) return this.copies[i]
    return undefined
  }

  private add(array: ArrayBufferView, address: number, isRead: boolean): Copy {
    const copy = { array, address, isRead, isWritten: false }
    this.copies[this.count++] = copy
    return copy
  }

  private reside(array: ArrayBufferView, isWritten: boolean): void {
    if (this.known(array)) return
    const address = this.residents.address(array)
    this.add(array, address ?? this.residents.add(array), address === undefined && !isWritten)
  }

  private operand(operand: Operand, use: 'whole' | 'part' | undefined): number {
    if ('workspace' in operand) return this.take(operand.workspace)
    const isKept = 'kept' in operand
    const array = isKept ? operand.kept : operand
    const own = this.known(array) ?? this.add(array, this.take(array.byteLength), false)
    if (!isKept && use !== 'whole') own.isRead = true
    if (use) own.isWritten = true
    return own.address
  }

  copyIn(arena: Uint8Array): void {
    for (let i = 0; i < this.count; i++) {
      const { array, address, isRead } = this.copies[i]!
      if (isRead) arena.set(bytesOf(array), address)
    }
  }

  copyOut(arena: Uint8Array): void {
    for (let i = 0; i < this.count; i++) {
      const { array, address, isWritten } = this.copies[i]!
      if (isWritten) bytesOf(array).set(arena.subarray(address, address + array.byteLength))
    }
  }

  /** {@link copyIn} piece by piece; small arrays first, all at once. */
  *copyingIn(arena: Uint8Array): Generator<void> {
    const all = this.copies.slice(0, this.count).filter(({ isRead }) => isRead)
    const isFew = ({ array }: Copy) => array.byteLength <= FEW_BYTES
    for (const { array, address } of all.filter(isFew)) arena.set(bytesOf(array), address)
    yield
    for (const { array, address } of all.filter(own => !isFew(own)))
      for (const piece of piecesOf(bytesOf(array), address)) {
        arena.set(piece.bytes, piece.address)
        yield
      }
  }

  /** {@link copyOut} piece by piece. */
  *copyingOut(arena: Uint8Array): Generator<void> {
    for (const { array, address } of this.copies.slice(0, this.count).filter(({ isWritten }) => isWritten))
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
