/**
 * What the backend finds on a page: the engine, and threads where the page is isolated.
 */
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { probeEngine } from '../../src/backends/wasm/engine.js'
import { backends, nn, type Tensor, tensor, tools } from '../../src/index.js'
import { PASSES } from '../differential/support/compare.js'
import { pick } from '../differential/support/specs.js'
import { drawSpec } from '../kernel/drawSpec.js'
import { expectSameBits, operandsOf, planFor } from '../kernel/sameBits.js'
import { assertSame, generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { scratches } from '../wasm/runtime/programs.js'

const isolated = inject('isolated')
const before = backends.getNumThreads()
afterEach(() => backends.setNumThreads(before))

let workers = 0
vi.stubGlobal(
  'Worker',
  class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      workers++
    }
  },
)
const warn = vi.spyOn(console, 'warn')
const wait = vi.spyOn(Atomics, 'wait')

test('the page is isolated if it was served with the two headers, and has shared memory only then', () => {
  expect(crossOriginIsolated).toBe(isolated)
  expect(typeof SharedArrayBuffer).toBe(isolated ? 'function' : 'undefined')
})

describe('the backend', () => {
  test('is the best one here, and x64 says why it is not', () => {
    expect(backends.getBackend()).toBe('wasm')
    const [x64, wasm] = backends.describeBackends()
    expect(x64).toMatchObject({ name: 'x64', available: false })
    expect(x64!.reason).toMatch(/^needs /)
    expect(wasm).toMatchObject({ name: 'wasm', available: true })
  })

  test('serves a layer as anybody calls it, forward and back, with the numbers of the reference', () => {
    const counted = (...shape: number[]) =>
      tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => ((7 * i) % 9) - 4),
        { shape },
      )
    const layer = new nn.Conv2d(8, 16, 3, { padding: 1 })
    layer.loadStateDict({ weight: counted(16, 8, 3, 3), bias: counted(16) })
    const results = () => {
      const input = counted(2, 8, 20, 20)
      input.requiresGrad = true
      layer.zeroGrad()
      const output = layer(input)
      output.mul(counted(20)).sum().backward()
      return [output.detach(), input.grad!, layer.weight.grad!, layer.bias!.grad!]
    }
    // Winograd's sums are not exact
    backends.allowReducedPrecision(false)
    let found: Tensor[] = []
    const { rows } = tools.profile(() => {
      found = results()
    })
    backends.allowReducedPrecision(true)
    const served = rows.flatMap(({ algorithm }) => (algorithm?.includes('/') ? [algorithm] : []))
    expect(served.length).toBeGreaterThanOrEqual(3)
    for (const name of served) expect(name).toMatch(/^wasm\//)
    const expected = backends.withAlgorithm('reference', results)
    for (const [i, one] of found.entries()) assertSame(one, expected[i]!)
  })
})

describe('the engine', () => {
  test('has fused products and keeps the order of instructions, as Chromium does', () =>
    expect(probeEngine()).toEqual({ fma: true, scheduling: 'spilling' }))

  test('rounds a sum of products once if the processor can fuse them, else twice, and nothing else', () => {
    const [more, less] = [1 + 2 ** -30, 1 - 2 ** -30]
    const shape = [1, 2, 1, 1]
    const [input, weight] = [
      [1, more],
      [-1, less],
    ].map(values => tensor(Float64Array.from(values), { shape }))
    const found = backends.withAlgorithm(['wasm/channel-lanes'], () => nn.functional.conv2d(input!, weight!)).item()
    console.log(`products on the ${isolated ? 'isolated page' : 'page'} are ${found === 0 ? 'not fused' : 'fused'}`)
    expect([0, -(2 ** -60)]).toContain(found)
  })
})

describe('threads', () => {
  test('are as many as the browser says there are processors, if nothing else is said', () => {
    expect(before).toBe(navigator.hardwareConcurrency)
  })

  test('share the tasks where the page is isolated; one does all of them where it is not', async () => {
    const end = performance.now() + 30_000
    let most = scratches(2).size
    while (isolated && most < 2 && performance.now() < end) {
      // a worker starts when the page's thread is free for a moment
      await new Promise(resolve => setTimeout(resolve, 10))
      most = Math.max(most, scratches(2).size)
    }
    expect(most).toBe(isolated ? 2 : 1)
    expect(workers).toBe(isolated ? 1 : 0)
    expect(scratches(1).size).toBe(1)
  })

  test.each(PASSES)(`do not change a bit of the %s (CONVFORGE_SEED=${SEED})`, pass => {
    const algorithms = backends.convolutionAlgorithms().filter(({ name }) => name.startsWith('wasm/'))
    const next = generator(SEED)
    let compared = 0
    for (let i = 0; i < 60; i++) {
      const algorithm = pick(next, algorithms)
      const [spec, dtype] = [drawSpec(next, algorithm.name), pick(next, ['float32', 'float64'] as const)]
      const operands = operandsOf(spec, pass, dtype, SEED + 7 * i)
      const [alone, together] = [1, 2].map(threads => {
        backends.setNumThreads(threads)
        return planFor(algorithm, spec, pass, dtype)?.(operands)
      })
      if (!alone) continue
      expectSameBits(together!, alone, spec, `${algorithm.name} on two threads`)
      compared++
    }
    expect(compared).toBeGreaterThan(5)
  })

  test('that are missing are missed in one message, which names the two headers', () => {
    const messages = warn.mock.calls.map(([text]) => String(text)).filter(text => text.startsWith('convforge:'))
    expect(messages).toHaveLength(isolated ? 0 : 1)
    if (isolated) return
    expect(messages[0]).toContain('Cross-Origin-Opener-Policy: same-origin')
    expect(messages[0]).toContain('Cross-Origin-Embedder-Policy: require-corp')
  })

  test("are never waited for asleep: a page's main thread tries to sleep once at most, and is refused", () => {
    expect(wait.mock.results.filter(({ type }) => type !== 'throw')).toEqual([])
    expect(wait.mock.calls.length).toBeLessThanOrEqual(1)
  })
})
