/**
 * Loads and stores of the first lanes of a vector, by a count that is known when the kernel runs: mask registers under
 * AVX-512, vectors for vmaskmov under AVX2.
 *
 * @module
 */
import type { Assembler, Element, General, Memory, VectorRegister, Width } from './assembler/index.js'
import type { RegisterFile } from './registers.js'

interface Mask {
  /** A mask register, or under AVX2 a vector as wide as the elements. */
  readonly own: number
  /** AVX2 computing in float64: the mask of half a vector of float32. */
  readonly half: number | null
}

export class LaneMasks {
  private readonly masks = new Map<number, Mask>()

  constructor(
    private readonly assembler: Assembler,
    private readonly width: Width,
    private readonly element: Element,
    private readonly vectors: RegisterFile,
    private readonly general: RegisterFile,
    private readonly registers: RegisterFile,
  ) {}

  private get lanes(): number {
    return this.width / (this.element === 'float64' ? 64 : 32)
  }

  /** A mask of the first `count` lanes; its number is taken until it is released. */
  make(count: General, temporary: General): number {
    const name = this.registers.take()
    if (this.width === 512) {
      this.makeRegister(name, count, temporary)
      this.masks.set(name, { own: name, half: null })
    } else {
      this.masks.set(name, this.makeVectors(count, temporary))
    }
    return name
  }

  /** The bits of each count, from a table. */
  private makeRegister(mask: number, count: General, temporary: General): void {
    const table = Int32Array.from({ length: this.lanes + 1 }, (_, i) => 2 ** i - 1)
    this.assembler.loadAddress(temporary, this.assembler.constant(new Uint8Array(table.buffer)))
    this.assembler.load32(temporary, { base: temporary, index: count, scale: 4 })
    this.assembler.maskFromGeneral(mask, temporary)
  }

  /** Ones and behind them zeros in memory: read from further behind, there are fewer ones. */
  private makeVectors(count: General, temporary: General): Mask {
    const { assembler, lanes } = this
    const missing = this.general.take()
    assembler.setImmediate(missing, lanes)
    assembler.subtract(missing, count)
    const locate = (bytes: 4 | 8): Memory => {
      const table = new Uint8Array(2 * lanes * bytes).fill(255, 0, lanes * bytes)
      assembler.loadAddress(temporary, assembler.constant(table))
      return { base: temporary, index: missing, scale: bytes }
    }
    const own = this.vectors.take()
    assembler.loadVector(256, this.element, own, locate(this.element === 'float64' ? 8 : 4))
    const half = this.element === 'float64' ? this.vectors.take() : null
    if (half !== null) assembler.loadHalf(half, locate(4))
    this.general.giveBack(missing)
    return { own, half }
  }

  release(name: number): void {
    const { own, half } = this.get(name)
    this.masks.delete(name)
    this.registers.giveBack(name)
    if (this.width === 512) return
    this.vectors.giveBack(own)
    if (half !== null) this.vectors.giveBack(half)
  }

  private get(name: number): Mask {
    const mask = this.masks.get(name)
    if (!mask) throw new Error('these lanes have been released')
    return mask
  }

  /** The lanes of the mask, from elements stored as `stored`; the others become zero and are not read. */
  load(to: VectorRegister, from: Memory, stored: Element, name: number): void {
    const { assembler, width } = this
    const { own, half } = this.get(name)
    const widened = stored !== this.element
    if (width === 512) {
      const masking = { mask: own, zeroing: true }
      if (widened) assembler.widen(512, to, from, masking)
      else assembler.loadVector(512, stored, to, from, masking)
    } else if (widened) {
      assembler.loadHalfMasked(to, half!, from)
      assembler.widen(256, to, to)
    } else assembler.loadMasked(stored, to, own, from)
  }

  /** The lanes of the mask; of half a vector of float32 where that is what is stored. */
  store(to: Memory, from: VectorRegister, stored: Element, name: number): void {
    const { assembler, width } = this
    const { own, half } = this.get(name)
    const narrowed = stored !== this.element
    if (width === 512) {
      if (narrowed) assembler.storeHalf(512, to, from, { mask: own })
      else assembler.storeVector(512, stored, to, from, { mask: own })
    } else if (narrowed) assembler.storeHalfMasked(to, half!, from)
    else assembler.storeMasked(stored, to, own, from)
  }

  /** to = `inside` in the lanes of the mask, else `outside`. */
  choose(to: VectorRegister, name: number, inside: VectorRegister, outside: VectorRegister): void {
    const { own } = this.get(name)
    if (this.width === 512) this.assembler.blendByMask(this.element, to, outside, inside, own)
    else this.assembler.blend(this.element, to, outside, inside, own)
  }
}
