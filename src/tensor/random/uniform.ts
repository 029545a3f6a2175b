/**
 * Uniform draws: `Tensor.uniform_` (ATen/native/DistributionTemplates.h, ATen/core/TransformationHelper.h).
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo, type TypedArray } from '../dtype.js'
import { FLOAT_FORMATS, type FloatArray, type FloatDType, floatView } from './float-formats.js'
import { fmaDouble } from './fma.js'
import type { Generator } from './generator.js'

/** Fills with numbers uniform in [from, to). Equal to PyTorch to the bit. */
export function fillUniform(out: TypedArray, dtype: DType, from: number, to: number, generator: Generator): void {
  const target = floatView(out, dtype, 'check_uniform_bounds')
  checkBounds(target.dtype, from, to)
  const { round, digits, encode } = FLOAT_FORMATS[target.dtype]
  const base = round(from)
  const range = round(round(to) - base)
  if (target.dtype === 'float64') fillDouble(target.out, base, range, generator)
  else if (target.dtype === 'float32') fillFloat(target.out, base, range, generator)
  else {
    const mask = 2 ** digits - 1
    for (let i = 0; i < out.length; i++) {
      target.out[i] = encode((generator.random32() & mask) * 2 ** -digits * range + base)
    }
  }
}

function checkBounds(dtype: FloatDType, from: number, to: number): void {
  const { max } = FLOAT_FORMATS[dtype]
  const { cppName, scalarName } = dtypeInfo(dtype)
  for (const [name, value] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (!(Math.abs(value) <= max)) throw new RuntimeError(`${name} is out of bounds for ${cppName}: ${name}=${value}`)
  }
  if (from > to) {
    throw new RuntimeError(`uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`)
  }
  if (to - from > max) {
    throw new RuntimeError(
      `uniform_ expects to-from <= std::numeric_limits<${scalarName}>::max(), but found to=${to} and from=${from}` +
        ' which result in to-from to exceed the limit',
    )
  }
}

function fillDouble(out: FloatArray, base: number, range: number, generator: Generator): void {
  for (let i = 0; i < out.length; i++) out[i] = fmaDouble(generator.random53() * 2 ** -53, range, base)
}

/** The product of two float32 numbers is exact in a double, so that storing the sum makes it a fused multiply-add. */
function fillFloat(out: FloatArray, base: number, range: number, generator: Generator): void {
  for (let i = 0; i < out.length; i++) out[i] = (generator.random32() & 0xffffff) * 2 ** -24 * range + base
}
