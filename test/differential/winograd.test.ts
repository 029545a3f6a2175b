/**
 * Winograd's algorithm against the reference, within a bound of its own.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { getNumThreads, setNumThreads } from '../../src/backends/threads.js'
import type { ConvProblem } from '../../src/conv/algorithm.js'
import {
  type ConvSpec,
  describeSpec,
  inputShape,
  outputShape,
  type PaddingMode,
  type Pass,
  weightShape,
} from '../../src/conv/spec.js'
import { autograd, backends, type DType, nn, ones, type Tensor, tensor } from '../../src/index.js'
import { generator, values } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { problemOf } from './support/operands.js'
import { integer, pick } from './support/specs.js'
import { winogradBound } from './support/winogradBound.js'

const algorithms = backends.convolutionAlgorithms()
const reference = algorithms.find(({ name }) => name === 'reference')!
const winograd = algorithms.filter(({ name }) => name.endsWith('/winograd'))

type Pair = readonly [number, number]

interface Sizes {
  readonly batch?: number
  readonly groups?: number
  /** Per group. */
  readonly channels: Pair
  readonly size: Pair
  readonly before?: Pair
  readonly after?: Pair
  readonly mode?: PaddingMode
  readonly dilation?: Pair
  /** Default: 3x3. */
  readonly kernel?: Pair
  readonly stride?: Pair
}

function convolution({
  batch = 1,
  groups = 1,
  channels,
  size,
  before = [1, 1],
  after = before,
  ...more
}: Sizes): ConvSpec {
  const { mode, dilation = [1, 1], kernel = [3, 3], stride = [1, 1] } = more
  const output = size.map((length, i) => {
    const room = length + before[i]! + after[i]! - (kernel[i]! - 1) * dilation[i]! - 1
    return Math.floor(room / stride[i]!) + 1
  }) as unknown as Pair
  return {
    spatialRank: 2,
    batch,
    groups,
    inChannels: groups * channels[0],
    outChannels: groups * channels[1],
    input: [1, ...size],
    kernel: [1, ...kernel],
    output: [1, ...output],
    stride: [1, ...stride],
    dilation: [1, ...dilation],
    padBefore: [0, ...before],
    padAfter: [0, ...after],
    paddingMode: mode ?? 'zeros',
  }
}

/** Sizes around those of tiles, vectors and tasks; half of the kernels are 3x3, with stride 1. */
function randomSpec(next: () => number): ConvSpec {
  const mode = pick(next, ['zeros', 'zeros', 'zeros', 'reflect', 'replicate', 'circular'] as const)
  const pad = (): Pair => [integer(next, mode === 'zeros' ? 0 : -1, 2), integer(next, -1, 2)]
  const length = () => pick(next, [3, 4, 5, 6, 7, 8, integer(next, 9, 20), integer(next, 20, 75)])
  const count = () => pick(next, [1, 2, 3, 7, 8, 9, 16, 17, 33, 40])
  const distance = () => pick(next, [1, 2, 2, 3, 4, 5, 11])
  const dilation: Pair = next() < 0.5 ? [1, 1] : [distance(), distance()]
  const isPlain = next() < 0.5
  const pair = (draw: () => number): Pair => [draw(), draw()]
  const kernel: Pair = isPlain ? [3, 3] : pair(() => pick(next, [2, 3, 4, 5, 6, 7, 9]))
  const stride: Pair = isPlain ? [1, 1] : pair(() => pick(next, [1, 1, 2, 2, 3, 4, 6]))
  return convolution({
    batch: pick(next, [1, 1, 2, 3]),
    groups: pick(next, [1, 1, 1, 2, 3]),
    channels: [count(), count()],
    // results may be fewer than the dilation
    size: [length() + (kernel[0] - 1) * dilation[0], length() + (kernel[1] - 1) * dilation[1]],
    dilation,
    kernel,
    stride,
    before: pad(),
    after: pad(),
    mode,
  })
}

/** Uniform in [-1, 1]. */
function uniform(next: () => number, shape: readonly number[], dtype: DType): Tensor {
  const length = shape.reduce((product, size) => product * size, 1)
  return tensor(
    Float64Array.from({ length }, () => 2 * next() - 1),
    { shape: [...shape], dtype },
  )
}

interface Operands {
  readonly first: Tensor
  readonly second: Tensor
  readonly bias: Tensor | null
}

