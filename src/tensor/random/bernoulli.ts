/**
 * Bernoulli draws: `Tensor.bernoulli_` (ATen/native/cpu/DistributionTemplates.h).
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'
import { type DType, dtypeInfo, isComplex, isFloating, type TypedArray } from '../dtype.js'
import { eachBlock } from './drawBlocks.js'
import { checkArray, FLOAT_FORMATS, type FloatDType } from './float-formats.js'
import { type Generator, of53Bits } from './generator.js'

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
  if (out instanceof BigInt64Array) fill(out, 1n, 0n, p, generator)
  else fill(out as Float64Array, isFloating(dtype) ? FLOAT_FORMATS[dtype as FloatDType].encode(1) : 1, 0, p, generator)
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

function fill<Value>(
  out: { [i: number]: Value; readonly length: number },
  one: Value,
  zero: Value,
  p: number | Float32Array | Float64Array,
  generator: Generator,
): void {
  const perElement = p instanceof Float32Array ? 1 : 2
  eachBlock(out.length, perElement, generator, (words, first) => {
    for (let i = 0; i < words.length; i += perElement) {
      const at = first + i / perElement
      const x = perElement === 1 ? (words[i]! & 0xffffff) * 2 ** -24 : of53Bits(words[i]!, words[i + 1]!) * 2 ** -53
      out[at] = x < (typeof p === 'number' ? p : p[at]!) ? one : zero
    }
  })
}
