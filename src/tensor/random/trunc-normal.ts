/**
 * Draws of a normal distribution cut off on both sides: `nn.init.trunc_normal_` (torch/nn/init.py), by inversion of the
 * distribution function (J. Burkardt, "The truncated normal distribution", Florida State University, 2014).
 *
 * @module
 */
import { RuntimeError, ValueError } from '../../errors.js'
import { type DType, dtypeInfo, isFloating, type TypedArray } from '../dtype.js'
import { decodeBFloat16, decodeFloat16 } from '../half.js'
import { erf } from './erf.js'
import { erfinv, erfinvFloat } from './erfinv.js'
import { FLOAT_FORMATS, type FloatDType } from './float-formats.js'
import type { Generator } from './generator.js'
import { fillUniform } from './uniform.js'

/**
 * Fills with numbers of a normal distribution of which only [a, b] is kept. As in PyTorch, the numbers crowd at a bound
 * if the mean lies more than 2 standard deviations outside.
 */
export function fillTruncNormal(
  out: TypedArray,
  dtype: DType,
  mean: number,
  std: number,
  a: number,
  b: number,
  generator: Generator,
): void {
  if (!(std > 0)) throw new ValueError(`trunc_normal_ expects std > 0, but got std=${std}`)
  if (!(a <= b)) throw new ValueError(`trunc_normal_ expects a <= b, but got a=${a} and b=${b}`)
  if (!isFloating(dtype)) {
    throw new RuntimeError(`"erfinv_vml_cpu" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  const lower = normalDistribution((a - mean) / std)
  const upper = normalDistribution((b - mean) / std)
  fillUniform(out, dtype, 2 * lower - 1, 2 * upper - 1, generator)
  const { round, encode } = FLOAT_FORMATS[dtype as FloatDType]
  const decode = dtype === 'float16' ? decodeFloat16 : dtype === 'bfloat16' ? decodeBFloat16 : (x: number) => x
  const inverse = dtype === 'float64' ? erfinv : erfinvFloat
  const scale = round(std * Math.SQRT2)
  const shift = round(mean)
  const [min, max] = [round(a), round(b)]
  for (let i = 0; i < out.length; i++) {
    const x = round(round(round(inverse(decode(out[i] as number))) * scale) + shift)
    out[i] = encode(Math.min(Math.max(x, min), max))
  }
}

/** The standard normal distribution function. */
const normalDistribution = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2
