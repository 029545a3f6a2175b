/**
 * The inputs of the fixtures by formula, and the results PyTorch had for them. The twin of fixtures/pattern.py.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { type DType, type Shape, type Tensor, tensor } from '../../../src/index.js'
import { dtypeInfo } from '../../../src/tensor/dtype.js'

/** Whole numbers from -7 to 7. */
export function pattern(seed: number, shape: Shape, dtype: DType = 'float64'): Tensor {
  const length = shape.reduce((product, size) => product * size, dtypeInfo(dtype).components)
  const data = Float64Array.from({ length }, (_, i) => ((seed * 37 + i * 17 + ((i * i) % 29) * 3) % 15) - 7)
  return tensor(data, { shape: [...shape], dtype })
}

/** A tensor as a fixture holds it: complex numbers interleaved. */
export interface Expected {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'))
}
