/**
 * The program that runs in Node 24 or on a page: it holds a layer for convforge and for the peers, compares their results,
 * and times who is asked for.
 */
import { backends, type Tensor } from 'convforge'
import { BOUNDS, checkAgreement, Disagreement, difference } from '../agreement.js'
import { timeAsyncCalls, timeCalls } from '../contender.js'
import { distinct, forwardContender, trainingContender, useThreads } from '../convforge.js'
import { operandsOf, outputGradientOf } from '../operands.js'
import { fmaLoop } from './fmaLoop.js'
import { jaxJs } from './jaxJs.js'
import { onnxruntimeWeb } from './onnxruntimeWeb.js'
import {
  type Answer,
  decode,
  keyOf,
  PEAK,
  type Prepared,
  type PreparedOwn,
  type PreparedPeer,
  type Request,
  type Task,
  type Values,
  type WebPeerName,
} from './protocol.js'
import { tensorflow } from './tensorflow.js'
import type { Problem, Surroundings, WebCall, WebPeer } from './webPeer.js'

type Time = (calls: Values<'clock'>['calls']) => readonly number[] | Promise<readonly number[]>
type Results = Readonly<Record<string, Float32Array>>

const PEERS: Readonly<Record<WebPeerName, (threads: number, around: Surroundings) => Promise<WebPeer>>> = {
  'onnxruntime-web': onnxruntimeWeb,
  tfjs: tensorflow,
  'jax-js': jaxJs,
}

/** A peer whose first call took longer, in milliseconds, is not called again to see how long it takes. */
const LONG = 3000

export class Program {
  private peers: WebPeer[] = []
  private calls: WebCall[] = []
  private readonly clocks = new Map<string, Time>()
  private readonly peak = fmaLoop()

  constructor(private readonly around: Surroundings) {}

  async answer<R extends Request>(request: R, values: Values<R>): Promise<Answer<R>> {
    return (await this[request](values as never)) as Answer<R>
  }

  async begin({ threads, peers }: Values<'begin'>): Promise<Answer<'begin'>> {
    backends.setBackend('wasm')
    useThreads(threads)
    for (const name of peers) this.peers.push(await PEERS[name](threads, this.around))
    return Object.fromEntries(this.peers.map(({ name, version }) => [name, version]))
  }

  async prepare(task: Task): Promise<Prepared> {
    this.forget()
    const { pass, layer, batch } = task
    const operands = operandsOf(layer, batch)
    const outputGradient = outputGradientOf(layer, batch)
    const model = task.model === null ? null : new Uint8Array(await decode(task.model))
    const expected = await decodeAll(task.expected)
    const refusals: Record<string, string> = {}
    try {
      const own = prepareOwn(task, operands, outputGradient, expected, this.clocks)
      const peers: PreparedPeer[] = []
      for (const peer of this.peers) {
        try {
          const problem = { pass, layer, batch, operands, outputGradient, model }
          peers.push(...(await this.preparePeer(peer, problem, expected)))
        } catch (error) {
          if (error instanceof Disagreement) throw error
          refusals[peer.name] = error instanceof Error ? error.message : String(error)
        }
      }
      return { own, peers, refusals, disagreement: null }
    } catch (error) {
      if (!(error instanceof Disagreement)) throw error
      return { own: [], peers: [], refusals, disagreement: error.message }
    }
  }

  private async preparePeer(peer: WebPeer, problem: Problem, expected: Results): Promise<PreparedPeer[]> {
    const prepared: PreparedPeer[] = []
    for (const one of await peer.prepare(problem)) {
      this.calls.push(one)
      const key = keyOf(peer.name, one.variant)
      const start = performance.now()
      const results = await one.results()
      let alone = performance.now() - start
      const apart = compare(`${problem.layer.name}, ${key}`, results, expected, 'strict')
      if (alone < LONG) alone = (await timeAsyncCalls(one.call, { warm: 0, samples: 1, group: 1 }))[0]! / 1000
      this.clocks.set(key, calls => timeAsyncCalls(one.call, calls))
      prepared.push({ peer: peer.name, variant: one.variant, difference: apart, alone })
    }
    return prepared
  }

  clock({ key, calls }: Values<'clock'>): readonly number[] | Promise<readonly number[]> {
    if (key === PEAK) return timeCalls(this.peak, calls)
    const time = this.clocks.get(key)
    if (!time) throw new Error(`nothing has been prepared as "${key}"`)
    return time(calls)
  }

  forget(): null {
    for (const one of this.calls) one.dispose()
    this.calls = []
    this.clocks.clear()
    return null
  }
}

function prepareOwn(
  { pass, layer, precisions }: Task,
  operands: Problem['operands'],
  outputGradient: Tensor,
  expected: Results,
  clocks: Map<string, Time>,
): PreparedOwn[] {
  const contenders = precisions.map(precision =>
    pass === 'forward'
      ? forwardContender(layer, operands, precision)
      : trainingContender(layer, operands, outputGradient, precision),
  )
  return distinct(contenders).map(({ name, algorithm, precision, results, time }) => {
    clocks.set(keyOf(name), time)
    return { name, algorithm, difference: compare(`${layer.name}, ${name}`, results(), expected, precision) }
  })
}

/** The largest difference of all results. */
function compare(who: string, results: Results, expected: Results, precision: keyof typeof BOUNDS): number {
  const { forward, gradient } = BOUNDS[precision]
  const differences = Object.entries(expected).map(([name, values]) => {
    const apart = difference(results[name] ?? [], values)
    checkAgreement(`${who}, ${name}, and the reference`, apart, name === 'output' ? forward : gradient)
    return apart
  })
  return Math.max(...differences)
}

async function decodeAll(texts: Readonly<Record<string, string>>): Promise<Results> {
  const entries = Object.entries(texts).map(
    async ([name, text]) => [name, new Float32Array(await decode(text))] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}
