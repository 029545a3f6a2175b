/**
 * Where float32 is summed in float64, and rounded once when it is stored.
 *
 * Lanes of float64 are half as many, which is little to a call so small that most of its time goes elsewhere. The number of
 * rows or samples must not decide, so that a result is the same in any batch; a large batch pays for that.
 *
 * @module
 */
import type { ConvProblem } from '../../conv/algorithm.js'
import { multiplyAdds } from '../../conv/spec.js'
import type { Element, Precision } from '../../kernel/machine.js'
import type { DType } from '../../tensor/dtype.js'

/** The most products for a row of a matrix product, and for a sample of a convolution. */
const MOST_FOR_ROW = 2 ** 11
const MOST_FOR_SAMPLE = 2 ** 15

/** For products of matrices of `steps` columns by matrices of `columns`. */
export function productPrecision(dtype: DType, steps: number, columns: number): Precision {
  return precisionOf(dtype, steps * columns <= MOST_FOR_ROW)
}

/** For any pass of a convolution. */
export function convolutionPrecision({ spec, dtype }: Pick<ConvProblem, 'spec' | 'dtype'>): Precision {
  return precisionOf(dtype, multiplyAdds(spec) <= MOST_FOR_SAMPLE * spec.batch)
}

function precisionOf(dtype: DType, isSmall: boolean): Precision {
  return isSmall && dtype === 'float32' ? 'widened' : (dtype as Element)
}
