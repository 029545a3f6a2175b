import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fromTypedArray } from '../../src/ops/creation/fromData.js'
import { arange, full, zeros } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'
import type { Device } from '../../src/tensor/device.js'
import { type DType, dtypeInfo, type TypedArray } from '../../src/tensor/dtype.js'

interface Case {
  dtype: DType
  shape: number[]
  text: string
  data?: string
  arange?: number
  divide?: number
  minus?: number
  device?: Device
  fill?: number
  requiresGrad?: boolean
  plus?: number
}

function make({
  dtype,
  shape,
  data,
  arange: n,
  divide = 1,
  minus = 0,
  device,
  fill,
  requiresGrad,
  plus,
}: Case): Tensor {
  if (device) return zeros(shape, { dtype, device })
  if (fill !== undefined) {
    const filled = full(shape, fill, { dtype, requiresGrad })
    return plus === undefined ? filled : filled.add(plus)
  }
  if (n !== undefined) {
    const sequence = arange(n, { dtype })
    return (divide === 1 ? sequence : sequence.div(divide).sub(minus)).reshape(shape)
  }
  const bytes = Uint8Array.from(Buffer.from(data!, 'base64'))
  return fromTypedArray(new (dtypeInfo(dtype).array)(bytes.buffer) as TypedArray, { shape, dtype })
}

const cases = JSON.parse(readFileSync(new URL('fixtures/printing.json', import.meta.url), 'utf8')) as Case[]

describe('printing, to the letter as PyTorch', () => {
  test.each(cases.map((one, i) => [i, one.text.split('\n')[0]!, one] as const))('%i: %s', (_i, _text, one) => {
    expect(String(make(one))).toBe(one.text)
  })
})
