/**
 * Max pooling on faster backends: the loop in plain TypeScript asks here first. It brings its kernels itself, so that a bundle
 * has them only where something is pooled.
 *
 * @module
 */
import type { PoolAxis } from '../kernel/maxPoolTables.js'
import type { TypedArray } from '../tensor/dtype.js'
import { maxPoolOperation } from './compiled/maxPool.js'
import type { Target } from './compiled/target.js'
import { serve } from './vectorOperations.js'

/** The largest elements of windows. */
export interface MaxPoolCall {
  /** From the first element on: planes of `spatial` elements, contiguous. */
  readonly input: TypedArray
  /** Gets an element for each window, contiguous. */
  readonly output: TypedArray
  /** Gets where each was: its position in the plane. The first of equal elements, the last NaN. `null`: not wanted. */
  readonly places: Int32Array | null
  readonly planes: number
  readonly spatial: readonly [number, number, number]
  readonly windows: readonly [PoolAxis, PoolAxis, PoolAxis]
}

const operations = new Map<Target, (call: MaxPoolCall) => boolean>()

function operationOf(target: Target): (call: MaxPoolCall) => boolean {
  const known = operations.get(target)
  if (known) return known
  const own = maxPoolOperation(target)
  operations.set(target, own)
  return own
}

/** Finds the largest elements of windows, unless it returns false. */
export function maxPool(call: MaxPoolCall): boolean {
  const { planes, spatial } = call
  return (
    serve(
      planes * spatial[0] * spatial[1] * spatial[2],
      ({ target }) => (target && operationOf(target)(call)) || null,
    ) !== null
  )
}
