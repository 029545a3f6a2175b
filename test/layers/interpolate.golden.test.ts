import { describe, test } from 'vitest'
import * as functions from '../../src/nn/functional/interpolate.js'
import type { InterpolateOptions } from '../../src/ops/interpolate.js'
import { byCall, layerTitle, readLayerCases, runLayerCase } from './layers.fixture.js'

const cases = readLayerCases('interpolate')

describe.each(byCall(cases))('%s is PyTorch’s', (call, own) => {
  test.each(own.map(one => [layerTitle(one), one] as const))('%s', (_, one) => {
    runLayerCase(one, ([input], [factor], options) =>
      call === 'interpolate'
        ? functions.interpolate(input!, options as InterpolateOptions)
        : functions[call as 'pixelShuffle'](input!, factor as number),
    )
  })
})
