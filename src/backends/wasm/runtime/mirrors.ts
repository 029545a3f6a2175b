/**
 * Where operands stand in the arena, and which arrays still have there what they have themselves.
 *
 * Places follow one another around a ring: a new one takes the room of the oldest ones, of which nothing is left then. So what
 * one operation has made is there, without a copy, for the next ones that read it.
 *
 * @module
 */
import { RuntimeError } from '../../../errors.js'
import { isWatched, watchWrites } from '../../../tensor/mirrors.js'
import { wholeLines } from './residents.js'

/** The ring has room for so many bytes, or for what one run needs, if that is more: with more room places were not in any cache. */
const ROOM = 4 * 2 ** 20

/** Smaller arrays are copied as fast as they are found. */
const LEAST_BYTES = 2048

/** A part of the ring. */
export interface Place {
  start: number
  end: number
  next: Place | null
  /** The last run that works with it. */
  run: number
  /** What of a buffer stands here; no bytes if the buffer has something else in the meantime, or nobody says so. */
  from: number
  bytes: number
}

let isChecking = false

/** For tests: whether each copy that is taken for an array is compared with it. */
export function checkMirrors(on: boolean): void {
  isChecking = on
}

export class Mirrors {
  private readonly first: Place = { start: 0, end: 0, next: null, run: 0, from: 0, bytes: 0 }
  /** The one that was taken last. */
  private last = this.first
  private places = new WeakMap<ArrayBufferLike, Place>()
  private run = 0
  private limit = 0

  /** @param arena all of its bytes */
  constructor(private readonly arena: () => Uint8Array) {
    watchWrites(buffer => this.forget(buffer))
  }

  /** Begins a run on operands of so many bytes; all is behind an address. */
  begin(start: number, bytes: number): void {
    this.run++
    this.first.end = start
    this.limit = start + Math.max(ROOM, bytes)
    while (this.first.next !== null && this.first.next.start < start) this.drop(this.first)
  }

  /** The place that has what an array has, if there is one. */
  find(array: ArrayBufferView): Place | null {
    const place = this.places.get(array.buffer)
    if (place === undefined || !isIn(place, array)) return null
    if (isChecking) compare(array, this.arena(), this.address(place, array))
    place.run = this.run
    return place
  }

  /** Where an array is in a place that has it. */
  address(place: Place, { byteOffset }: ArrayBufferView): number {
    return place.start + byteOffset - place.from
  }

  /**
   * A new place, not among those of this run. It begins at a cache line, or `phase` bytes behind one: V8 copies 8 times as fast
   * to shared memory if both sides begin in the same byte of a word.
   */
  take(bytes: number, phase = 0): Place {
    return (
      this.takeBehind(this.last, bytes, phase, this.limit) ??
      this.takeBehind(this.first, bytes, phase, this.limit) ??
      this.takeBehind(this.first, bytes, phase, Number.POSITIVE_INFINITY)!
    )
  }

  /** Notes that an array has what stands in a place that was taken for it. */
  keep(place: Place, array: ArrayBufferView): void {
    if (array.byteLength < LEAST_BYTES || !isWatched(array)) return
    const before = this.places.get(array.buffer)
    if (before !== undefined) before.bytes = 0
    place.from = array.byteOffset
    place.bytes = array.byteLength
    this.places.set(array.buffer, place)
  }

  /** Notes that a run has written to an array, in a place: another place of the same buffer has what was there before. */
  written(place: Place, array: ArrayBufferView): void {
    if (this.places.get(array.buffer) !== place) this.forget(array.buffer)
  }

  /** Whatever a buffer has, no place has it. */
  forget(buffer: ArrayBufferLike): void {
    const place = this.places.get(buffer)
    if (place !== undefined) place.bytes = 0
  }

  forgetAll(): void {
    this.places = new WeakMap()
  }

  private takeBehind(before: Place, bytes: number, phase: number, limit: number): Place | null {
    for (let at: Place | null = before; at !== null; at = at.next) {
      const start: number = at.end + phase
      const end = wholeLines(start + bytes)
      if (end > limit) return null
      while (at.next !== null && at.next.start < end && at.next.run !== this.run) this.drop(at)
      if (at.next !== null && at.next.start < end) continue
      this.last = { start, end, next: at.next, run: this.run, from: 0, bytes: 0 }
      at.next = this.last
      return this.last
    }
    return null
  }

  /** Drops the place behind one. */
  private drop(before: Place): void {
    const place = before.next!
    place.bytes = 0
    before.next = place.next
    if (this.last === place) this.last = before
  }
}

const isIn = ({ from, bytes }: Place, { byteOffset, byteLength }: ArrayBufferView) =>
  byteOffset >= from && byteOffset + byteLength <= from + bytes

function compare({ buffer, byteOffset, byteLength }: ArrayBufferView, arena: Uint8Array, address: number): void {
  // all that tensors of kernels have are words of 32 bits
  const words = byteLength / 4
  const [own, other] = [new Int32Array(buffer, byteOffset, words), new Int32Array(arena.buffer, address, words)]
  for (let i = 0; i < words; i++)
    if (own[i] !== other[i]) throw new RuntimeError(`word ${i} of an array has changed, and nobody said so`)
}
