/**
 * Weights are packed once and kept: whatever changes a weight must be seen by the next convolution with it.
 */
import { describe, expect, test } from 'vitest'
import {
  backends,
  fromTypedArray,
  manualSeed,
  nn,
  noGrad,
  ones,
  optim,
  rand,
  randn,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.js'
import { safetensors } from '../../src/interop/index.js'
import { Tensor as BareTensor } from '../../src/tensor/tensor.js'

/** Every algorithm that computes pixels. */
const ALGORITHMS = backends
  .convolutionAlgorithms()
  .map(({ name }) => name)
  .filter(name => name !== 'reference' && !/\/(weight-gradient|depthwise)$/.test(name))

const SHAPE = [20, 18, 3, 3] as const
const input = randn(1, 18, 9, 11)
const output = randn(1, 20, 9, 11)

/** The forward pass and the input gradient. */
const PASSES = {
  forward: (weight: Tensor) => nn.functional.conv2d(input, weight, null, { padding: 1 }),
  inputGradient: (weight: Tensor) => nn.functional.convTranspose2d(output, weight, null, { padding: 1 }),
}

const bits = (one: Tensor) => Buffer.from(one.detach().contiguous().dataSync().buffer)

/** Convolves, changes the weight, convolves again: the second result must be that of a new weight with these numbers. */
function expectFollowed(weightNow: () => Tensor, change: () => unknown): void {
  const changed = noGrad(() => {
    for (const name of ALGORITHMS)
      for (const pass of Object.values(PASSES)) backends.withAlgorithm(name, () => pass(weightNow()))
    return bits(weightNow())
  })
  change()
  noGrad(() => {
    // a change of nothing tests nothing
    expect(bits(weightNow()).equals(changed)).toBe(false)
    for (const name of ALGORITHMS)
      for (const [pass, run] of Object.entries(PASSES)) {
        const [found, expected] = [weightNow(), weightNow().clone()].map(weight =>
          backends.withAlgorithm(name, () => bits(run(weight))),
        )
        expect(found!.equals(expected!), `${name} ${pass}`).toBe(true)
      }
  })
}

/** Numbers from 0.25 to 0.75, on which every function is defined. */
const fresh = () =>
  rand(...SHAPE)
    .mul(0.5)
    .add(0.25)

/** The arguments of methods in place that need some. */
const METHODS: Record<string, () => unknown[]> = {
  copy_: () => [rand(3, 3)],
  fill_: () => [3],
  add_: () => [1],
  sub_: () => [1],
  mul_: () => [2],
  div_: () => [2],
  floorDivide_: () => [0.1],
  remainder_: () => [0.2],
  fmod_: () => [0.2],
  pow_: () => [3],
  clamp_: () => [0.4, 0.6],
  clampMin_: () => [0.5],
  clampMax_: () => [0.5],
  maskedFill_: () => [fresh().gt(0.5), 7],
  lerp_: () => [ones(...SHAPE), 0.5],
  random_: () => [1000],
}
/** Those that leave positive numbers, or ones below a half, as they are. */
const NEGATED = new Set(['abs_', 'relu_', 'leakyRelu_'])

describe('changes in place', () => {
  const names = Object.getOwnPropertyNames(BareTensor.prototype).filter(
    name => /^[a-z]\w*_$/i.test(name) && name !== 'requiresGrad_',
  )

  test('there are some', () => expect(names.length).toBeGreaterThan(40))

  const call = (weight: Tensor, name: string) =>
    (weight as unknown as Record<string, (...args: unknown[]) => Tensor>)[name]!(...(METHODS[name]?.() ?? []))
  const start = (name: string) => (NEGATED.has(name) ? fresh().neg() : fresh())

  test.each(names)('%s', name => {
    const weight = start(name)
    expectFollowed(
      () => weight,
      () => call(weight, name),
    )
  })

  test.each(['add_', 'copy_', 'normal_', 'relu_'])('%s on a view of the weight, and on what it is a view of', name => {
    const views = [
      (weight: Tensor) => weight.select(0, 3),
      (weight: Tensor) => weight.transpose(0, 1),
      (weight: Tensor) => weight.narrow(1, 2, 3),
    ]
    for (const view of views) {
      const weight = start(name)
      expectFollowed(
        () => weight,
        () => call(view(weight), name),
      )
    }
    const bigger = start(name).repeat(2, 1, 1, 1)
    expectFollowed(
      () => bigger.narrow(0, 10, 20),
      () => bigger.neg_(),
    )
  })

  test('none, but another view of the same memory', () => {
    const memory = rand(25, ...SHAPE.slice(1))
    const first = memory.narrow(0, 0, 20)
    for (const other of [memory.narrow(0, 5, 20), first.transpose(2, 3)]) {
      let view = first
      expectFollowed(
        () => view,
        () => {
          view = other
        },
      )
    }
  })

  test('of a weight in channels_last, and of a transposed one', () => {
    const last = fresh().to({ memoryFormat: 'channels_last' })
    expectFollowed(
      () => last,
      () => last.add_(1),
    )
    const turned = rand(18, 20, 3, 3)
    expectFollowed(
      () => turned.transpose(0, 1),
      () => turned.add_(1),
    )
  })

  test('of complex numbers whose real parts are the weight', () => {
    const complex = zeros(...SHAPE, { dtype: 'complex64' })
    expectFollowed(
      () => complex.real(),
      () => complex.add_({ re: 2, im: 3 }),
    )
  })
})

describe('initialisation', () => {
  const names = Object.keys(nn.init).filter(name => name.endsWith('_'))

  test.each(names)('%s', name => {
    manualSeed(5)
    const weight = fresh()
    const init = nn.init[name as 'constant_'] as (tensor: Tensor, ...args: number[]) => Tensor
    expectFollowed(
      () => weight,
      () => init(weight, ...(name === 'constant_' ? [0.5] : [])),
    )
  })
})

describe('modules', () => {
  const layer = () => new nn.Conv2d(18, 20, 3)

  const changes: Record<string, (conv: nn.Conv2d) => unknown> = {
    loadStateDict: conv => conv.loadStateDict(layer().stateDict()),
    'writing to its state dict': conv => conv.stateDict()['weight']!.mul_(2),
    setData: conv => conv.weight.setData(fresh()),
    'another parameter': conv => {
      conv.weight = new nn.Parameter(fresh())
    },
    'another dtype and back': conv => conv.to('bfloat16').to('float32'),
    'another memory format, and a change': conv => {
      conv.to({ memoryFormat: 'channels_last' })
      noGrad(() => conv.weight.mul_(2))
    },
    resetParameters: conv => conv.resetParameters(),
    apply: conv => conv.apply(module => void nn.init.ones_((module as nn.Conv2d).weight)),
  }
  test.each(Object.keys(changes))('%s', name => {
    const conv = layer()
    expectFollowed(
      () => conv.weight,
      () => changes[name]!(conv),
    )
  })

  test('two layers that share a weight', () => {
    const [one, other] = [layer(), layer()]
    other.weight = one.weight
    expectFollowed(
      () => one.weight,
      () => noGrad(() => other.weight.add_(1)),
    )
  })
})

describe('optimizers', () => {
  const makers: Record<string, (parameters: Tensor[]) => optim.Optimizer> = {
    SGD: parameters => new optim.SGD(parameters, { lr: 0.1 }),
    'SGD with momentum': parameters => new optim.SGD(parameters, { lr: 0.1, momentum: 0.9, nesterov: true }),
    Adam: parameters => new optim.Adam(parameters),
    AdamW: parameters => new optim.AdamW(parameters),
    RMSprop: parameters => new optim.RMSprop(parameters),
  }

  test('all are here', () => {
    const all = Object.entries(optim).filter(
      ([, one]) => (one as { prototype?: unknown }).prototype instanceof optim.Optimizer,
    )
    expect(Object.keys(makers)).toEqual(expect.arrayContaining(all.map(([name]) => name)))
  })

  test.each(Object.keys(makers))('%s', name => {
    const weight = new nn.Parameter(fresh())
    const optimizer = makers[name]!([weight])
    for (const _ of [1, 2]) {
      expectFollowed(
        () => weight,
        () => {
          optimizer.zeroGrad()
          PASSES.forward(weight).sum().backward()
          optimizer.step()
        },
      )
    }
  })

  test('a gradient that is a weight itself grows, and is clipped', () => {
    const leaf = new nn.Parameter(fresh())
    PASSES.forward(leaf).sum().backward()
    for (const change of [
      () => PASSES.forward(leaf).sum().backward(),
      () => optim.clipGradNorm_([leaf], 1),
      () => optim.clipGradValue_([leaf], 0.001),
    ])
      expectFollowed(() => leaf.grad!, change)
  })

  test('running statistics that are a weight', () => {
    const mean = fresh()
    expectFollowed(
      () => mean.reshape(...SHAPE),
      () => {
        const variance = ones(mean.numel())
        nn.functional.batchNorm(randn(4, mean.numel()), mean.view(-1), variance, null, null, { training: true })
      },
    )
  })
})

describe('memory that somebody else writes to', () => {
  const array = () => new Float32Array(fresh().dataSync() as Float32Array)

  test('a typed array', () => {
    const own = array()
    const weight = fromTypedArray(own, { shape: [...SHAPE] })
    const views = [() => weight, () => weight.transpose(2, 3), () => new nn.Parameter(weight), () => weight.detach()]
    for (const view of views)
      expectFollowed(view, () => {
        own[5]! += 1
      })
    const padded = fromTypedArray(new Float32Array([...own, ...own]), { shape: [2, ...SHAPE] })
    expectFollowed(
      () => padded.select(0, 1),
      () => (padded.storage.data as Float32Array).fill(2),
    )
  })

  test('a module whose parameter was made over it', () => {
    const own = array()
    const conv = new nn.Conv2d(18, 20, 3)
    conv.weight.setData(fromTypedArray(own, { shape: [...SHAPE] }))
    expectFollowed(
      () => conv.weight,
      () => own.reverse(),
    )
  })

  test('complex numbers over it, seen as real ones', () => {
    const own = new Float32Array(2 * 20 * 18 * 9)
    const complex = fromTypedArray(own, { shape: [...SHAPE], dtype: 'complex64' })
    expectFollowed(
      () => complex.real(),
      () => own.fill(1.5),
    )
  })

  test('the bytes of a safetensors file', () => {
    const bytes = safetensors.save({ weight: fresh() })
    const { weight } = safetensors.load(bytes)
    expectFollowed(
      () => weight!,
      () => bytes.fill(0, bytes.length - 400),
    )
  })

  test("an array that was copied is nobody else's", () => {
    const own = array()
    const weight = tensor(own, { shape: [...SHAPE] })
    const before = bits(PASSES.forward(weight))
    own.fill(9)
    expect(bits(PASSES.forward(weight)).equals(before)).toBe(true)
    const read = weight.dataSync() as Float32Array
    read.fill(9)
    expect(bits(PASSES.forward(weight)).equals(before)).toBe(true)
  })
})
