/**
 * Reads a row of a plane in place, for a vector of neighbouring results, with zeros for the padding beside it.
 *
 * @module
 */
import type { DepthwiseColumns } from './depthwiseAxes.js'
import type { LaneOrder, LaneRange, Pointer, Vector, VectorMachine } from './machine.js'

/** A tap of the width that what was read is for, and the walk of the columns that it belongs to. */
interface Use {
  readonly walk: number
  readonly tap: number
}

/** What is loaded together: of each vector that it gives, what that is for. Every second element is a vector of its own. */
interface Read {
  readonly start: number
  readonly uses: readonly (readonly Use[])[]
}

/** A vector of results of each walk: how many lanes of it count, and its first column in the walk. */
export interface ColumnVector {
  readonly column: number
  readonly count: number
}

export class DepthwiseReader {
  /** In the order of their taps. */
  readonly reads: readonly Read[]
  /** How many vectors are loaded for a vector of results. */
  readonly advance: number

  /**
   * @param exact whether lanes of no result must be zero
   * @param order that of the lanes
   */
  constructor(
    private readonly machine: VectorMachine,
    private readonly columns: DepthwiseColumns,
    private readonly exact: boolean,
    private readonly order: LaneOrder,
  ) {
    this.advance = columns.walks[0]!.advance
    this.reads = readsOf(columns)
  }

  /** All vectors of results of a row. */
  vectors(): ColumnVector[] {
    const { lanes } = this.machine
    const { count } = this.columns.walks[0]!
    return Array.from({ length: Math.ceil(count / lanes) }, (_, i) => ({
      column: i * lanes,
      count: Math.min(lanes, count - i * lanes),
    }))
  }

  /** For each read, which lanes of the vectors that are loaded are inside of the row. */
  ranges({ column, count }: ColumnVector): LaneRange[][] {
    const { lanes } = this.machine
    const { advance } = this
    return this.reads.map(({ start }) =>
      Array.from({ length: advance }, (_, part) => {
        const at = column * advance + start + part * lanes
        const wanted = Math.min(lanes, count * advance - part * lanes)
        const first = Math.min(lanes, Math.max(0, -at))
        const inside = Math.min(lanes, this.columns.source - at)
        // where all are inside, all may be read
        const end = inside === lanes && !this.exact ? lanes : Math.min(wanted, inside)
        return { first, count: Math.max(0, end - first) }
      }),
    )
  }

  /**
   * The vectors of a read, which are the caller's; `null` where all of it is padding.
   *
   * @param elements from `base` to the row's element that lane 0 of the vector would read with a tap that starts at 0
   */
  read({ start, uses }: Read, base: Pointer, elements: number, ranges: readonly LaneRange[]): Vector[] | null {
    const { machine } = this
    if (ranges.every(({ count }) => count === 0)) return null
    const loaded = ranges.map(({ first, count }, part) => {
      const vector = machine.vector()
      const offset = (elements + start + part * machine.lanes + first) * machine.storedBytes
      if (count === 0) machine.zero(vector)
      else machine.readLanes(vector, { base, offset }, first, count)
      return vector
    })
    const [first, second] = loaded
    if (second && uses.length === 2) machine.deinterleave(first!, second, this.order)
    else if (second) machine.everySecond(first!, second, this.order)
    machine.release(...loaded.slice(uses.length))
    return loaded.slice(0, uses.length)
  }
}

function readsOf({ walks }: DepthwiseColumns): Read[] {
  const all = walks.flatMap(({ taps }, walk) => taps.map(({ index, start }) => ({ start, use: { walk, tap: index } })))
  const starts = [...new Set(all.map(own => own.start))]
  const usesAt = (start: number) => all.filter(own => own.start === start).map(({ use }) => use)
  if (walks[0]!.advance === 1) return starts.map(start => ({ start, uses: [usesAt(start)] }))
  // a neighbour reads the same elements: those with odd numbers
  const reads: Read[] = []
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i]!
    const isPair = starts[i + 1] === start + 1
    reads.push({ start, uses: [usesAt(start), ...(isPair ? [usesAt(start + 1)] : [])] })
    if (isPair) i++
  }
  return reads
}
