import { describe, test } from 'vitest'
import * as pooling from '../../src/nn/functional/pooling.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { byCall, layerTitle, readLayerCases, runLayerCase } from './layers.fixture.js'

type Pooling = (input: Tensor, size: unknown, options?: object) => Tensor | Tensor[]

const cases = readLayerCases('pool')

describe.each(byCall(cases))('%s is PyTorch’s', (call, own) => {
  const pool = (pooling as unknown as Record<string, Pooling>)[call]!
  test.each(own.map(one => [layerTitle(one), one] as const))('%s', (_, one) => {
    const adaptiveAverage = call.startsWith('adaptiveAvg')
    runLayerCase(one, ([input], [size], options) =>
      adaptiveAverage ? pool(input!, size) : pool(input!, size, options),
    )
  })
})
