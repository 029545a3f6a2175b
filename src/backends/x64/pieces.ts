/**
 * AVX2: stores of neighbouring lanes of a vector in pieces of 16, 8 and 4 bytes. vmaskmov would do with one instruction, but
 * where it stores, AMD's processors run it as microcode (LLVM's issue 213195; on Zen 4, layers take up to 1.9 times as long).
 *
 * @module
 */
import type { Address, Assembler, VectorRegister } from './assembler/index.js'
import type { RegisterFile } from './registers.js'

/** Bytes of half a vector. */
const HALF = 16

/** Stores bytes `first` to `end - 1`, whole elements; `to` is where byte 0 would go. */
export function storePieces(
  assembler: Assembler,
  vectors: RegisterFile,
  to: Address,
  from: VectorRegister,
  first: number,
  end: number,
): void {
  const lower = piecesOf(first, Math.min(end, HALF))
  for (const piece of lower) storePiece(assembler, to, from, piece, 0)
  const upper = piecesOf(Math.max(first, HALF), end)
  if (upper.length === 0) return
  if (upper[0]!.bytes === HALF) {
    assembler.extractLane(256, at(to, HALF), from, 1)
    return
  }
  const half = vectors.take()
  assembler.extractLane(256, half, from, 1)
  for (const piece of upper) storePiece(assembler, to, half, piece, HALF)
  vectors.giveBack(half)
}

interface Piece {
  readonly first: number
  readonly bytes: 16 | 8 | 4
}

/** The largest pieces that begin at multiples of their size. */
function piecesOf(first: number, end: number): Piece[] {
  const pieces: Piece[] = []
  for (let byte = first; byte < end; byte += pieces.at(-1)!.bytes) {
    const bytes = ([16, 8, 4] as const).find(size => byte % size === 0 && byte + size <= end)
    if (!bytes) throw new Error(`bytes ${first} to ${end} are not whole elements`)
    pieces.push({ first: byte, bytes })
  }
  return pieces
}

/** @param start the byte of the vector that is the register's first */
function storePiece(
  assembler: Assembler,
  to: Address,
  from: VectorRegister,
  { first, bytes }: Piece,
  start: number,
): void {
  const place = at(to, first)
  const own = first - start
  if (bytes === HALF) assembler.storeHalf(256, place, from)
  else if (bytes === 8) assembler.storePair(place, from, own === 0 ? 'low' : 'high')
  else assembler.storeAnyLane(place, from, own / 4)
}

const at = (to: Address, bytes: number): Address => ({ ...to, displacement: (to.displacement ?? 0) + bytes })
