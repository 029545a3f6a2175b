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
  /** `null` for contents that were used without one. */
  readonly packed: Packed | null
  /** How many calls the contents have served. */
  calls: number
}

/** What one plan has packed, for as long as the weights live. */
export class PackedWeights<Packed> {
  private readonly entries = new WeakMap<Storage, Entry<Packed>>()

  /** What was made last of a weight that may change at any time, or that is not there for long. */
  private unkept: Packed | undefined
  private unkeptEntry: Entry<Packed> | undefined

  /** @param pack may write to the packed form that it made before (`old`), which nobody uses any more */
  constructor(private readonly pack: (weight: Tensor, old: Packed | undefined) => Packed) {}

  /** The packed form of a weight: made anew if the weight has changed, or may have without a trace. */
  of(weight: Tensor): Packed {
    const { storage } = weight
    const known = this.known(weight)
    if (known) known.calls++
    if (known?.packed) return known.packed
    if (storage.isShared || storage.isCopied) return this.packedBriefly(weight)
    return this.packedToStay(weight, this.entries.get(storage)?.packed ?? undefined, known?.calls)
  }

  /** What is known of these very contents. */
  private known({ storage, offset, strides }: Tensor): Entry<Packed> | undefined {
    const entry = this.entries.get(storage)
    return entry?.contents === storage.contents && isView(entry, offset, strides) ? entry : undefined
  }

  /** Whether the weight seems to change from call to call, as in training: its contents are new, and those before served one call. */
  changesEachCall({ storage, offset, strides }: Tensor): boolean {
    const before = this.entries.get(storage)
    if (!before || storage.isShared || storage.isCopied) return false
    return before.contents !== storage.contents && before.calls === 1 && isView(before, offset, strides)
  }

  /** Notes that a weight is used as it is, and forgets the packed form of what it was. */
  useUnpacked(weight: Tensor): void {
    this.enter(weight, null, 1)
  }

  private packedToStay(weight: Tensor, old: Packed | undefined, calls = 1): Packed {
    // what is half written is not known
    this.entries.delete(weight.storage)
    const packed = this.pack(weight, old)
    this.enter(weight, packed, calls)
    return packed
  }

  /** In the same memory for all, so that calls with ever new ones do not take ever more of it. */
  private packedBriefly(weight: Tensor): Packed {
    if (this.unkeptEntry) this.unkeptEntry.contents = Number.NaN
    this.unkept = this.pack(weight, this.unkept)
    this.unkeptEntry = weight.storage.isShared ? undefined : this.enter(weight, this.unkept, 1)
    return this.unkept
  }

  private enter({ storage, offset, strides }: Tensor, packed: Packed | null, calls: number): Entry<Packed> {
    const entry = { contents: storage.contents, offset, strides, packed, calls }
    afterSteps(() => this.entries.set(storage, entry))
    return entry
  }
}

const isView = (entry: Entry<unknown>, offset: number, strides: Shape) =>
  entry.offset === offset && isSame(entry.strides, strides)

/** Mostly it is the same list: that of a parameter, which is frozen. */
const isSame = (a: Shape, b: Shape) => a === b || (a.length === b.length && a.every((stride, i) => stride === b[i]))
