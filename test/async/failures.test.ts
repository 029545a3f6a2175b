/**
 * Operations that fail when some of their work is done: nothing half done is taken for whole, then or later.
 */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Instances } from '../../src/backends/wasm/runtime/code.js'
import { Pool } from '../../src/backends/wasm/runtime/pool.js'
import { backends, manualSeed, nn, noGrad, randn, type Tensor, viewAsReal } from '../../src/index.js'
import { Storage } from '../../src/tensor/storage.js'
import { expectSame } from './support/bits.js'

const threads = backends.getNumThreads()

beforeEach(() => {
  manualSeed(7)
  backends.setBackend('wasm')
})
afterEach(() => {
  vi.restoreAllMocks()
  backends.setBackend(null)
  backends.setNumThreads(threads)
})

const wide = () => new nn.Conv2d(64, 64, 3)
const picture = () => randn(1, 64, 40, 40)

/** Lets the instances of a module be refused at the request of this number, once. */
function refuseInstances(request: number): void {
  const { of } = Instances.prototype
  let requests = 0
  vi.spyOn(Instances.prototype, 'of').mockImplementation(function (this: Instances, code) {
    if (++requests === request) throw new Error('no memory, once')
    return of.call(this, code)
  })
}

/** Lets memory of a length be refused at the request of this number, once. */
function refuseMemory(elements: number, request: number): void {
  const { unwritten } = Storage
  let requests = 0
  vi.spyOn(Storage, 'unwritten').mockImplementation((dtype, length) => {
    if (length === elements && ++requests === request) throw new Error('no memory, once')
    return unwritten(dtype, length)
  })
}

test.each([1, 2, 3, 4])(
  'a first call whose request %i for instances is refused harms nothing that comes later',
  async request => {
    backends.setNumThreads(2)
    const [conv, twin] = [wide(), wide()]
    twin.loadStateDict(conv.stateDict())
    const x = picture()
    const expected = noGrad(() => twin(x))
    let seen: Tensor | undefined
    const hook = conv.registerForwardHook((_module, _inputs, y) => {
      seen = y
    })
    const promise = noGrad(() => conv.forwardAsync(x))
    hook.remove()
    refuseInstances(request)
    // the weights are packed in a stage, for which the work itself makes up
    if (request <= 2) expectSame(await promise, expected)
    else {
      await expect(promise).rejects.toThrow('no memory, once')
      expect(() => seen!.dataSync()).toThrow('no memory, once')
    }
    vi.restoreAllMocks()
    expectSame(
      noGrad(() => conv(x)),
      expected,
    )
    expectSame(await noGrad(() => conv.forwardAsync(x)), expected)
  },
)

test('behind an error after steps that have been left, the arena has not what these were to copy', async () => {
  backends.setNumThreads(1)
  const conv = wide()
  const x = picture().to({ memoryFormat: 'channels_last' })
  const expected = noGrad(() => conv(x))
  // another failure makes the arena forget the weights, which the next run begins to copy
  refuseInstances(1)
  expect(() => noGrad(() => new nn.Conv2d(8, 8, 3)(randn(1, 8, 40, 40)))).toThrow('no memory, once')
  vi.restoreAllMocks()
  const promise = noGrad(() => conv.forwardAsync(x))
  // for the result in channels_last, when a kernel has begun with the contiguous one
  refuseMemory(expected.numel(), 2)
  await expect(promise).rejects.toThrow('no memory, once')
  vi.restoreAllMocks()
  expectSame(
    noGrad(() => conv(x)),
    expected,
  )
})

test('a phase that is ended early has no task that anybody is at', async () => {
  backends.setNumThreads(3)
  const conv = wide()
  const x = randn(1, 64, 80, 80)
  const expected = noGrad(() => conv(x))
  const close = vi.spyOn(Pool.prototype, 'close')
  const open = Pool.prototype.open
  let taken = 0
  vi.spyOn(Pool.prototype, 'open').mockImplementation(function (this: Pool, ...args) {
    const phase = open.apply(this, args)
    const takeTask = phase.takeTask.bind(phase)
    phase.takeTask = () => {
      if (++taken === 2) throw new Error('no memory, once')
      return takeTask()
    }
    return phase
  })
  const endEarly = async () => {
    taken = 0
    const failure = await noGrad(() => conv.forwardAsync(x)).then(
      () => null,
      (error: Error) => error.message,
    )
    // on a busy machine the others may have taken all tasks before the second is asked for
    if (failure !== null || taken >= 2) expect(failure).toContain('no memory, once')
    return close.mock.calls.at(-1)![0]
  }
  let phase = await endEarly()
  // or before the phase is ended
  for (let again = 0; phase.isDone && again < 20; again++) phase = await endEarly()
  const { done, isDone } = phase
  expect(isDone).toBe(false)
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(phase.done).toBe(done)
  vi.restoreAllMocks()
  for (let i = 0; i < 5; i++)
    expectSame(
      noGrad(() => conv(x)),
      expected,
    )
})

test('a failed result has no elements under another dtype, either', async () => {
  const conv = new nn.Conv2d(2, 2, 3).to('complex64')
  let seen: Tensor | undefined
  conv.registerForwardHook((_module, _inputs, y) => {
    seen = y
  })
  const call = () => noGrad(() => conv.forwardAsync(randn(1, 2, 9, 9, { dtype: 'complex64' })))
  await expect(backends.withAlgorithm('wasm/weight-gradient', call)).rejects.toThrow(/weight-gradient/)
  expect(() => viewAsReal(seen!).dataSync()).toThrow(/weight-gradient/)
})

test('a write in place that fails leaves no elements where there were none yet, and those of others as they were', async () => {
  const [depthwise, other] = [new nn.Conv2d(12, 12, 3, { groups: 12 }), new nn.Conv2d(12, 12, 3)]
  const sum = randn(1, 12, 38, 38)
  const before = sum.clone()
  const seen: Tensor[] = []
  class Some extends nn.Module {
    override forward(x: Tensor) {
      const y = depthwise(x)
      seen.push(y, y.mul(1))
      y.add_(other(x))
      sum.add_(y)
      return y.mul(2)
    }
  }
  const call = () => noGrad(() => new Some().forwardAsync(randn(1, 12, 40, 40)))
  await expect(backends.withAlgorithm('wasm/depthwise', call)).rejects.toThrow(/wasm\/depthwise/)
  expect(() => seen[0]!.dataSync()).toThrow(/wasm\/depthwise/)
  expect(seen[1]!.dataSync().every(Number.isFinite)).toBe(true)
  expectSame(sum, before)
})
