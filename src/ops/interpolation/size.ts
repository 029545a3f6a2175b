/**
 * How large an interpolated image becomes.
 *
 * @module
 */
import { describeValue } from '../../conv/arguments.js'
import { ValueError } from '../../errors.js'
import { formatShape } from '../../tensor/layout.js'

/** How the elements between are computed. */
export type InterpolateMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear' | 'area'

/** Options of `interpolate`. Numbers hold for every axis; lists give one for each. */
export interface InterpolateOptions {
  /** The spatial size of the result; this or `scaleFactor` is required. */
  size?: number | readonly number[] | null
  /** By how much each axis grows: the result has floor(size * scaleFactor) elements. */
  scaleFactor?: number | readonly number[] | null
  /** Default: `'nearest'`. */
  mode?: InterpolateMode
  /** Whether the corner pixels' centres stay at the corners (the linear and cubic modes only). Default: false. */
  alignCorners?: boolean | null
  /** Compute with (result's size) / (input's size) rather than with the factor as it was given. Default: false. */
  recomputeScaleFactor?: boolean | null
  /**
   * Where the image gets smaller, let every element of it count, as Pillow does (`'bilinear'` and `'bicubic'` only, for images).
   * Default: false.
   */
  antialias?: boolean
}

/** The spatial size of the result, and the factors that the positions are computed with (`null`: from the sizes). */
export function resultSize(
  spatial: readonly number[],
  { size = null, scaleFactor = null, recomputeScaleFactor, mode }: InterpolateOptions,
): { output: readonly number[]; factors: readonly number[] | null } {
  if (size !== null && scaleFactor !== null) throw new ValueError('only one of size or scale_factor should be defined')
  const given = `but got input with spatial dimensions of ${formatShape(spatial)} and`
  if (size !== null) {
    if (Array.isArray(size) && size.length !== spatial.length) {
      throw new ValueError(
        `Input and output must have the same number of spatial dimensions, ${given} output size of ${describeValue(size)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.`,
      )
    }
    if (recomputeScaleFactor) throw new ValueError('recompute_scale_factor is not meaningful with an explicit size.')
    return { output: perAxis('size', size, spatial.length, Number.isSafeInteger), factors: null }
  }
  if (scaleFactor === null) throw new ValueError('either size or scale_factor should be defined')
  if (Array.isArray(scaleFactor) && scaleFactor.length !== spatial.length) {
    throw new ValueError(
      `Input and scale_factor must have the same number of spatial dimensions, ${given} scale_factor of shape ${describeValue(scaleFactor)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.`,
    )
  }
  const factors = perAxis('scaleFactor', scaleFactor, spatial.length, Number.isFinite)
  const output = spatial.map((own, axis) => Math.trunc(own * factors[axis]!))
  return { output, factors: recomputeScaleFactor || mode === 'area' ? null : factors }
}

function perAxis(name: string, value: unknown, axes: number, accepts: (entry: unknown) => boolean): readonly number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : new Array(axes).fill(value)
  if (list.every(accepts)) return list as readonly number[]
  const kind = name === 'size' ? 'an integer' : 'a number'
  throw new TypeError(
    `interpolate(): argument '${name}' must be ${kind} or a list with one for each axis, but got ${name}=${describeValue(value)}`,
  )
}