function operandsOf(next: () => number, spec: ConvSpec, pass: Pass, dtype: DType): Operands {
  const first = uniform(next, pass === 'forward' ? inputShape(spec) : outputShape(spec), dtype)
  const second = uniform(next, weightShape(spec), dtype)
  const channels = pass === 'forward' ? spec.outChannels : spec.inChannels
  return { first, second, bias: next() < 0.5 ? uniform(next, [channels], dtype) : null }
}

const map = ({ first, second, bias }: Operands, f: (one: Tensor) => Tensor): Operands => {
  return { first: f(first), second: f(second), bias: bias && f(bias) }
}

/** The largest error, in units of u S. */
function error(found: Tensor, problem: ConvProblem, operands: Operands): number {
  const exact = reference.prepare({ ...problem, dtype: 'float64' })
  const wide = map(operands, own => own.to('float64'))
  const [a, b, sizes] = [values(found), values(exact(wide)), values(exact(map(wide, own => own.abs())))]
  if (a.length !== b.length) throw new Error(`${a.length} results instead of ${b.length}`)
  const unit = problem.dtype === 'float64' ? 2 ** -53 : 2 ** -24
  // NaN must not pass for close
  const worst = a.reduce((most, value, i) => {
    const difference = Math.abs(value - b[i]!)
    return difference <= most ? most : difference
  }, 0)
  return worst / (unit * sizes.reduce((most, size) => Math.max(most, size)))
}

/** In units of u S. */
function boundOf({ spec, pass }: ConvProblem): number {
  return winogradBound((pass === 'forward' ? spec.inChannels : spec.outChannels) / spec.groups)
}

const bits = (one: Tensor) => Buffer.from(one.detach().contiguous().dataSync().buffer)

test('it is there wherever compiled kernels run', () => {
  const compiled = backends.describeBackends().filter(({ name, available }) => available && /^(x64|wasm)$/.test(name))
  expect(winograd.map(({ name }) => name)).toEqual(compiled.map(({ name }) => `${name}/winograd`))
})

