/**
 * Weights packed by compiled kernels, for a program of a convolution.
 *
 * @module
 */
import type { ConvolutionProgram } from '../../kernel/convolutionPlan.js'
import type { Precision } from '../../kernel/machine.js'
import type { PackingProgram } from '../../kernel/packWeight.js'
import { contiguousData } from '../../tensor/copy.js'
import { finishSteps } from '../../tensor/pendingWork.js'
import type { Tensor } from '../../tensor/tensor.js'
import { BoundedCache } from '../boundedCache.js'
import { PackedWeights } from '../packedWeights.js'
import { PACKINGS_KEPT } from './problem.js'
import type { FloatArray, Kept, Operand, Target } from './target.js'

export interface Packed {
  readonly operand: Operand
  /** Whether no element is infinite or NaN. */
  readonly finite: boolean
}

/** The packed forms of weights for a program. */
export type Weights = Pick<PackedWeights<Packed>, 'of' | 'changesEachCall' | 'useUnpacked'>

const dense = (weight: Tensor) => contiguousData(weight) as FloatArray

/** Layers are called on pictures of many sizes, for most of which weights are packed alike: once for all of them. */
const packings = new BoundedCache<string, Weights>(PACKINGS_KEPT)

/** A loop, which takes a fifth of the time of `every`. */
export function allFinite(data: FloatArray): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false
  return true
}

/** @param packing `null` for weights that are in order as they are */
export function packedWeights(
  target: Target,
  precision: Precision,
  { packedLength }: Pick<ConvolutionProgram, 'packedLength'>,
  packing: PackingProgram | null,
): Weights {
  if (packing === null) {
    return new PackedWeights(weight => {
      const data = dense(weight)
      return { operand: data, finite: allFinite(data) }
    })
  }
  const key = `${target.name} ${target.variant()} ${precision} ${packedLength} ${packing.text}`
  return packings.of(key, () => packedAnew(target, precision, packedLength, packing))
}

class PackedWeight implements Packed {
  private isFinite: boolean | undefined

  /** @param check is there when the run is at its end, as are the operand's elements */
  constructor(
    readonly operand: Kept,
    private readonly check: FloatArray,
  ) {}

  get finite(): boolean {
    if (this.isFinite === undefined) {
      finishSteps()
      this.isFinite = this.check.every(sum => sum === 0)
    }
    return this.isFinite
  }
}

function packedAnew(target: Target, precision: Precision, packedLength: number, packing: PackingProgram): Weights {
  const { element } = target.machine(precision)
  const pack = target.compile(packing.program, precision, { results: { 1: 'whole', 2: 'whole' } })
  return new PackedWeights<PackedWeight>((weight, old) => {
    const operand = old?.operand ?? { kept: target.array(element, packedLength) }
    const check = target.array(element, packing.checkLength)
    pack([dense(weight), operand, check], true, true)
    return new PackedWeight(operand, check)
  })
}
