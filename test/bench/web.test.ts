import { afterAll, expect, test } from 'vitest'
import { timeAsyncCalls } from '../../bench/contender.js'
import { forwardContender } from '../../bench/convforge.js'
import { layer } from '../../bench/layers.js'
import { operandsOf } from '../../bench/operands.js'
import { fmaLoop, LOOP_OPERATIONS } from '../../bench/web/fmaLoop.js'
import { Program } from '../../bench/web/program.js'
import { decode, encode, keyOf, PEAK, type Task } from '../../bench/web/protocol.js'
import type { Surroundings } from '../../bench/web/webPeer.js'
import { backends } from '../../src/index.js'

const before = { backend: backends.getBackend(), threads: backends.getNumThreads() }
afterAll(() => {
  backends.setBackend(before.backend)
  backends.setNumThreads(before.threads)
})

/** TensorFlow.js is missing; what stands for it cannot do anything. */
const surroundings: Surroundings = {
  load: async <T>() =>
    ({ InferenceSession: { create: () => Promise.reject(new Error('not today')) }, env: { wasm: {} } }) as T,
  versionOf: async name => `${name} 1.2.3`,
  tensorflowFiles: '',
  withProcessors: (_, body) => body(),
}

const LAYER = layer('4x9x10 -> 8 k3 p1')

function task(expected: Float32Array): Task {
  return {
    pass: 'forward',
    layer: LAYER,
    batch: 1,
    precisions: ['reduced', 'strict'],
    model: encode(new Uint8Array([1, 2, 3])),
    expected: { output: encode(expected) },
  }
}

const right = () =>
  backends.withAlgorithm(
    'reference',
    () => forwardContender(LAYER, operandsOf(LAYER, 1), 'strict').results()['output']!,
  )

test('arrays come back from text as they were', async () => {
  const array = Float32Array.from([1.5, -0, 3e-39, Number.POSITIVE_INFINITY])
  expect(new Float32Array(await decode(encode(array.subarray(1))))).toEqual(array.subarray(1))
})

test('what promises is timed until the promise is kept', async () => {
  const slow = () => new Promise<void>(resolve => setTimeout(resolve, 20))
  const times = await timeAsyncCalls(slow, { warm: 1, samples: 2, group: 2 })
  expect(times).toHaveLength(2)
  for (const time of times) expect(time).toBeGreaterThan(15_000)
})

test('the loop of multiply-adds takes its time: more than a thousandth of a petaflop would be a loop left out', () => {
  const loop = fmaLoop()
  for (let i = 0; i < 20; i++) loop()
  const start = performance.now()
  loop()
  expect(LOOP_OPERATIONS / ((performance.now() - start) * 1e6)).toBeLessThan(1000)
})

test('the program prepares what it is given with WebAssembly, lists who cannot, and times the others', async () => {
  const program = new Program(surroundings)
  expect(await program.answer('begin', { threads: 1, peers: ['onnxruntime-web'] })).toEqual({
    'onnxruntime-web': 'onnxruntime-web 1.2.3',
  })
  const { own, peers, refusals, disagreement } = await program.answer('prepare', task(right()))
  expect(disagreement).toBeNull()
  expect(peers).toEqual([])
  expect(refusals).toEqual({ 'onnxruntime-web': 'not today' })
  expect(own[0]!.algorithm).toMatch(/^wasm\//)
  for (const { difference } of own) expect(difference).toBeLessThan(1e-3)
  const calls = { warm: 1, samples: 3, group: 1 }
  for (const key of [keyOf(own[0]!.name), PEAK]) {
    expect(await program.answer('clock', { key, calls })).toHaveLength(3)
  }
  await program.answer('forget', {})
  await expect(program.answer('clock', { key: own[0]!.name, calls })).rejects.toThrow('nothing has been prepared')
})

test('wrong results are reported, and nothing is to be timed', async () => {
  const program = new Program(surroundings)
  await program.answer('begin', { threads: 1, peers: [] })
  const { own, disagreement } = await program.answer('prepare', task(right().map(value => value * 1.01)))
  expect(disagreement).toContain('4x9x10 -> 8 k3 p1, convforge, output, and the reference')
  expect(own).toEqual([])
})
