import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  backends,
  cat,
  data,
  manualSeed,
  nn,
  noGrad,
  ones,
  optim,
  randint,
  randn,
  type Tensor,
  where,
} from '../../src/index.js'
import { listen, timed } from '../../src/tensor/timed.js'
import { type Profile, profile } from '../../src/tools/index.js'

const F = nn.functional

/** A clock that stands still unless `pass` is called. */
function stoppedClock(): (milliseconds: number) => void {
  let now = 1000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  return milliseconds => {
    now += milliseconds
  }
}

afterEach(() => {
  vi.restoreAllMocks()
  expect(listen(null)).toBeNull()
})

const callsOf = ({ rows }: Profile) => Object.fromEntries(rows.map(({ name, calls }) => [name, calls]))

describe('times', () => {
  test('are split between an operation and those within it, and the rest', () => {
    const pass = stoppedClock()
    const inner = timed('inner', (time: number) => pass(time))
    const outer = timed('outer', () => {
      pass(3)
      inner(10)
      inner(20)
      pass(4)
    })
    const { rows, total, outside } = profile(() => {
      pass(100)
      outer()
      inner(40)
      pass(200)
    })
    expect(rows).toEqual([
      {
        name: 'inner',
        algorithm: null,
        calls: 3,
        selfTime: 70,
        totalTime: 70,
        selfShare: 70 / 377,
        totalShare: 70 / 377,
        averageTime: 70 / 3,
      },
      {
        name: 'outer',
        algorithm: null,
        calls: 1,
        selfTime: 7,
        totalTime: 37,
        selfShare: 7 / 377,
        totalShare: 37 / 377,
        averageTime: 37,
      },
    ])
    expect([total, outside]).toEqual([377, 300])
  })

  test('of an operation within itself count once', () => {
    const pass = stoppedClock()
    const recursive: (depth: number) => void = timed('recursive', (depth: number) => {
      pass(5)
      if (depth > 0) between(depth - 1)
    })
    const between = timed('between', (depth: number) => {
      pass(1)
      recursive(depth)
    })
    const { rows } = profile(() => recursive(2))
    expect(rows.map(({ name, calls, selfTime, totalTime }) => [name, calls, selfTime, totalTime])).toEqual([
      ['recursive', 3, 15, 17],
      ['between', 2, 2, 12],
    ])
  })

  test('add up to the total for a real step', () => {
    const net = new nn.Sequential(new nn.Conv2d(3, 5, 3), new nn.BatchNorm2d(5), new nn.ReLU(), new nn.Flatten())
    const found = profile(() => (net(randn(2, 3, 7, 8)) as Tensor).sum().backward())
    const selfTimes = found.rows.map(row => row.selfTime)
    expect(selfTimes.reduce((a, b) => a + b, found.outside)).toBeCloseTo(found.total, 6)
    expect(Math.min(...selfTimes, found.outside)).toBeGreaterThanOrEqual(0)
    for (const { selfTime, totalTime } of found.rows) expect(totalTime).toBeGreaterThanOrEqual(selfTime)
  })

  test('are not taken without a profile', () => {
    const now = vi.spyOn(performance, 'now')
    const x = randn(2, 3).requiresGrad_()
    x.relu().sum().backward()
    expect(now).not.toHaveBeenCalled()
  })
})

