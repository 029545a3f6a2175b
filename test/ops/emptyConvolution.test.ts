/** Convolutions of no channels, and of batches of nothing, on every backend. */
import { afterAll, describe, expect, test } from 'vitest'
import { backends, nn, ones } from '../../src/index.js'

const before = backends.getBackend()
afterAll(() => backends.setBackend(before))

describe.each(['x64', 'wasm', 'portable', 'reference'] as const)('%s', backend => {
  test.each([
    ['no channels go in', 0, 3, 2],
    ['a batch of nothing', 3, 2, 0],
  ])('%s', (_, inChannels, outChannels, batch) => {
    backends.setBackend(backend)
    const conv = new nn.Conv2d(inChannels, outChannels, [3, 2])
    const input = ones(batch, inChannels, 5, 4).requiresGrad_()
    const output = conv(input)
    expect(output.shape).toEqual([batch, outChannels, 3, 3])
    output.sum().backward()
    expect(input.grad!.shape).toEqual(input.shape)
    expect(conv.weight.grad!.shape).toEqual(conv.weight.shape)
    expect(conv.bias!.grad!.tolist()).toEqual(new Array(outChannels).fill(batch * 9))
  })
})
