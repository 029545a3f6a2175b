/**
 * Weights in arrays of the user's (such as a loaded file's), which each call copies: what is packed of a copy is not kept.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { wasmTarget } from '../../src/backends/wasm/target.js'
import { backends, fromTypedArray, manualSeed, nn, noGrad, randn, type Tensor } from '../../src/index.js'
import { expectSame } from './support/bits.js'

const { functional: F } = nn

beforeEach(() => {
  manualSeed(7)
  backends.setBackend('wasm')
})
afterEach(() => {
  vi.restoreAllMocks()
  backends.allowReducedPrecision(true)
  backends.setBackend(null)
})

class Convolutions extends nn.Module {
  constructor(private readonly weights: readonly Tensor[]) {
    super()
  }
  override forward(x: Tensor) {
    return this.weights.reduce((y, weight) => F.conv2d(y, weight, null, { padding: 1 }), x)
  }
}

test.each([true, false])('no call takes new memory for packed weights (reduced precision: %s)', async allowed => {
  backends.allowReducedPrecision(allowed)
  const [channels, size] = [48, 48 * 48 * 9]
  const weights = [1, 2].map(() => {
    const { data } = randn(size).div(20).storage
    return fromTypedArray(data.slice() as Float32Array, { shape: [channels, channels, 3, 3] })
  })
  const net = new Convolutions(weights)
  const x = randn(1, channels, 12, 12)
  const expected = noGrad(() => net(x))
  const made: number[] = []
  const { array } = wasmTarget
  vi.spyOn(wasmTarget, 'array').mockImplementation((element, length) => {
    made.push(length)
    return array(element, length)
  })
  for (let i = 0; i < 3; i++) {
    const promises = [1, 2].map(() => noGrad(() => net.forwardAsync(x)))
    expectSame(
      noGrad(() => net(x)),
      expected,
    )
    for (const promise of promises) expectSame(await promise, expected)
  }
  expect(made.filter(length => length >= size)).toEqual([])
})