describe('rows', () => {
  test('of a training step: operations, nodes, the optimizer and the loader', () => {
    const net = new nn.Sequential(new nn.Conv2d(3, 5, 3), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten())
    const head = new nn.Linear(5 * 2 * 3, 4)
    const optimizer = new optim.SGD([...net.parameters(), ...head.parameters()], { lr: 0.1 })
    const set = new data.TensorDataset(randn(6, 3, 7, 8), randint(0, 4, [6]))
    const loader = new data.DataLoader(set, { batchSize: 3 })
    const found = profile(() => {
      for (const [x, y] of loader) {
        F.crossEntropy(head(net(x) as Tensor), y).backward()
        optimizer.step()
      }
    })
    expect(callsOf(found)).toMatchObject({
      'aten::convolution (forward)': 2,
      'aten::convolution (weightGradient)': 2,
      'aten::relu': 2,
      'aten::max_pool2d_with_indices': 2,
      'aten::addmm': 2,
      'aten::cross_entropy_loss': 2,
      'autograd::engine': 2,
      ConvolutionBackward0: 2,
      ReluBackward0: 2,
      MaxPool2DWithIndicesBackward0: 2,
      AddmmBackward0: 2,
      NllLossBackward0: 2,
      // four parameters, two batches
      'torch::autograd::AccumulateGrad': 8,
      'Optimizer.step#SGD.step': 2,
      // as in PyTorch, with the call that finds the end
      'enumerate(DataLoader)#_SingleProcessDataLoaderIter.__next__': 3,
    })
    // the input needs no gradient
    expect(callsOf(found)).not.toHaveProperty('aten::convolution (inputGradient)')
  })

  test('tell which algorithm served a convolution', () => {
    const [x, w] = [randn(2, 3, 5, 6), randn(4, 3, 2, 3)]
    const { rows } = profile(() => {
      F.conv2d(x, w)
      F.conv2d(x, w)
      backends.withAlgorithm('reference', () => F.conv2d(x, w))
      F.convTranspose2d(x, randn(3, 4, 2, 3))
    })
    const served = rows.filter(({ algorithm }) => algorithm !== null)
    const spec = {
      spatialRank: 2,
      batch: 2,
      groups: 1,
      inChannels: 3,
      outChannels: 4,
      input: [1, 5, 6],
      kernel: [1, 2, 3],
      output: [1, 4, 4],
      stride: [1, 1, 1],
      dilation: [1, 1, 1],
      padBefore: [0, 0, 0],
      padAfter: [0, 0, 0],
      paddingMode: 'zeros',
    } as const
    // the transposed one is the input gradient of a convolution of four channels to three
    const transposed = { ...spec, inChannels: 4, outChannels: 3, input: [1, 6, 8], output: [1, 5, 6] } as const
    const reducedPrecision = backends.isReducedPrecisionAllowed()
    const chosen = (own: backends.ConvSpec, pass: backends.Pass) =>
      backends.planConvolution({ spec: own, pass, dtype: 'float32', format: 'contiguous', reducedPrecision }).chosen
        .name
    expect(new Set(served.map(({ name, algorithm, calls }) => `${calls} ${name}: ${algorithm}`))).toEqual(
      new Set([
        `2 aten::convolution (forward): ${chosen(spec, 'forward')}`,
        '1 aten::convolution (forward): reference',
        `1 aten::convolution (inputGradient): ${chosen(transposed, 'inputGradient')}`,
      ]),
    )
  })

  const x = () => randn(2, 4, 5, 6)
  const parameter = () => {
    const p = new nn.Parameter(ones(2, 3))
    p.grad = ones(2, 3)
    return [p]
  }
  const OPERATIONS: readonly [row: string, run: () => unknown][] = [
    ['aten::add', () => x().add(1)],
    ['aten::mul', () => x().mul(x())],
    ['aten::exp', () => x().exp()],
    ['aten::relu', () => F.relu(x())],
    ['aten::relu', () => noGrad(() => x().relu_())],
    ['aten::gelu', () => F.gelu(x())],
    ['aten::hardtanh', () => F.relu6(x())],
    ['aten::mse_loss', () => F.mseLoss(x(), x())],
    ['aten::eq', () => x().eq(0)],
    ['aten::lerp', () => x().lerp(x(), 0.5)],
    ['aten::where', () => where(x().gt(0), x(), 0)],
    ['aten::sum', () => x().sum(1)],
    ['aten::mean', () => x().mean()],
    ['aten::var', () => x().var()],
    ['aten::prod', () => x().prod()],
    ['aten::amax', () => x().amax(2)],
    ['aten::amin', () => x().min()],
    ['aten::max', () => x().max(1)],
    ['aten::min', () => x().argmin()],
    ['aten::cumsum', () => x().cumsum(3)],
    ['aten::linalg_vector_norm', () => x().norm()],
    ['aten::_softmax', () => x().softmax(1)],
    ['aten::_log_softmax', () => x().logSoftmax(1)],
    ['aten::nll_loss', () => F.nllLoss(x(), randint(0, 4, [2, 5, 6]))],
    ['aten::mm', () => randn(2, 3).matmul(randn(3, 4))],
    ['aten::bmm', () => randn(2, 3, 5).matmul(randn(2, 5, 4))],
    ['aten::addmm', () => F.linear(randn(2, 3), randn(4, 3), randn(4))],
    ['aten::native_batch_norm', () => F.batchNorm(x(), null, null, null, null, { training: true })],
    ['aten::native_group_norm', () => F.groupNorm(x(), 2)],
    ['aten::native_layer_norm', () => F.layerNorm(x(), [6])],
    ['aten::max_pool2d_with_indices', () => F.maxPool2d(x(), 2)],
    ['aten::avg_pool2d', () => F.avgPool2d(x(), 2)],
    ['aten::adaptive_avg_pool2d', () => F.adaptiveAvgPool2d(x(), 1)],
    ['aten::upsample_bilinear2d', () => F.interpolate(x(), { scaleFactor: 2, mode: 'bilinear' })],
    ['aten::upsample_nearest_exact2d', () => F.interpolate(x(), { scaleFactor: 2, mode: 'nearest-exact' })],
    ['aten::copy_', () => x().clone()],
    ['aten::cat', () => cat([x(), x()])],
    ['aten::index_select', () => F.pad(x(), [1, 2, 0, 1], 'reflect')],
    ['aten::constant_pad_nd', () => F.pad(x(), [1, 2])],
    ['aten::im2col', () => F.unfold(x(), 2)],
    ['aten::col2im', () => F.fold(randn(2, 12, 6), [3, 4], 2)],
    ['aten::bernoulli_', () => F.dropout(x())],
    ['random numbers', x],
    ['Optimizer.step#AdamW.step', () => new optim.AdamW(parameter(), { lr: 1 }).step()],
    ['Optimizer.step#RMSprop.step', () => new optim.RMSprop(parameter()).step()],
    ['clip_grad_norm_', () => optim.clipGradNorm_(parameter(), 1)],
    ['clip_grad_value_', () => optim.clipGradValue_(parameter(), 1)],
  ]

  test.each(OPERATIONS)('%s', (row, run) => {
    expect(callsOf(profile(() => void run()))).toHaveProperty([row])
  })
})

