/**
 * A batch norm behind a convolution, after training, is put into its weight and bias where nobody sees what is between them: the
 * results are those of both, but for rounding, whatever has changed since the call before.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import {
  backends,
  fromTypedArray,
  manualSeed,
  nn,
  noGrad,
  ones,
  optim,
  randn,
  type Tensor,
  zeros,
} from '../../src/index.js'
import { BasicBlock } from '../../src/models/residualBlocks.js'
import { toFloat64 } from '../../src/tensor/copy.js'
import { profile } from '../../src/tools/index.js'

type Layer = ((x: Tensor) => Tensor) & nn.Module

const bits = (one: Tensor) => Buffer.from(one.detach().contiguous().dataSync().buffer).toString('hex')

/** The layers one after another, with nothing folded. */
const apart = (layers: readonly nn.Module[], x: Tensor) =>
  noGrad(() => layers.reduce((value, layer) => (layer as Layer)(value), x))

/** Whether no batch norm was computed. */
function isFolded(call: () => unknown): boolean {
  const names = profile(() => noGrad(call)).rows.map(({ name }) => name)
  return names.some(name => /convolution/.test(name)) && !names.some(name => /batch_norm/.test(name))
}

/** A float32 may be off by some roundings of the largest. */
function expectNear(found: Tensor, expected: Tensor): void {
  expect([found.shape, found.strides, found.dtype]).toEqual([expected.shape, expected.strides, expected.dtype])
  const largest = Number(expected.abs().max().item())
  const bound = (expected.dtype === 'float64' ? 2 ** -50 : 2 ** -21) * largest
  const [a, b] = [toFloat64(found), toFloat64(expected)]
  expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeLessThanOrEqual(bound)
}

/** A norm that has seen something, in eval mode. */
function seasoned<Norm extends nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d>(norm: Norm): Norm {
  noGrad(() => {
    for (const own of [norm.weight, norm.bias, norm.running_mean])
      own?.add_(randn([...own.shape], { dtype: own.dtype }))
    norm.running_var?.mul_(3.7)
  })
  norm.eval()
  return norm
}

beforeEach(() => void manualSeed(11))

const LAYERS: Record<string, () => [readonly nn.Module[], Tensor]> = {
  'conv, norm': () => [[new nn.Conv2d(6, 9, 3), seasoned(new nn.BatchNorm2d(9))], randn(2, 6, 8, 7)],
  'conv without bias, norm, ReLU': () => [
    [new nn.Conv2d(6, 9, 1, { bias: false }), seasoned(new nn.BatchNorm2d(9)), new nn.ReLU({ inplace: true })],
    randn(2, 6, 8, 7),
  ],
  'depthwise conv, norm, ReLU6': () => [
    [new nn.Conv2d(12, 12, 3, { groups: 12, stride: 2 }), seasoned(new nn.BatchNorm2d(12)), new nn.ReLU6()],
    randn(2, 12, 9, 8),
  ],
  'groups, norm without weight': () => [
    [new nn.Conv2d(6, 8, 3, { groups: 2 }), seasoned(new nn.BatchNorm2d(8, { affine: false }))],
    randn(2, 6, 8, 7),
  ],
  '1d': () => [[new nn.Conv1d(6, 9, 3), seasoned(new nn.BatchNorm1d(9))], randn(2, 6, 17)],
  '3d': () => [[new nn.Conv3d(3, 5, 2), seasoned(new nn.BatchNorm3d(5)), new nn.LeakyReLU(0.3)], randn(2, 3, 4, 5, 6)],
  float64: () => [
    [new nn.Conv2d(6, 9, 3, { dtype: 'float64' }), seasoned(new nn.BatchNorm2d(9, { dtype: 'float64' }))],
    randn([2, 6, 8, 7], { dtype: 'float64' }),
  ],
  channels_last: () => [
    [new nn.Conv2d(6, 9, 3).to({ memoryFormat: 'channels_last' }), seasoned(new nn.BatchNorm2d(9)), new nn.ReLU()],
    randn(2, 6, 8, 7).to({ memoryFormat: 'channels_last' }),
  ],
  'channels_last weights': () => [
    [new nn.Conv2d(6, 9, 3).to({ memoryFormat: 'channels_last' }), seasoned(new nn.BatchNorm2d(9))],
    randn(2, 6, 8, 7),
  ],
  'two of them': () => [
    [
      ...[new nn.Conv2d(6, 9, 3), seasoned(new nn.BatchNorm2d(9)), new nn.ReLU()],
      ...[new nn.Conv2d(9, 4, 2), seasoned(new nn.BatchNorm2d(4))],
    ],
    randn(2, 6, 8, 7),
  ],
}

test.each(Object.keys(LAYERS))('%s', async name => {
  const [layers, x] = LAYERS[name]!()
  const net = new nn.Sequential(...(layers as Layer[])).eval() as nn.Sequential
  expect(isFolded(() => net(x))).toBe(true)
  const found = noGrad(() => net(x))
  expectNear(found, apart(layers, x))
  expect(bits(noGrad(() => net(x)))).toBe(bits(found))
  expect(bits(await noGrad(() => net.forwardAsync(x)))).toBe(bits(found))
})

