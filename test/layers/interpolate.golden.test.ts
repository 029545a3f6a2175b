import { describe, test } from 'vitest'
import { channelShuffle, interpolate, pixelShuffle, pixelUnshuffle } from '../../src/nn/functional/interpolate.js'
import type { InterpolateOptions } from '../../src/ops/interpolation/size.js'
import { byCall, layerTitle, readLayerCases, runLayerCase } from './layers.fixture.js'

const SHUFFLES: Record<string, typeof pixelShuffle> = { channelShuffle, pixelShuffle, pixelUnshuffle }

const cases = [...readLayerCases('interpolate'), ...readLayerCases('antialias')]

describe.each(byCall(cases))('%s is PyTorch’s', (call, own) => {
  test.each(own.map(one => [layerTitle(one), one] as const))('%s', (_, one) => {
    runLayerCase(one, ([input], [factor], options) =>
      call === 'interpolate'
        ? interpolate(input!, options as InterpolateOptions)
        : SHUFFLES[call]!(input!, factor as number),
    )
  })
})
