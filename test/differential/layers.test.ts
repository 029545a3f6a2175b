/**
 * Thousands of random layers through the public functions, against the reference: output and the gradients of input,
 * weight and bias. What stands between a call and an algorithm is run as well: checks, padding modes, transposition, the
 * choice of who serves. A failure names the layer and the seed of the run; `CONVFORGE_SEED` repeats it.
 */
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { cpu, instructionSet, unavailable } from '../../src/backends/x64/runtime/index.js'
import type { Pass } from '../../src/conv/spec.js'
import { backends, type Tensor } from '../../src/index.js'
import { profile } from '../../src/tools/index.js'
import { generator, numbers, values } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { PASSES } from './support/compare.js'
import { drawLargeLayer, drawLayer, type Layer } from './support/layers.js'
import { drawOperands, runLayer } from './support/runLayer.js'
import type { Random } from './support/specs.js'
import { winogradBound } from './support/winogradBound.js'

/** Vitest runs this file for each instruction set. */
const LAYERS = 1200
const LARGE = 6
/** The least number of convolutions that each algorithm must have served. */
const LEAST = 36

const RESULTS = ['output', 'input gradient', 'weight gradient', 'bias gradient']
const X64 = backends
  .convolutionAlgorithms()
  .map(({ name }) => name)
  .filter(name => name.startsWith('x64/'))
const WINOGRAD = 'x64/winograd'

/** Convolutions by who served them: all, and those of float32 with so many products that they are not summed in float64. */
const served = new Map<string, number>()
const unwidened = new Map<string, number>()
/** These sum float32 in float64 up to so many products for a sample; see `precision.ts` of the x64 backend. */
const WIDENING = ['x64/channel-lanes', 'x64/pixel-lanes', 'x64/depthwise', 'x64/weight-gradient']
const WIDENED = 2 ** 15

const threads = backends.getNumThreads()
afterEach(() => backends.setNumThreads(threads))

/** In this order, the first that can serve does so, whether or not another is faster: those for few layers come first. */
function forced(next: Random): string[] {
  const lanes = ['x64/channel-lanes', 'x64/pixel-lanes']
  return ['x64/depthwise', WINOGRAD, ...(next() < 0.5 ? lanes : lanes.reverse()), 'x64/weight-gradient']
}

type Served = Readonly<Record<Pass, string>>

/** The results of `body`, and who served each of the three passes in it. */
function watch(body: () => Tensor[]): { found: Tensor[]; who: Served } {
  let found: Tensor[] = []
  const { rows } = profile(() => {
    found = body()
  })
  const who = Object.fromEntries(
    PASSES.flatMap(pass =>
      rows.filter(({ name }) => name === `aten::convolution (${pass})`).map(({ algorithm }) => [pass, algorithm!]),
    ),
  )
  expect(Object.keys(who)).toEqual(PASSES)
  return { found, who: who as Served }
}

function compareLayer(layer: Layer, names: readonly string[] | null, seed: number): void {
  const operands = drawOperands(layer, seed)
  const gradientOf = (output: Tensor) => numbers(seed + 3, output.shape, { dtype: layer.dtype })
  const run = () => runLayer(layer, operands, gradientOf)
  backends.setNumThreads(layer.threads)
  const { found, who } = watch(() => (names === null ? run() : backends.withAlgorithm(names, run)))
  const expected = backends.withAlgorithm('reference', run)
  expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape))
  for (const [i, bound] of boundsOf(layer, who, operands, gradientOf).entries())
    expectNear(found[i]!, expected[i]!, bound, RESULTS[i]!)
  for (const pass of PASSES) {
    const algorithm = who[pass]!
    served.set(algorithm, (served.get(algorithm) ?? 0) + 1)
    if (WIDENING.includes(algorithm) && layer.dtype === 'float32' && products(layer, expected[0]!) > WIDENED)
      unwidened.set(algorithm, (unwidened.get(algorithm) ?? 0) + 1)
  }
}

/** Small whole numbers have exact sums: nothing but equality will do, unless it is Winograd who served. */
function boundsOf(layer: Layer, who: Served, operands: readonly Tensor[], gradientOf: (output: Tensor) => Tensor) {
  const passes = layer.transposed ? (['inputGradient', 'forward'] as const) : (['forward', 'inputGradient'] as const)
  const bounds = [0, 0, 0, ...(layer.bias ? [0] : [])]
  if (!passes.some(pass => who[pass] === WINOGRAD)) return bounds
  const absolute = operands.map(one => one.abs())
  const sizes = backends.withAlgorithm('reference', () => runLayer(layer, absolute, output => gradientOf(output).abs()))
  const unit = layer.dtype === 'float64' ? 2 ** -53 : 2 ** -24
  const channels = [layer.inChannels, layer.outChannels]
  for (const [i, pass] of passes.entries())
    if (who[pass] === WINOGRAD)
      bounds[i] = winogradBound(channels[i]! / layer.groups) * unit * Number(sizes[i]!.max().item())
  return bounds
}

function expectNear(found: Tensor, expected: Tensor, bound: number, what: string): void {
  const [a, b] = [values(found), values(expected)]
  // NaN must not pass for close
  const at = a.findIndex((value, i) => !(Math.abs(value - b[i]!) <= bound))
  if (at >= 0) throw new Error(`${what}: element ${at} is ${a[at]}, the reference has ${b[at]}, allowed is ${bound}`)
}

function products({ transposed, batch, groups, inChannels, outChannels, input, kernel }: Layer, output: Tensor) {
  const pixels = transposed ? input : output.shape.slice(2)
  const each = [...kernel, ...pixels].reduce((product, size) => product * size, 1)
  expect(output.shape[0]).toBe(batch)
  return (each * inChannels * outChannels) / groups
}

/** Compares many layers; one that fails is named. */
function compareAll(count: number, next: Random, draw: (next: Random) => Layer): void {
  for (let i = 0; i < count; i++) {
    const layer = draw(next)
    // half of them as they are served in use
    const names = next() < 0.5 ? null : forced(next)
    try {
      compareLayer(layer, names, SEED + 7 * i)
    } catch (error) {
      const by = names === null ? 'the best' : names.join(', ')
      throw new Error(`layer ${i} of CONVFORGE_SEED=${SEED}, by ${by}: ${JSON.stringify(layer)}`, { cause: error })
    }
  }
}

describe.skipIf(unavailable() !== null)(`random layers (CONVFORGE_SEED=${SEED})`, () => {
  test(`${LAYERS} small ones have the reference's output and gradients`, () => {
    compareAll(LAYERS, generator(SEED), drawLayer)
  }, 300_000)

  test(`so do ${LARGE} whose input exceeds the second cache`, () => {
    compareAll(LARGE, generator(SEED + 1), next => drawLargeLayer(next, 1.2 * cpu().l2))
  }, 300_000)

  test('machine code served them all, each algorithm many', () => {
    expect([...served.keys()].sort()).toEqual([...X64].sort())
    for (const [name, count] of served) expect(count, name).toBeGreaterThan(LEAST)
    for (const name of WIDENING) expect(unwidened.get(name) ?? 0, `${name}, summed in float32`).toBeGreaterThan(LEAST)
  })

  afterAll(() => {
    const list = (all: Map<string, number>) => [...all].map(([name, count]) => `${name} ${count}`).join(', ')
    console.log(
      `random layers: ${LAYERS + LARGE} with ${instructionSet()}, convolutions served by ${list(served)}; ` +
        `those summed in float32 by ${list(unwidened)}`,
    )
  })
})
