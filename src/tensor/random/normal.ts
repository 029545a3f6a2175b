/**
 * Normal draws: `Tensor.normal_` (ATen/native/cpu/DistributionTemplates.h), by the method of G. E. P. Box and
 * M. E. Muller, "A note on the generation of random normal deviates", Ann. Math. Statist. 29(2), 1958.
 *
 * PyTorch has two ways. Fewer than 16 numbers are drawn one after the other in double precision, and the second number
 * of an odd pair waits in the generator for the next call. From 16 on, the array is filled with uniform numbers, and
 * blocks of 16 are transformed in place: the first 8 give the radii and the last 8 the angles. If the size is not a
 * multiple of 16, the last 16 are drawn again, over what the last whole block left there.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type DType, isComplex, type TypedArray } from '../dtype.js'
import { FLOAT_FORMATS, type FloatArray, type FloatDType, floatView } from './float-formats.js'
import { fmaDouble } from './fma.js'
import type { Generator } from './generator.js'
import { BLOCK, TRANSFORM_BLOCK } from './normal-blocks.js'
import { fillUniform } from './uniform.js'

/**
 * Fills with numbers of a normal distribution. Blocks of float32 are equal to PyTorch's to the bit. The other ways use
 * JavaScript's log, sin and cos where PyTorch uses those of the C library: of 10000 standard normal numbers in float64,
 * one is 3 units in the last place away, the others 2 at most. For complex dtypes `std` is that of the complex number.
 */
export function fillNormal(out: TypedArray, dtype: DType, mean: number, std: number, generator: Generator): void {
  if (!(std >= 0)) throw new RuntimeError(`normal expects std >= 0.0, but found std ${std}`)
  const target = floatView(out, dtype, 'normal_kernel_cpu')
  const partStd = isComplex(dtype) ? std / Math.SQRT2 : std
  if (out.length < BLOCK) fillOneByOne(target.out, target.dtype, mean, partStd, generator)
  else fillBlocks(target.out, target.dtype, mean, partStd, generator)
}

function fillOneByOne(out: FloatArray, dtype: FloatDType, mean: number, std: number, generator: Generator): void {
  const { encode } = FLOAT_FORMATS[dtype]
  for (let i = 0; i < out.length; i++) out[i] = encode(fmaDouble(standardNormal(generator), std, mean))
}

/** One number of the standard normal distribution, in double precision (at::normal_distribution<double>). */
function standardNormal(generator: Generator): number {
  const waiting = generator.nextDoubleNormal
  if (waiting !== null) {
    generator.nextDoubleNormal = null
    return waiting
  }
  const angle = 2 * Math.PI * (generator.random53() * 2 ** -53)
  const radius = Math.sqrt(-2 * Math.log(1 - generator.random53() * 2 ** -53))
  generator.nextDoubleNormal = radius * Math.sin(angle)
  return radius * Math.cos(angle)
}

function fillBlocks(out: FloatArray, dtype: FloatDType, mean: number, std: number, generator: Generator): void {
  const transform = TRANSFORM_BLOCK[dtype]
  const { round } = FLOAT_FORMATS[dtype]
  fillUniform(out, dtype, 0, 1, generator)
  for (let i = 0; i + BLOCK <= out.length; i += BLOCK) transform(out, i, round(mean), round(std))
  if (out.length % BLOCK !== 0) {
    const last = out.length - BLOCK
    fillUniform(out.subarray(last), dtype, 0, 1, generator)
    transform(out, last, round(mean), round(std))
  }
}
