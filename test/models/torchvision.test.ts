/**
 * The networks against torchvision's (fixtures/networks.py): state dicts, printing, initial weights, and what a training
 * step and an evaluation compute.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { backends, manualSeed, nn, noGrad, randn, type Tensor } from '../../src/index.js'
import { Bottleneck, mobilenetV2, ResNet, resnet18, resnet50 } from '../../src/models/index.js'
import { toFloat64 } from '../../src/tensor/copy.js'

type Network = ((input: Tensor) => Tensor) & nn.Module

interface Structure {
  text: string
  state: [key: string, shape: number[]][]
}

interface Run extends Structure {
  seed: number
  /** By key: the sum of the absolute values, and some elements. */
  weights: Record<string, number[]>
  /** By name: the largest element, how far PyTorch's float32 is off, and some elements as its float64 has them. */
  results: Record<string, number[]>
}

const { structures, runs } = JSON.parse(readFileSync(new URL('fixtures/networks.json', import.meta.url), 'utf8')) as {
  structures: Record<string, Structure & { zero: string[] }>
  runs: Record<string, Run>
}

const groupNorm = (groups: number) => (channels: number) => new nn.GroupNorm(groups, channels)
const DILATED = { numClasses: 5, groups: 4, widthPerGroup: 8, replaceStrideWithDilation: [false, true, true] }
const STAGES = [
  [1, 12, 1, 1],
  [2.5, 21, 2, 2],
  [3, 21, 3, 1],
]

const MAKE_STRUCTURES: Record<string, () => Network> = {
  'resnet18 zeroInitResidual': () => resnet18({ numClasses: 3, zeroInitResidual: true }),
  'resnet18 GroupNorm': () => resnet18({ numClasses: 3, normLayer: groupNorm(4), zeroInitResidual: true }),
  'resnext dilated': () => new ResNet(Bottleneck, [2, 1, 2, 1], { ...DILATED, zeroInitResidual: true }),
  'mobilenetV2 wide': () => mobilenetV2({ numClasses: 3, widthMult: 1.35, dropout: 0.5 }),
  'mobilenetV2 settings': () =>
    mobilenetV2({
      numClasses: 6,
      widthMult: 0.4,
      roundNearest: 5,
      normLayer: groupNorm(1),
      invertedResidualSetting: STAGES,
    }),
}

const MAKE_RUNS: Record<string, () => Network> = {
  resnet18: () => resnet18({ numClasses: 11 }),
  resnet50: () => resnet50({ numClasses: 7 }),
  mobilenetV2: () => mobilenetV2({ numClasses: 9, widthMult: 0.25, dropout: 0.3 }),
}

function expectStructure(model: Network, expected: Structure): void {
  expect(String(model)).toBe(expected.text)
  expect(Object.entries(model.stateDict()).map(([key, { shape }]) => [key, shape])).toEqual(expected.state)
}

/** As in the script: elements spread over the whole tensor. */
function samples(tensor: Tensor, count: number): number[] {
  const values = toFloat64(tensor.detach())
  const step = Math.max(1, Math.floor(values.length / count)) | 1
  return Array.from(values.filter((_, i) => i % step === 0))
}

/** As in the script: a step in training, then the output after eval(), in the dtype of the model. */
function compute(model: Network, x: Tensor, seed: number, names: readonly string[]): Map<string, Tensor> {
  model.train()
  manualSeed(seed + 100)
  const out = model(x)
  const found = new Map([['train output', out]])
  if (names.some(name => name.startsWith('gradient'))) {
    const coefficients = out.detach().clone()
    const { dataToWrite: data } = coefficients.storage
    for (let i = 0; i < data.length; i++) data[i] = ((i * 7) % 5) - 2
    out.mul(coefficients).sum().backward()
    for (const [key, parameter] of model.namedParameters()) found.set(`gradient ${key}`, parameter.grad!)
  }
  for (const [key, buffer] of model.namedBuffers()) found.set(key, buffer)
  model.eval()
  return found.set(
    'eval output',
    noGrad(() => model(x)),
  )
}

/** A network with these weights. */
function copyOf(name: string, initial: nn.StateDict, dtype: 'float32' | 'float64'): Network {
  const model = MAKE_RUNS[name]!().to(dtype)
  model.loadStateDict(initial)
  return model
}

/** On which piece of an activation elements are: the one that passes them on, or the constant one above. */
interface Pieces {
  readonly passes: Tensor
  readonly above: Tensor
}

/**
 * Has each activation of a network, call by call, note the pieces of its elements in the list; or take them from there, whatever
 * the elements are. An element that is 0 but for rounding may be on either side: gradients are then far apart, though neither is
 * wrong.
 */
