// Results do not depend on the number of threads.
import { afterAll, expect, test } from 'vitest'
import { getNumThreads, setNumThreads } from '../../src/backends/threads.js'
import { servedCalls } from '../../src/backends/vectorOperations.js'
import { autograd, manualSeed, nn, optim, randn, type Tensor } from '../../src/index.js'
import { elements, forEachTarget } from './support.js'

const { functional: F } = nn

/** A bit of everything, of tensors that are shared among threads. */
function compute(): Tensor[] {
  manualSeed(1)
  const [x, g] = [randn([5, 6, 71, 53]), randn([5, 6, 71, 53])]
  const last = x.contiguous({ memoryFormat: 'channels_last' })
  const leaf = x.clone()
  leaf.requiresGrad = true
  const out = F.hardswish(F.batchNorm(leaf, null, null, null, null, { training: true }))
  leaf.grad = autograd.grad([out], [leaf], [g])[0]!
  const { grad } = leaf
  new optim.Adam([leaf], { lr: 0.1 }).step()
  return [
    ...[out.detach(), grad, leaf.detach(), x.sum(), x.sum([0, 2, 3]), x.sum([0, 1, 2]), last.sum([0, 2, 3])],
    F.maxPool2d(x, 3, { stride: 2, padding: 1 }),
  ]
}

forEachTarget('threads', () => {
  const before = getNumThreads()
  afterAll(() => setNumThreads(before))

  test('one, two, three and seven give the same bits', () => {
    setNumThreads(1)
    const served = servedCalls()
    const expected = compute().map(elements)
    expect(servedCalls() - served).toBeGreaterThan(10)
    for (const threads of [2, 3, 7]) {
      setNumThreads(threads)
      for (const [i, own] of compute().map(elements).entries()) {
        const other = expected[i]!
        expect(own.length).toBe(other.length)
        expect(own.findIndex((value, k) => !Object.is(value, other[k]))).toBe(-1)
      }
    }
  })
})
