/**
 * Weights that a kernel keeps in an order of its own: packed once per weight and version, not once per call.
 *
 * @module
 */
import type { Shape } from '../tensor/layout.js'
import { afterSteps } from '../tensor/pendingWork.js'
import type { Storage } from '../tensor/storage.js'
import type { Tensor } from '../tensor/tensor.js'

interface Entry<Packed> {
  /** NaN when the packed form has been written over. */
  contents: number
  readonly offset: number
  readonly strides: Shape
  readonly packed: Packed
  /** How often it has served. */
  calls: number
}

/** What one plan has packed, for as long as the weights live. */
export class PackedWeights<Packed> {
  private readonly entries = new WeakMap<Storage, Entry<Packed>>()
  /** The contents of weights whose packed form was given up, when somebody used them without one. */
  private readonly givenUp = new WeakMap<Storage, number>()

  /** What was made last of a weight that may change at any time, or that is not there for long. */
  private unkept: Packed | undefined
  private unkeptEntry: Entry<Packed> | undefined

  /** @param pack may write to the packed form that it made before (`old`), which nobody uses any more */
  constructor(private readonly pack: (weight: Tensor, old: Packed | undefined) => Packed) {}

  /** The packed form of a weight: made anew if the weight has changed, or may have without a trace. */
  of(weight: Tensor): Packed {
    const { storage, offset, strides } = weight
    const known = this.entries.get(storage)
    if (known && known.contents === storage.contents && known.offset === offset && isSame(known.strides, strides)) {
      known.calls++
      return known.packed
    }
    return storage.isShared || storage.isCopied ? this.packedBriefly(weight) : this.packedToStay(weight, known?.packed)
  }

  /**
   * Whether the weight seems to change from call to call, as in training: it is another one than that which was packed, or used
   * without, for the call before, and only for that. Contents that are used again are worth packing.
   */
  changesEachCall({ storage }: Tensor): boolean {
    if (storage.isShared || storage.isCopied) return false
    const before = this.givenUp.get(storage)
    if (before !== undefined) return before !== storage.contents
    const known = this.entries.get(storage)
    return known !== undefined && known.contents !== storage.contents && known.calls <= 1
  }

  /** Notes that a weight is used as it is, and forgets its packed form. */
  giveUp({ storage }: Tensor): void {
    this.entries.delete(storage)
    this.givenUp.set(storage, storage.contents)
  }

  private packedToStay(weight: Tensor, old: Packed | undefined): Packed {
    // what is half written is not known
    this.entries.delete(weight.storage)
    this.givenUp.delete(weight.storage)
    return this.enter(weight, this.pack(weight, old)).packed
  }

  /** In the same memory for all, so that calls with ever new ones do not take ever more of it. */
  private packedBriefly(weight: Tensor): Packed {
    if (this.unkeptEntry) this.unkeptEntry.contents = Number.NaN
    this.unkept = this.pack(weight, this.unkept)
    this.unkeptEntry = weight.storage.isShared ? undefined : this.enter(weight, this.unkept)
    return this.unkept
  }

  private enter({ storage, offset, strides }: Tensor, packed: Packed): Entry<Packed> {
    const entry = { contents: storage.contents, offset, strides, packed, calls: 1 }
    afterSteps(() => this.entries.set(storage, entry))
    return entry
  }
}

/** Mostly it is the same list: that of a parameter, which is frozen. */
const isSame = (a: Shape, b: Shape) => a === b || (a.length === b.length && a.every((stride, i) => stride === b[i]))