describe('what has changed since is seen', () => {
  const conv = new nn.Conv2d(5, 7, 3)
  const norm = seasoned(new nn.BatchNorm2d(7))
  const net = new nn.Sequential(conv, norm).eval() as nn.Sequential
  const x = randn(2, 5, 9, 8)
  const other = new nn.Sequential(new nn.Conv2d(5, 7, 3), seasoned(new nn.BatchNorm2d(7)))
  const [both, means] = [randn(14, 5, 3, 3), randn(14)]
  beforeEach(() => {
    conv.weight.setData(both.narrow(0, 0, 7))
    norm.running_mean!.setData(means.narrow(0, 0, 7))
  })

  test.each<[string, () => void]>([
    ['the weight', () => void conv.weight.mul_(1.5)],
    ['the bias', () => void conv.bias!.add_(2)],
    ["the norm's weight", () => void norm.weight!.neg_()],
    ["the norm's bias", () => void norm.bias!.add_(1)],
    ['the mean', () => void norm.running_mean!.add_(0.5)],
    ['the variance', () => void norm.running_var!.mul_(0.3)],
    ['another weight', () => void Object.assign(conv, { weight: new nn.Parameter(randn(7, 5, 3, 3)) })],
    ['no bias', () => void Object.assign(conv, { bias: null })],
    ['the state dict', () => void (net as nn.Module).loadStateDict({ ...other.stateDict() }, { strict: false })],
    ['the eps', () => void Object.assign(norm, { eps: 0.5 })],
    ['another part of the same memory', () => void conv.weight.setData(both.narrow(0, 7, 7))],
    ['the order of the same memory', () => void conv.weight.setData(conv.weight.detach().transpose(2, 3))],
    ['another part of the means', () => void norm.running_mean!.setData(means.narrow(0, 7, 7))],
    ['statistics of another batch', () => void net.train()(randn(3, 5, 9, 8))],
    [
      'a step of training',
      () => {
        net.train()
        const optimizer = new optim.SGD(net.parameters(), { lr: 0.1 })
        net(x).square().sum().backward()
        optimizer.step()
        net.eval()
      },
    ],
  ])('%s', (_, change) => {
    noGrad(() => net(x))
    if (_ === 'a step of training') change()
    else noGrad(change)
    net.eval()
    expectNear(
      noGrad(() => net(x)),
      apart([conv, norm], x),
    )
  })
})

describe('nothing is folded', () => {
  const x = randn(2, 5, 9, 8)
  const make = (): [nn.Conv2d, nn.BatchNorm2d] => [new nn.Conv2d(5, 7, 3), seasoned(new nn.BatchNorm2d(7))]

  test('in training, or without running statistics', () => {
    expect(isFolded(() => new nn.Sequential(...make()).train()(x))).toBe(false)
    const batch = new nn.BatchNorm2d(7, { trackRunningStats: false })
    expect(isFolded(() => new nn.Sequential(make()[0], batch.eval() as nn.BatchNorm2d)(x))).toBe(false)
  })

  test('where strict float32 is asked for: then it has the bits of both', () => {
    const layers = make()
    backends.allowReducedPrecision(false)
    try {
      const net = new nn.Sequential(...layers).eval() as nn.Sequential
      expect(isFolded(() => net(x))).toBe(false)
      expect(bits(noGrad(() => net(x)))).toBe(bits(apart(layers, x)))
    } finally {
      backends.allowReducedPrecision(true)
    }
  })

  test('where a gradient is needed', () => {
    const net = new nn.Sequential(...make()).eval() as nn.Sequential
    const names = () => profile(() => net(x)).rows.map(({ name }) => name)
    expect(names().some(name => /batch_norm/.test(name))).toBe(true)
    net.get(0).requiresGrad_(false)
    expect(names().some(name => /batch_norm/.test(name))).toBe(true)
    net.get(1).requiresGrad_(false)
    expect(names().some(name => /batch_norm/.test(name))).toBe(false)
  })

  test('where somebody listens', () => {
    for (const which of [0, 1]) {
      const net = new nn.Sequential(...make()).eval() as nn.Sequential
      net.get(which).registerForwardHook(() => undefined)
      expect(isFolded(() => net(x))).toBe(false)
    }
  })

  test('where memory is the user', () => {
    const [conv, norm] = make()
    const mean = new Float32Array(7)
    norm.running_mean!.setData(fromTypedArray(mean))
    const net = new nn.Sequential(conv, norm).eval() as nn.Sequential
    for (const value of [0, 3]) {
      mean.fill(value)
      expect(bits(noGrad(() => net(x)))).toBe(bits(apart([conv, norm], x)))
    }
  })

  test('where a large factor would make weights infinite', () => {
    const [conv, norm] = make()
    noGrad(() => {
      conv.weight.mul_(1e30)
      norm.weight!.mul_(1e12)
    })
    const small = x.mul(1e-30)
    expect(bits(noGrad(() => new nn.Sequential(conv, norm).eval()(small) as Tensor))).toBe(
      bits(apart([conv, norm], small)),
    )
  })

  test('where factors are not finite', () => {
    const [conv, norm] = make()
    noGrad(() => {
      conv.weight.select(0, 3).zero_()
      conv.bias!.zero_()
      norm.running_mean!.zero_()
      norm.weight!.select(0, 3).fill_(Number.POSITIVE_INFINITY)
    })
    const found = noGrad(() => new nn.Sequential(conv, norm).eval()(x) as Tensor)
    expect(bits(found)).toBe(bits(apart([conv, norm], x)))
  })

  test('where an input without a batch would be normalised otherwise', () => {
    const layers = [new nn.Conv1d(5, 5, 1), seasoned(new nn.BatchNorm1d(5))]
    const net = new nn.Sequential(...(layers as Layer[])).eval() as nn.Sequential
    const own = randn(5, 5)
    expect(bits(noGrad(() => net(own)))).toBe(bits(apart(layers, own)))
  })

  test('and what does not fit is refused as ever', () => {
    const conv = new nn.Conv2d(5, 7, 3)
    const refusal = (norm: nn.Module, input: Tensor) => () =>
      noGrad(() => new nn.Sequential(conv, norm as Layer).eval()(input) as Tensor)
    expect(refusal(new nn.BatchNorm2d(8), x)).toThrow('running_mean should contain 7 elements not 8')
    expect(refusal(new nn.BatchNorm2d(7), ones(5, 9, 8))).toThrow('expected 4D input (got 3D input)')
    expect(refusal(new nn.BatchNorm3d(7), x)).toThrow('expected 5D input (got 4D input)')
    expect(refusal(new nn.BatchNorm2d(7), zeros(2, 4, 9, 8))).toThrow('expected input[2, 4, 9, 8] to have 5 channels')
    const with_ = (own: object) => Object.assign(new nn.BatchNorm2d(7), own)
    expect(refusal(with_({ weight: new nn.Parameter(ones(9)) }), x)).toThrow('weight should contain 7 elements not 9')
    expect(refusal(with_({ running_mean: zeros(9) }), x)).toThrow('running_mean should contain 7 elements not 9')
    Object.assign(conv, { bias: new nn.Parameter(ones(3)) })
    expect(refusal(new nn.BatchNorm2d(7), x)).toThrow('bias')
  })
})