describe('profile', () => {
  test('changes no numbers', () => {
    const step = () => {
      manualSeed(3)
      const net = new nn.Sequential(new nn.Conv2d(3, 5, 3), new nn.BatchNorm2d(5), new nn.Dropout(0.5))
      ;(net(randn(2, 3, 7, 8)) as Tensor).square().sum().backward()
      return [...net.parameters()].map(({ grad }) => grad!.tolist())
    }
    let profiled: unknown
    profile(() => {
      profiled = step()
    })
    expect(profiled).toEqual(step())
  })

  test('of an asynchronous function is a promise, and waiting is outside', async () => {
    const pass = stoppedClock()
    const set = { length: 3, get: async (i: number) => ones(2).mul(i) }
    const loader = new data.DataLoader(set, { batchSize: 2 })
    const pending = profile(async () => {
      for await (const batch of loader) {
        batch.exp()
        await Promise.resolve()
        pass(7)
      }
    })
    expect(pending).toBeInstanceOf(Promise)
    const found = await pending
    expect(callsOf(found)).toMatchObject({ 'aten::exp': 2, 'aten::mul': 3, 'aten::cat': 2 })
    expect([found.total, found.outside]).toEqual([14, 14])
  })

  test('stops listening when the function fails', async () => {
    const fail = () => {
      throw new Error('no')
    }
    expect(() => profile(fail)).toThrow('no')
    await expect(profile(async () => fail())).rejects.toThrow('no')
    // an operation that is refused leaves the ones after it at their place
    const { rows } = profile(() => {
      expect(() => randn(2, 3).matmul(randn(2, 3))).toThrow('cannot be multiplied')
      ones(2).exp()
    })
    expect(rows.find(({ name }) => name === 'aten::exp')).toMatchObject({ calls: 1 })
  })

  test('within itself is refused, and the outer one goes on', () => {
    const found = profile(() => {
      expect(() => profile(() => undefined)).toThrow('profile() is running already')
      ones(2).exp()
    })
    expect(callsOf(found)).toMatchObject({ 'aten::exp': 1 })
  })

  test('needs a function', () => {
    expect(() => profile(3 as never)).toThrow("profile(): argument 'run' must be a function, not number 3")
  })
})

describe('table', () => {
  function example(): Profile {
    const pass = stoppedClock()
    const short = timed('aten::relu', () => pass(0.25))
    const kernel = timed('aten::convolution (forward)', () => pass(1500), 'portable/direct')
    const around = timed('Step', () => {
      pass(2)
      kernel()
    })
    return profile(() => {
      for (let i = 0; i < 4; i++) short()
      around()
      pass(497)
    })
  }

  test('is laid out as in PyTorch', () => {
    expect(String(example())).toBe(`\
---------------------------  ---------------  ------  ---------  -------  -------  ---------  -----
Name                         Algorithm        Self %       Self  Total %    Total    Average  Calls
---------------------------  ---------------  ------  ---------  -------  -------  ---------  -----
aten::convolution (forward)  portable/direct  75.00%     1.500s   75.00%   1.500s     1.500s      1
Step                                           0.10%    2.000ms   75.10%   1.502s     1.502s      1
aten::relu                                     0.05%    1.000ms    0.05%  1.000ms  250.000us      4
(outside any operation)                       24.85%  497.000ms
---------------------------  ---------------  ------  ---------  -------  -------  ---------  -----
Total: 2.000s`)
  })

  test('can be sorted and cut', () => {
    const found = example()
    const names = (text: string) => [...text.matchAll(/^(Step|aten::\w+)/gm)].map(match => match[0])
    expect(names(found.table({ sortBy: 'totalTime' }))).toEqual(['Step', 'aten::convolution', 'aten::relu'])
    expect(names(found.table({ sortBy: 'averageTime' }))).toEqual(['Step', 'aten::convolution', 'aten::relu'])
    expect(names(found.table({ sortBy: 'calls' }))[0]).toBe('aten::relu')
    expect(names(found.table({ sortBy: 'name' }))).toEqual(['Step', 'aten::convolution', 'aten::relu'])
    const cut = found.table({ rowLimit: 1 })
    expect(names(cut)).toEqual(['aten::convolution'])
    expect(cut).toContain('2 more rows\nTotal: 2.000s')
  })

  test('refuses options that it does not know', () => {
    const found = profile(() => undefined)
    expect(() => found.table({ sort: 'name' } as never)).toThrow("table() got an unexpected keyword argument 'sort'")
    expect(() => found.table({ sortBy: 'cpu' as never })).toThrow('sortBy must be one of selfTime')
    expect(() => found.table({ rowLimit: -1 })).toThrow('rowLimit must be a whole number')
  })
})
