/**
 * Loads and stores of some lanes of a vector, which are neighbours: by mask registers under AVX-512; under AVX2 by vmaskmov, or in
 * pieces.
 *
 * @module
 */
import type { LaneRange } from '../../kernel/machine.js'
import type { Address, Assembler, Element, General, Memory, VectorRegister, Width } from './assembler/index.js'
import { storePieces } from './pieces.js'
import type { RegisterFile } from './registers.js'

/** The mask register that holds the lanes of the last load or store (k0 means no mask). */
const MASK = 1

export class FirstLanes {
  /** The lanes that the mask register has now, as bits; -1 where control may come from elsewhere. */
  private current = -1

  /** Mask registers that keep their lanes, by those lanes. */
  private readonly held = new Map<number, number>()

  constructor(
    private readonly assembler: Assembler,
    private readonly width: Width,
    private readonly element: Element,
    private readonly temporary: General,
    private readonly vectors: RegisterFile,
    private readonly masks: RegisterFile,
  ) {}

  /** Keeps masks of these lanes in registers, as far as there are any, until what is returned is called. */
  hold(ranges: readonly LaneRange[]): () => void {
    const taken: [number, number][] = []
    for (const { first, count } of this.width === 512 ? ranges : []) {
      const lanes = lanesOf(count, first)
      if (count === this.lanes || this.held.has(lanes) || this.masks.available === 0) continue
      const mask = this.masks.take()
      this.assembler.setImmediate(this.temporary, lanes)
      this.assembler.maskFromGeneral(mask, this.temporary)
      this.held.set(lanes, mask)
      taken.push([lanes, mask])
    }
    return () => {
      for (const [lanes, mask] of taken) {
        this.held.delete(lanes)
        this.masks.giveBack(mask)
      }
    }
  }

  private get lanes(): number {
    return this.width / (this.element === 'float64' ? 64 : 32)
  }

  /** Control may come from elsewhere here. */
  forget(): void {
    this.current = -1
  }

  /** Lanes `first` to `first + count - 1`; `from` is where lane 0 would come from. */
  load(to: VectorRegister, from: Memory, count: number, first = 0): void {
    if (this.width === 512) {
      this.assembler.loadVector(512, this.element, to, from, { mask: this.mask(count, first), zeroing: true })
    } else {
      // the destination may hold the mask until the lanes arrive
      this.assembler.loadVector(256, this.element, to, this.lanesMask(count, first))
      this.assembler.loadMasked(this.element, to, to, from)
    }
  }

  /** Lanes `first` to `first + count - 1`, which are zero; `from` is where lane 0 would be. */
  fill(to: VectorRegister, from: Memory, first: number, count: number): void {
    const { assembler, element } = this
    if (this.width === 512) {
      assembler.loadVector(512, element, to, from, { mask: this.mask(count, first) })
    } else {
      const lanes = this.vectors.take()
      assembler.loadVector(256, element, lanes, this.lanesMask(count, first))
      assembler.loadMasked(element, lanes, lanes, from)
      assembler.arithmetic('or', 256, element, to, to, lanes)
      this.vectors.giveBack(lanes)
    }
  }

  /** Lanes `first` to `first + count - 1`; `to` is where lane 0 would go. */
  store(to: Address, from: VectorRegister, count: number, first = 0): void {
    if (this.width === 512) {
      this.assembler.storeVector(512, this.element, to, from, { mask: this.mask(count, first) })
    } else {
      const bytes = this.element === 'float64' ? 8 : 4
      storePieces(this.assembler, this.vectors, to, from, first * bytes, (first + count) * bytes)
    }
  }

  /** As {@link load}, of float64 lanes, from elements of float32. */
  loadWidened(to: VectorRegister, from: Memory, count: number, first = 0): void {
    if (this.width === 512) {
      this.assembler.widen(512, to, from, { mask: this.mask(count, first), zeroing: true })
    } else {
      this.assembler.loadHalf(to, this.lanesMask(count, first, 4))
      this.assembler.loadHalfMasked(to, to, from)
      this.assembler.widen(256, to, to)
    }
  }

  /** As {@link store}, of lanes that have been narrowed to float32. */
  storeNarrowed(to: Address, from: VectorRegister, count: number, first = 0): void {
    if (this.width === 512) {
      this.assembler.storeHalf(512, to, from, { mask: this.mask(count, first) })
    } else {
      storePieces(this.assembler, this.vectors, to, from, first * 4, (first + count) * 4)
    }
  }

  /** A mask register that has these lanes now. */
  private mask(count: number, first: number): number {
    const lanes = lanesOf(count, first)
    const held = this.held.get(lanes)
    if (held !== undefined) return held
    if (lanes !== this.current) {
      this.assembler.setImmediate(this.temporary, lanes)
      this.assembler.maskFromGeneral(MASK, this.temporary)
      this.current = lanes
    }
    return MASK
  }

  /** A constant with all bits set in these lanes, of elements of so many bytes. */
  private lanesMask(count: number, first = 0, bytes = this.element === 'float64' ? 8 : 4): Memory {
    return this.assembler.constant(new Uint8Array(this.width / 8).fill(255, first * bytes, (first + count) * bytes))
  }
}

/** As bits. */
const lanesOf = (count: number, first: number) => (2 ** count - 1) * 2 ** first
