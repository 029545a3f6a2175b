/**
 * Where everything stands in the arena during one run, and what is copied there and back.
 *
 * @module
 */
import { type CompileOptions, FEW_BYTES, type Operand } from '../../compiled/target.js'
import type { Mirrors, Place } from './mirrors.js'
import { type Residents, wholeLines } from './residents.js'

const WORD = 8

/** An array of the run. */
interface Use {
  readonly array: ArrayBufferView
  readonly address: number
  /** Its place, unless it is a resident. */
  readonly place: Place | null
  /** Whether the place is a new one, in which the array is not yet. */
  readonly isNew: boolean
  /** Whether it is copied there before the run. */
  isRead: boolean
  /** Whether it is copied back after the run. */
  isWritten: boolean
}

/** Residents come first; operands have their places behind them. */
export class Layout {
  /** The operands' addresses. */
  readonly operands: readonly number[]
  /** Where the run's part ends. */
  end: number
  private readonly uses: Use[]
  private count = 0

  /** @param constants arrays that never change */
  constructor(
    private readonly residents: Residents,
    private readonly mirrors: Mirrors,
    constants: readonly ArrayBufferView[],
    operands: readonly Operand[],
    results: CompileOptions['results'],
  ) {
    // of its final length: an array that grows asks for far more
    this.uses = new Array<Use>(constants.length + operands.length)
    for (let i = 0; i < constants.length; i++) this.reside(constants[i]!, false)
    let bytes = 0
    for (let i = 0; i < operands.length; i++) {
      const operand = operands[i]!
      if ('kept' in operand) this.reside(operand.kept, results[i] === 'whole')
      else bytes += wholeLines('workspace' in operand ? operand.workspace : operand.byteLength)
    }
    this.end = residents.end
    mirrors.begin(residents.end, bytes)
    const addresses = new Array<number>(operands.length)
    for (let i = 0; i < operands.length; i++) addresses[i] = this.operand(operands[i]!, results[i])
    this.operands = addresses
  }

  /** Where an array is that is among the constants or the operands. */
  address(array: ArrayBufferView): number {
    return this.known(array)!.address
  }

  // a run has few arrays: a map would be made in vain
  private known(array: ArrayBufferView): Use | undefined {
    for (let i = 0; i < this.count; i++) if (this.uses[i]!.array === array) return this.uses[i]
    return undefined
  }

  private add(array: ArrayBufferView, address: number, place: Place | null, isNew: boolean): Use {
    const use = { array, address, place, isNew, isRead: false, isWritten: false }
    this.uses[this.count++] = use
    return use
  }

  private reside(array: ArrayBufferView, isWritten: boolean): void {
    if (this.known(array)) return
    const address = this.residents.address(array)
    const use = this.add(array, address ?? this.residents.add(array), null, address === undefined)
    use.isRead = use.isNew && !isWritten
  }

  private operand(operand: Operand, use: 'whole' | 'part' | undefined): number {
    if ('workspace' in operand) return this.reach(this.mirrors.take(operand.workspace)).start
    const isKept = 'kept' in operand
    const array = isKept ? operand.kept : operand
    const own = this.known(array) ?? this.placed(array)
    if (!isKept && own.isNew && use !== 'whole') own.isRead = true
    if (use) own.isWritten = true
    return own.address
  }

  private placed(array: ArrayBufferView): Use {
    const found = this.mirrors.find(array)
    const place = this.reach(found ?? this.mirrors.take(array.byteLength, array.byteOffset % WORD))
    return this.add(array, found ? this.mirrors.address(found, array) : place.start, place, !found)
  }

  private reach(place: Place): Place {
    if (place.end > this.end) this.end = place.end
    return place
  }

  /** What stands in the arena after the run is what the arrays have. */
  finish(): void {
    const { uses, count, mirrors } = this
    for (let i = 0; i < count; i++) {
      const { array, place, isNew } = uses[i]!
      if (place !== null && isNew) mirrors.keep(place, array)
    }
    for (let i = 0; i < count; i++) {
      const { array, place, isWritten } = uses[i]!
      if (place !== null && isWritten) mirrors.written(place, array)
    }
  }

  copyIn(arena: Uint8Array): void {
    for (let i = 0; i < this.count; i++) {
      const { array, address, isRead } = this.uses[i]!
      if (isRead) arena.set(bytesOf(array), address)
    }
  }

  copyOut(arena: Uint8Array): void {
    for (let i = 0; i < this.count; i++) {
      const { array, address, isWritten } = this.uses[i]!
      if (isWritten) bytesOf(array).set(arena.subarray(address, address + array.byteLength))
    }
  }

  /** {@link copyIn} piece by piece; small arrays first, all at once. */
  *copyingIn(arena: Uint8Array): Generator<void> {
    const all = this.uses.slice(0, this.count).filter(({ isRead }) => isRead)
    const isFew = ({ array }: Use) => array.byteLength <= FEW_BYTES
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
    for (const { array, address } of this.uses.slice(0, this.count).filter(({ isWritten }) => isWritten))
      for (const piece of piecesOf(bytesOf(array), address)) {
        piece.bytes.set(arena.subarray(piece.address, piece.address + piece.bytes.length))
        yield
      }
  }
}

/** What is copied at once where others have their turn in between: less than a millisecond, with memory that is new. */
const PIECE_BYTES = 2 ** 20

function* piecesOf(all: Uint8Array, start: number): Generator<{ bytes: Uint8Array; address: number }> {
  for (let at = 0; at < all.length; at += PIECE_BYTES)
    yield { bytes: all.subarray(at, at + PIECE_BYTES), address: start + at }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => new Uint8Array(buffer, byteOffset, byteLength)