function pinPieces(model: Network, list: Pieces[], notes: boolean): void {
  for (const module of model.modules()) {
    if (!(module instanceof nn.ReLU || module instanceof nn.ReLU6)) continue
    const most = module instanceof nn.ReLU6 ? 6 : Number.POSITIVE_INFINITY
    module.forward = x => {
      if (notes) list.push({ passes: x.gt(0).logicalAnd(x.lt(most)), above: x.ge(most) })
      const { passes, above } = notes ? list.at(-1)! : list.shift()!
      const inside = x.mul(passes.to(x.dtype))
      return most < Number.POSITIVE_INFINITY ? inside.add(above.to(x.dtype), { alpha: most }) : inside
    }
  }
}

/** Compares what the script sampled; `bound` gives how far an element may be off. */
function expectResults(
  found: ReadonlyMap<string, Tensor>,
  results: Run['results'],
  bound: (largest: number, error: number) => number,
): void {
  for (const [name, [largest, error, ...expected]] of Object.entries(results)) {
    const actual = samples(found.get(name)!, 24)
    expect(actual.length, name).toBe(expected.length)
    const off = actual.map((value, i) => Math.abs(value - expected[i]!))
    // Math.max gives NaN where one is
    expect(Math.max(...off), `${name}, of at most ${largest}`).toBeLessThanOrEqual(bound(largest!, error!))
  }
}

describe('structure', () => {
  test.each(Object.keys(structures))('%s prints as in Python and has the same state dict', name => {
    const model = MAKE_STRUCTURES[name]!()
    const expected = structures[name]!
    expectStructure(model, expected)
    const zero = Object.entries(model.stateDict()).filter(
      ([key, value]) => key.endsWith('weight') && !value.any().item(),
    )
    expect(zero.map(([key]) => key)).toEqual(expected.zero)
  })
})

describe.each(Object.keys(runs))('%s', name => {
  const { seed, weights, results, ...structure } = runs[name]!
  let model: Network
  let x: Tensor
  let initial: nn.StateDict

  beforeAll(() => {
    manualSeed(seed)
    model = MAKE_RUNS[name]!()
    x = randn(2, 3, 64, 72)
    initial = Object.fromEntries(Object.entries(model.stateDict()).map(([key, value]) => [key, value.clone()]))
  })
  beforeEach(() => {
    model.zeroGrad()
    model.loadStateDict(initial)
  })

  test('prints as in Python, has the same state dict, and starts with the same weights', () => {
    expectStructure(model, structure)
    expect(Object.keys(weights)).toEqual(Object.keys(initial).filter(key => !key.endsWith('num_batches_tracked')))
    for (const [key, [sum, ...expected]] of Object.entries(weights)) {
      // normal draws are within 2 units in the last place; the file has 10 digits
      const actual = samples(initial[key]!, 3)
      for (const [i, value] of expected.entries()) {
        expect(Math.abs(actual[i]! - value), key).toBeLessThanOrEqual(Math.abs(value) * (2 * 2 ** -23 + 1e-10))
      }
      const total = toFloat64(initial[key]!).reduce((all, value) => all + Math.abs(value), 0)
      expect(Math.abs(total - sum!), key).toBeLessThanOrEqual(sum! * 1e-7)
    }
  })

  // A float32 step of resnet50 on 12 values per channel is ill-conditioned: the gradients of PyTorch's own are off by a
  // percent. Its derivatives are compared in float64.
  const compared = Object.entries(results).filter(([key]) => name !== 'resnet50' || !key.startsWith('gradient'))
  const names = compared.map(([key]) => key)

  test.each([
    // four times PyTorch's own error, and four roundings of the largest element
    ['', false, 4 * 2 ** -24],
    // and what the layers that Winograd's algorithm serves may be off
    [' and with reduced precision', true, 5e-5],
  ])('computes in float32 what PyTorch does%s', (_, isReduced, ofLargest) => {
    const list: Pieces[] = []
    const exact = copyOf(name, initial, 'float64')
    pinPieces(exact, list, true)
    compute(exact, x.double(), seed, names)
    const rounded = copyOf(name, initial, 'float32')
    pinPieces(rounded, list, false)
    expect(list.length).toBeGreaterThan(0)
    backends.allowReducedPrecision(isReduced)
    try {
      const found = compute(rounded, x, seed, names)
      expect(list).toHaveLength(0)
      expectResults(found, Object.fromEntries(compared), (largest, error) => 4 * error + ofLargest * largest)
    } finally {
      backends.allowReducedPrecision(true)
    }
  })

  test('computes in float64 what PyTorch does', () => {
    const found = compute(model.double(), x.double(), seed, Object.keys(results))
    expectResults(found, results, largest => 1e-9 * largest)
  })
})

test('every network of the fixture was compared', () => {
  expect(Object.keys(structures)).toEqual(Object.keys(MAKE_STRUCTURES))
  expect(Object.keys(runs)).toEqual(Object.keys(MAKE_RUNS))
})