test('one convolution with two norms', () => {
  const [conv, one, other] = [new nn.Conv2d(5, 5, 3, { padding: 1 }), new nn.BatchNorm2d(5), new nn.BatchNorm2d(5)]
  const layers = [conv, seasoned(one), conv, seasoned(other)]
  const x = randn(2, 5, 9, 8)
  const net = new nn.Sequential(...layers).eval() as nn.Sequential
  for (let i = 0; i < 3; i++)
    expectNear(
      noGrad(() => net(x)),
      apart(layers, x),
    )
})

test('calls that are under way keep the weights that they were ordered with', async () => {
  const [conv, norm] = [new nn.Conv2d(5, 7, 3), seasoned(new nn.BatchNorm2d(7))]
  const net = new nn.Sequential(conv, norm).eval() as nn.Sequential
  const x = randn(2, 5, 9, 8)
  const expected: Tensor[] = []
  const found: Promise<Tensor>[] = []
  for (let i = 0; i < 3; i++) {
    expected.push(apart([conv, norm], x))
    found.push(noGrad(() => net.forwardAsync(x)))
    noGrad(() => conv.weight.mul_(-1.5))
  }
  const last = noGrad(() => net(x))
  expectNear(last, apart([conv, norm], x))
  for (const [i, own] of found.entries()) expectNear(await own, expected[i]!)
})

test('blocks of networks fold, too', () => {
  const block = new BasicBlock(4, 4).eval() as BasicBlock
  for (const norm of [block.bn1, block.bn2]) seasoned(norm as unknown as nn.BatchNorm2d)
  const x = randn(1, 4, 6, 7)
  expect(isFolded(() => block(x))).toBe(true)
  const { conv1, bn1, conv2, bn2 } = block
  const expected = apart([conv2, bn2 as nn.Module], nn.functional.relu(apart([conv1, bn1 as nn.Module], x)))
  expectNear(
    noGrad(() => block(x)),
    nn.functional.relu(expected.add(x)),
  )
})

test('a sample alone, and any number of threads, have the same bits', () => {
  const net = new nn.Sequential(new nn.Conv2d(20, 33, 3), seasoned(new nn.BatchNorm2d(33)), new nn.ReLU())
  net.eval()
  const x = randn(3, 20, 17, 18)
  const threads = backends.getNumThreads()
  try {
    const expected = bits(noGrad(() => net(x)))
    for (const count of [1, 2, 3]) {
      backends.setNumThreads(count)
      const samples = [0, 1, 2].map(n => bits(noGrad(() => net(x.narrow(0, n, 1)))))
      expect(samples.join('')).toBe(expected)
    }
  } finally {
    backends.setNumThreads(threads)
  }
})