describe.each(winograd.map(algorithm => [algorithm.name, algorithm] as const))('%s', (_, algorithm) => {
  const SPECS = 60

  test.each([
    ['forward', 'float32'],
    ['forward', 'float64'],
    ['inputGradient', 'float32'],
    ['inputGradient', 'float64'],
  ] as const)(`%s of %s is within the bound, on ${SPECS} specs (CONVFORGE_SEED=${SEED})`, (pass, dtype) => {
    const next = generator(SEED)
    let served = 0
    for (let i = 0; i < SPECS; i++) {
      const problem = problemOf(randomSpec(next), pass, dtype)
      if (algorithm.refuse(problem) !== null) continue
      const operands = operandsOf(next, problem.spec, pass, dtype)
      const found = algorithm.prepare(problem)(operands)
      const own = error(found, problem, operands)
      if (!(own <= boundOf(problem))) throw new Error(`${pass} ${dtype} ${describeSpec(problem.spec)}: ${own} u S`)
      served++
    }
    expect(served).toBeGreaterThan(SPECS / 5)
  })

  test('so it is with 2304 products for each result', () => {
    const problem = problemOf(convolution({ channels: [256, 24], size: [13, 15] }), 'forward', 'float32')
    const operands = { ...operandsOf(generator(SEED), problem.spec, 'forward', 'float32'), bias: null }
    const own = error(algorithm.prepare(problem)(operands), problem, operands)
    expect(own).toBeLessThan(boundOf(problem))
    // and its errors are those of Winograd, not those of direct sums
    const direct = algorithms.find(({ name }) => name === 'portable/direct')!
    expect(own).toBeGreaterThan(4 * error(direct.prepare(problem)(operands), problem, operands))
  })

  describe('the same bits', () => {
    const threads = getNumThreads()
    afterEach(() => setNumThreads(threads))

    const cases = [
      convolution({ batch: 3, channels: [19, 35], size: [14, 13] }),
      convolution({ batch: 3, channels: [64, 48], size: [7, 6] }),
      convolution({ batch: 3, groups: 2, channels: [9, 17], size: [30, 71], before: [0, 2], after: [2, 1] }),
      convolution({ batch: 3, channels: [24, 40], size: [19, 22], before: [3, 2], dilation: [3, 2] }),
      convolution({ batch: 3, channels: [17, 33], size: [15, 16], before: [2, 3], dilation: [2, 4] }),
      convolution({ batch: 3, channels: [5, 33], size: [27, 26], kernel: [7, 5], before: [3, 1], stride: [2, 3] }),
      convolution({ batch: 3, channels: [7, 18], size: [31, 24], kernel: [4, 6], before: [2, 3], dilation: [3, 2] }),
    ]

    test.each(cases.flatMap(spec => (['forward', 'inputGradient'] as const).map(pass => [pass, spec] as const)))(
      'with any number of threads and in any batch: %s of %o',
      (pass, spec) => {
        const problem = problemOf(spec, pass, 'float32')
        const operands = operandsOf(generator(SEED), spec, pass, 'float32')
        const run = (count: number, own: ConvProblem, of: Operands) => {
          setNumThreads(count)
          return bits(algorithm.prepare(own)(of))
        }
        const expected = run(1, problem, operands)
        for (const count of [2, 3]) expect(run(count, problem, operands).equals(expected)).toBe(true)
        const alone = problemOf({ ...spec, batch: 1 }, pass, 'float32')
        const samples = [0, 1, 2].map(n => {
          const first = operands.first.narrow(0, n, 1).contiguous()
          return run(1 + n, alone, { ...operands, first })
        })
        expect(Buffer.concat(samples).equals(expected)).toBe(true)
      },
    )
  })

  test('it is forgotten what an older weight was', () => {
    const problem = problemOf(convolution({ channels: [5, 6], size: [8, 9] }), 'forward', 'float32')
    const operands = operandsOf(generator(SEED), problem.spec, 'forward', 'float32')
    const kernel = algorithm.prepare(problem)
    const before = bits(kernel(operands))
    expect(bits(kernel(operands)).equals(before)).toBe(true)
    operands.second.mul_(2)
    expect(error(kernel(operands), problem, operands)).toBeLessThan(boundOf(problem))
    operands.second.mul_(0.5)
    expect(bits(kernel(operands)).equals(before)).toBe(true)
  })

  test('a result in channels_last has the same numbers', () => {
    const problem = problemOf(convolution({ batch: 2, channels: [9, 6], size: [7, 11] }), 'forward', 'float32')
    const operands = operandsOf(generator(SEED), problem.spec, 'forward', 'float32')
    const found = algorithm.prepare({ ...problem, format: 'channels_last' })(operands)
    expect(found.isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
    expect(bits(found).equals(bits(algorithm.prepare(problem)(operands)))).toBe(true)
  })

  test('a NaN goes to results of the tiles that read it, and to no other', () => {
    const problem = problemOf(convolution({ batch: 2, channels: [3, 4], size: [9, 10] }), 'forward', 'float32')
    const operands = operandsOf(generator(SEED), problem.spec, 'forward', 'float32')
    // tiles of rows 0..3 and 4..7 read row 4: the first for its last row alone, the second for two rows, and all four suffer;
    // likewise column 8, which the tiles of columns 4..7 and 8..9 read
    operands.first.select(0, 1).select(0, 2).select(0, 4).select(0, 8).fill_(Number.NaN)
    const found = values(algorithm.prepare(problem)(operands)).map(value => Number.isNaN(value))
    const expected = found.map((_, i) => {
      const [sample, row, column] = [Math.floor(i / 360), Math.floor(i / 10) % 9, i % 10]
      return sample === 1 && row >= 3 && row <= 7 && column >= 7
    })
    expect(found).toEqual(expected)
  })

  describe('who is served', () => {
    const served = backends.getBackend()
    beforeAll(() => backends.setBackend(algorithm.name.split('/')[0]!))
    afterAll(() => backends.setBackend(served))

    const layer = (batch: number, channels: Pair, size: Pair) => convolution({ batch, channels, size })
    const chosen = (problem: ConvProblem) => backends.planConvolution(problem).chosen.name

    test.each(['forward', 'inputGradient'] as const)(
      '%s of a large layer, dilated or not, whatever its batch',
      pass => {
        for (const batch of [1, 2, 8]) {
          const sizes = { batch, channels: [64, 96], size: [28, 26] } as const
          for (const spec of [convolution(sizes), convolution({ ...sizes, before: [2, 2], dilation: [2, 2] })])
            expect(chosen(problemOf(spec, pass, 'float32'))).toBe(algorithm.name)
        }
      },
    )

    test('a layer of a network, with its gradient, and it is what was computed', () => {
      const next = generator(SEED)
      const [x, w] = [uniform(next, [2, 32, 20, 21], 'float32'), uniform(next, [40, 32, 3, 3], 'float32')]
      x.requiresGrad_()
      const run = () => {
        const output = nn.functional.conv2d(x, w, null, { padding: 1 })
        return [output, autograd.grad(output, x, ones([...output.shape]))[0]!] as const
      }
      const [found, expected] = [run(), backends.withAlgorithm(algorithm.name, run)]
      for (const i of [0, 1] as const) expect(bits(found[i]).equals(bits(expected[i]))).toBe(true)
    })

    test('the first layers of networks, with strides, and large kernels', () => {
      const strided = { kernel: [7, 7], stride: [2, 2], before: [3, 3] } as const
      for (const sizes of [
        { channels: [3, 64], size: [224, 224], ...strided },
        { channels: [16, 32], size: [60, 61], kernel: [5, 5], before: [2, 2] },
        { channels: [3, 64], size: [224, 224], kernel: [11, 11], stride: [4, 4], before: [2, 2] },
      ] as const)
        expect(chosen(problemOf(convolution(sizes), 'forward', 'float32'))).toBe(algorithm.name)
    })

    test('transposed layers, which are gradients of a stride', () => {
      const sizes = { channels: [256, 256], size: [32, 32], kernel: [4, 4], stride: [2, 2] } as const
      expect(chosen(problemOf(convolution(sizes), 'inputGradient', 'float32'))).toBe(algorithm.name)
    })

    test('not one whose transformed weights would take an eighth of a gigabyte and more, unless it is asked for', () => {
      const problemOfSize = (channels: Pair, kernel: Pair, stride: Pair) =>
        problemOf(convolution({ size: [40, 40], before: [2, 2], channels, kernel, stride }), 'forward', 'float32')
      const large = problemOfSize([900, 270], [5, 5], [1, 1])
      expect(algorithm.yield!(large)).toBe('would keep 133 MiB of transformed weights')
      expect(algorithm.refuse(large)).toBeNull()
      if (algorithm.name.startsWith('wasm'))
        expect(algorithm.refuse(problemOfSize([900, 2000], [9, 9], [1, 1]))).toBe(
          'has no room for 2.2 GiB of transformed weights',
        )
      expect(algorithm.refuse(problemOfSize([8000, 64], [17, 17], [1, 1]))).toMatch(
        / GiB of transformed weights|channels take/,
      )
      const strided = problemOfSize([8, 8], [9, 8], [9, 8])
      expect(algorithm.refuse(strided)).toBe('is for kernels of at most 36 parts of 3x3 taps, but this one has 72')
    })

    test('not a small one, unless it is asked for; its batch does not matter', () => {
      for (const batch of [1, 64]) {
        for (const spec of [layer(batch, [3, 64], [60, 60]), layer(batch, [32, 32], [2, 2])]) {
          const problem = problemOf(spec, 'forward', 'float32')
          expect(algorithm.yield!(problem)).toMatch(/^(gains|would)/)
          expect(chosen(problem)).not.toBe(algorithm.name)
          expect(backends.withAlgorithm(algorithm.name, () => chosen(problem))).toBe(algorithm.name)
        }
      }
    })

    const plain = problemOf(layer(1, [64, 64], [28, 28]), 'forward', 'float32')
    test.each([
      ['rounding errors', { reducedPrecision: false }],
      ['not float16', { dtype: 'float16' }],
      ['gradient of a weight', { pass: 'weightGradient' }],
      ['several rows and columns', { spec: { ...plain.spec, kernel: [1, 3, 1] } }],
      ['several rows and columns', { spec: { ...plain.spec, kernel: [3, 3, 3], spatialRank: 3 } }],
      ['does not reach', { pass: 'inputGradient', spec: { ...plain.spec, stride: [1, 4, 1] } }],
      ['padding', { pass: 'inputGradient', spec: { ...plain.spec, paddingMode: 'reflect' } }],
      ['something to compute', { spec: { ...plain.spec, batch: 0 } }],
      ['pixels', { spec: { ...plain.spec, input: [1, 5000, 5000] } }],
    ] as const)('refused with a sentence: %s', (words, change) => {
      expect(algorithm.refuse(plain)).toBeNull()
      expect(algorithm.refuse({ ...plain, ...change } as ConvProblem)).toContain(words)
    })
  })
})
