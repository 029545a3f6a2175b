/**
 * Memory of tensors that nobody has any more, kept for the next ones: of gradients that a backward walk or an optimizer is
 * done with, and, where the host does not keep memory itself, of whatever the garbage collector has taken.
 *
 * Browsers give memory back to the system and fetch it anew, page by page, each with a page fault: for a layer with little
 * work that takes many times as long as the layer. Node has an allocator that keeps memory itself,
 * once it has been collected; gradients need not wait for that.
 *
 * Whoever has the typed array keeps its memory, as does whoever has a part of it by {@link partOf}. Any other view of its
 * buffer does not.
 *
 * @module
 */
import type { TypedArray } from './dtype.js'

/** So many bytes are kept at most. */
export const MOST_KEPT_BYTES = 128 * 2 ** 20

/** So many sizes are remembered at most, for programs that ask for ever new ones. */
const MOST_SIZES = 1024

/** Smaller arrays come from pages that are there anyway, and take as long to find here as to make. */
const LEAST_BYTES = 2048

/** What is kept of one size. */
interface Shelf {
  readonly buffers: ArrayBuffer[]
  /** How often there was none, and memory was made: more than so many are never in use. */
  made: number
  /** When it was asked for last, by {@link clock}: a map in that order would be written to by each tensor. */
  used: number
}

let clock = 0
const shelves = new Map<number, Shelf>()
let kept = 0

const registry = new FinalizationRegistry<ArrayBuffer>(keep)

/** The arrays that parts belong to, for as long as there are the parts. */
const wholes = new WeakMap<TypedArray, TypedArray>()
let isReusing = false

/** Memory of exactly so many bytes, in which anything may stand; `null` where none is left, and the caller makes some. */
export function reuse(bytes: number): ArrayBuffer | null {
  if (bytes < LEAST_BYTES) return null
  let shelf = shelves.get(bytes)
  if (shelf === undefined) {
    shelf = { buffers: [], made: 0, used: 0 }
    shelves.set(bytes, shelf)
  }
  // the size that was wanted last is the last one to go
  shelf.used = ++clock
  const found = shelf.buffers.pop()
  if (found) kept -= bytes
  else shelf.made++
  if (shelves.size > MOST_SIZES) forget(oldest(bytes)!)
  return found ?? null
}

/** Keeps the memory of an array when the array is gone. */
export function keepWhenFreed(array: TypedArray): void {
  if (!isWorthKeeping(array)) return
  isReusing = true
  registry.register(array, array.buffer as ArrayBuffer, array)
}

/** Keeps the memory of an array now: nobody has the array, nor a part of it. */
export function giveBack(array: TypedArray): void {
  if (!isWorthKeeping(array)) return
  registry.unregister(array)
  keep(array.buffer as ArrayBuffer)
}

const isWorthKeeping = ({ byteLength, buffer }: TypedArray) =>
  byteLength >= LEAST_BYTES && byteLength === buffer.byteLength

/**
 * A part of a tensor's array, as `subarray` gives it; the array itself if that is all of it. The whole memory is kept for as long as somebody has it, even if work
 * goes on in a later task.
 */
export function partOf<Own extends TypedArray>(array: Own, start: number, end?: number): Own {
  if (start === 0 && (end === undefined || end === array.length)) return array
  const part = array.subarray(start, end) as Own
  if (isReusing) wholes.set(part, wholes.get(array) ?? array)
  return part
}

/** A buffer that was transferred in the meantime has no bytes. What nobody asks for is not kept. */
function keep(buffer: ArrayBuffer): void {
  const bytes = buffer.byteLength
  const shelf = shelves.get(bytes)
  if (!shelf || shelf.buffers.length >= shelf.made || bytes > MOST_KEPT_BYTES) return
  shelf.buffers.push(buffer)
  kept += bytes
  if (kept > MOST_KEPT_BYTES) makeRoom(bytes)
}

/** Forgets the sizes that were not wanted for the longest time, but not the one that has just come. */
function makeRoom(newest: number): void {
  while (kept > MOST_KEPT_BYTES) {
    const bytes = oldest(newest)
    if (bytes === null) break
    forget(bytes)
  }
  // all are of this size
  const own = shelves.get(newest)!.buffers
  while (kept > MOST_KEPT_BYTES) {
    own.pop()
    kept -= newest
  }
}

/** The size that was not wanted for the longest time, of all but one; `null` if there is no other. */
function oldest(except: number): number | null {
  let [found, first] = [null as number | null, Number.POSITIVE_INFINITY]
  for (const [bytes, { used }] of shelves) if (used < first && bytes !== except) [found, first] = [bytes, used]
  return found
}

function forget(bytes: number): void {
  kept -= bytes * shelves.get(bytes)!.buffers.length
  shelves.delete(bytes)
}
