/**
 * Bernoulli draws: `Tensor.bernoulli_` (ATen/native/cpu/DistributionTemplates.h).
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo, isComplex, isFloating, type TypedArray } from '../dtype.js'
import { checkArray, FLOAT_FORMATS, type FloatDType } from './float-formats.js'
import type { Generator } from './generator.js'

/**
 * Fills with ones (with probability `p`) and zeros. Equal to PyTorch's default kernel to the bit; builds with MKL on
 * Intel processors draw scalar-`p` ones from a generator of MKL's own.
 *
 * How `p` is given decides what is drawn, as in PyTorch:
 * - a number: 53 bits for each element (`x.bernoulli_(0.3)`, `F.dropout`);
 * - a Float64Array of one probability for each element: 53 bits;
 * - a Float32Array: 24 bits (`torch.bernoulli(x)`). Probabilities in a 16-bit dtype are converted to it.
 */
export function fillBernoulli(
  out: TypedArray,
  dtype: DType,
  p: number | Float32Array | Float64Array,
  generator: Generator,
): void {
  if (isComplex(dtype)) {
    const kernel = typeof p === 'number' ? 'bernoulli_scalar_cpu_' : 'bernoulli_tensor_cpu_self_'
    throw new RuntimeError(`"${kernel}" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  checkArray(out, dtype)
  checkProbabilities(p, out.length)
  if (typeof p === 'number') fill(out, dtype, () => generator.random53() * 2 ** -53 < p)
  else if (p instanceof Float64Array) fill(out, dtype, i => generator.random53() * 2 ** -53 < p[i])
  else fill(out, dtype, i => (generator.random32() & 0xffffff) * 2 ** -24 < p[i])
}

function checkProbabilities(p: number | Float32Array | Float64Array, size: number): void {
  if (typeof p === 'number') {
    if (!(p >= 0 && p <= 1)) throw new RuntimeError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`)
    return
  }
  if (p.length !== size) {
    throw new RuntimeError(`bernoulli_ expects one p for each element: there are ${size} elements, but got ${p.length}`)
  }
  const bad = p.findIndex(value => !(value >= 0 && value <= 1))
  if (bad >= 0)
    throw new RuntimeError(`Expected p_in >= 0 && p_in <= 1 to be true, but got p=${p[bad]} at index ${bad}`)
}

function fill(out: TypedArray, dtype: DType, draw: (i: number) => boolean): void {
  if (out instanceof BigInt64Array) {
    for (let i = 0; i < out.length; i++) out[i] = draw(i) ? 1n : 0n
  } else {
    const one = isFloating(dtype) ? FLOAT_FORMATS[dtype as FloatDType].encode(1) : 1
    for (let i = 0; i < out.length; i++) out[i] = draw(i) ? one : 0
  }
}
