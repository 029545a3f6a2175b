/**
 * The random generator against PyTorch: every case of the golden file, and values taken from PyTorch 1.13.1 (the line
 * that made them stands beside them).
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RuntimeError, ValueError } from '../../src/errors.js'
import { type DType, dtypeInfo, type TypedArray } from '../../src/tensor/dtype.js'
import {
  fillBernoulli,
  fillNormal,
  fillRandomInt,
  fillTruncNormal,
  fillUniform,
  randomPermutation,
} from '../../src/tensor/random/distributions.js'
import { defaultGenerator, Generator, manualSeed } from '../../src/tensor/random/generator.js'
import { goldenFile, readSafetensors } from './read.js'

const array = (dtype: DType, size: number): TypedArray => new (dtypeInfo(dtype).array)(size)

function uniform(g: Generator, size: number, from = 0, to = 1, dtype: DType = 'float32'): TypedArray {
  const out = array(dtype, size)
  fillUniform(out, dtype, from, to, g)
  return out
}

function normal(g: Generator, size: number, mean = 0, std = 1, dtype: DType = 'float32'): TypedArray {
  const out = array(dtype, size)
  fillNormal(out, dtype, mean, std, g)
  return out
}

function integers(g: Generator, size: number, low: number | bigint, high: number | bigint, dtype: DType = 'int64') {
  const out = array(dtype, size)
  fillRandomInt(out, dtype, low, high, g)
  return out
}

function bernoulli(g: Generator, size: number, p: number | Float32Array | Float64Array, dtype: DType = 'float32') {
  const out = array(dtype, size)
  fillBernoulli(out, dtype, p, g)
  return out
}

function truncNormal(g: Generator, size: number, mean: number, std: number, a = -2, b = 2, dtype: DType = 'float32') {
  const out = array(dtype, size)
  fillTruncNormal(out, dtype, mean, std, a, b, g)
  return out
}

const values = (data: TypedArray): (number | bigint)[] => Array.from(data as Float32Array)

/** The first 16 hexadecimal digits of the SHA-256 of some arrays' bytes. */
function hash(...arrays: TypedArray[]): string {
  const sha = createHash('sha256')
  for (const data of arrays) sha.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return sha.digest('hex').slice(0, 16)
}

/** Positions on the number line such that neighbouring values of the dtype are 1 apart. */
function places(data: Float32Array | Float64Array): bigint[] {
  const bits =
    data instanceof Float64Array
      ? new BigInt64Array(data.buffer, data.byteOffset, data.length)
      : BigInt64Array.from(new Int32Array(data.buffer, data.byteOffset, data.length), BigInt)
  const sign = data instanceof Float64Array ? 2n ** 63n : 2n ** 31n
  return Array.from(bits, x => (x < 0n ? -(x + sign) : x))
}

/** The largest distance in units in the last place. */
function ulps(actual: TypedArray, expected: TypedArray): number {
  expect(actual.constructor).toBe(expected.constructor)
  expect(actual.length).toBe(expected.length)
  const [a, b] = [places(actual as Float32Array), places(expected as Float32Array)]
  return a.reduce((largest, place, i) => Math.max(largest, Math.abs(Number(place - b[i]))), 0)
}

interface Draw {
  data: TypedArray
  /** Allowed distance in units in the last place; 0 is equality to the bit. */
  tolerance: number
}
const exactly = (data: TypedArray): Draw => ({ data, tolerance: 0 })
const nearly = (data: TypedArray): Draw => ({ data, tolerance: 2 })

const CALLS: Record<string, (g: Generator) => Draw> = {
  'rand(5)': g => exactly(uniform(g, 5)),
  'rand(20)': g => exactly(uniform(g, 20)),
  'rand(3, 7)': g => exactly(uniform(g, 21)),
  'rand(10, float64)': g => exactly(uniform(g, 10, 0, 1, 'float64')),
  'randn(5)': g => nearly(normal(g, 5)),
  'randn(15)': g => nearly(normal(g, 15)),
  'randn(16)': g => nearly(normal(g, 16)),
  'randn(17)': g => nearly(normal(g, 17)),
  'randn(4, 33)': g => nearly(normal(g, 132)),
  'randn(10, float64)': g => nearly(normal(g, 10, 0, 1, 'float64')),
  'randn(40, float64)': g => nearly(normal(g, 40, 0, 1, 'float64')),
  'randint(0, 10, 20)': g => exactly(integers(g, 20, 0, 10)),
  'randint(-5, 1000, 20)': g => exactly(integers(g, 20, -5, 1000)),
  'randperm(10)': g => exactly(randomPermutation(10, g)),
  'randperm(1000)': g => exactly(randomPermutation(1000, g)),
  'bernoulli(0.3, 50)': g => exactly(bernoulli(g, 50, 0.3)), // torch.empty(50).bernoulli_(0.3)
  'empty(50).uniform_(-2, 3)': g => exactly(uniform(g, 50, -2, 3)),
  'empty(50).normal_(1, 2)': g => nearly(normal(g, 50, 1, 2)),
  'two calls: randn(7) then randn(7), second': g => {
    normal(g, 7)
    return nearly(normal(g, 7))
  },
  'two calls: randn(16) then rand(5), second': g => {
    normal(g, 16)
    return exactly(uniform(g, 5))
  },
  // F.dropout keeps with probability 1 - p, and divides by it
  'dropout(ones(64), 0.5)': g => exactly((bernoulli(g, 64, 1 - 0.5) as Float32Array).map(x => x / (1 - 0.5))),
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)
const fanIn = (shape: readonly number[]): number => product(shape.slice(1))
const fanOut = (shape: readonly number[]): number => shape[0] * product(shape.slice(2))

function symmetric(g: Generator, shape: readonly number[], bound: number, dtype: DType = 'float32'): TypedArray {
  return uniform(g, product(shape), -bound, bound, dtype)
}

const INITS: Record<string, (g: Generator, shape: readonly number[]) => Draw> = {
  kaiming_uniform_: (g, s) => exactly(symmetric(g, s, Math.sqrt(3) * (Math.sqrt(2) / Math.sqrt(fanIn(s))))),
  'kaiming_normal_ fan_out': (g, s) => nearly(normal(g, product(s), 0, Math.sqrt(2) / Math.sqrt(fanOut(s)))),
  xavier_uniform_: (g, s) => exactly(symmetric(g, s, Math.sqrt(3) * Math.sqrt(2 / (fanIn(s) + fanOut(s))))),
  xavier_normal_: (g, s) => nearly(normal(g, product(s), 0, Math.sqrt(2 / (fanIn(s) + fanOut(s))))),
  'trunc_normal_ std 0.02': (g, s) => nearly(truncNormal(g, product(s), 0, 0.02)),
}

/** What the reset_parameters of a convolution and of a linear layer draw: first the weight, then the bias. */
function parameter(g: Generator, key: string, weightShape: readonly number[], biasSize: number, dtype: DType): Draw {
  // kaiming_uniform_(weight, a=sqrt(5))
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2))
  const weight = symmetric(g, weightShape, Math.sqrt(3) * (gain / Math.sqrt(fanIn(weightShape))), dtype)
  if (key === 'weight') return exactly(weight)
  return exactly(symmetric(g, [biasSize], 1 / Math.sqrt(fanIn(weightShape)), dtype))
}

interface GoldenCase {
  name: string
  shape: number[]
  dtype: DType
  seed: number
  call?: string
  init?: string
  module?: string
  key?: string
}

describe('golden cases', () => {
  const { cases }: { cases: GoldenCase[] } = JSON.parse(readFileSync(goldenFile('rng-dev.json'), 'utf8'))
  const expected = readSafetensors(goldenFile('rng-dev.safetensors'))
  let run = 0

  function draw(golden: GoldenCase): Draw {
    const g = new Generator().manualSeed(golden.seed)
    if (golden.call !== undefined) return CALLS[golden.call](g)
    if (golden.init !== undefined) return INITS[golden.init](g, golden.shape)
    const weight = expected[`${golden.seed}:${golden.module}.weight`]
    return parameter(g, golden.key!, weight.shape, golden.shape[0], golden.dtype)
  }

  test.each(cases)('$name', golden => {
    const { data, tolerance } = draw(golden)
    expect(expected[golden.name].dtype).toBe(golden.dtype)
    expect(data.length).toBe(product(golden.shape))
    if (tolerance === 0) expect(hash(data)).toBe(hash(expected[golden.name].data))
    else expect(ulps(data, expected[golden.name].data)).toBeLessThanOrEqual(tolerance)
    run++
  })

  test('every case of the file was run', () => {
    expect(run).toBe(cases.length)
    expect(run).toBe(Object.keys(expected).length)
    expect(run).toBe(120)
  })
})

describe('seeds', () => {
  test.each([
    // torch.manual_seed(seed); torch.initial_seed(), torch.empty(2, dtype=torch.int64).random_(0, 2**32 - 1)
    [0, 0n, [2357136044n, 2546248239n]],
    [-1, 0xffff_ffff_ffff_ffffn, [419326371n, 479346978n]],
    [-(2n ** 63n), 2n ** 63n, [2357136044n, 2546248239n]],
    [2n ** 64n - 1n, 2n ** 64n - 1n, [419326371n, 479346978n]],
    [2 ** 40 + 5, 2n ** 40n + 5n, [953453411n, 236996814n]],
    [123456789, 123456789n, [2288500408n, 4254805660n]],
  ])('%s', (seed, initial, draws) => {
    const g = new Generator(seed)
    expect(g.initialSeed()).toBe(initial)
    expect([g.random32(), g.random32()].map(BigInt)).toEqual(draws)
  })

  test('the default seed is that of torch.Generator()', () => {
    expect(new Generator().initialSeed()).toBe(67280421310721n)
  })

  test.each([2n ** 64n, -(2n ** 63n) - 1n])('%s overflows', seed => {
    expect(() => new Generator(seed)).toThrow(RuntimeError)
    expect(() => new Generator(seed)).toThrow(`Overflow when unpacking long: seed must be in`)
    expect(() => new Generator(seed)).toThrow(`got seed=${seed}`)
  })

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '7', null, true])('%s is refused', seed => {
    const g = new Generator(5)
    expect(() => g.manualSeed(seed as number)).toThrow(RuntimeError)
    expect(() => g.manualSeed(seed as number)).toThrow(String(typeof seed === 'number' ? seed : typeof seed))
    expect(g.initialSeed()).toBe(5n)
  })

  test('seed() takes another seed each time', () => {
    const g = new Generator(1)
    const seeds = new Set([g.seed(), g.seed(), g.seed()])
    expect(seeds.size).toBe(3)
    expect(seeds).toContain(g.initialSeed())
    expect(new Generator(g.initialSeed()).random64()).toBe(g.random64())
  })

  test('manualSeed seeds the default generator', () => {
    expect(manualSeed(3)).toBe(defaultGenerator)
    expect(defaultGenerator.random64()).toBe(new Generator(3).random64())
  })

  test('random64 draws the upper half first, random53 is its lower part', () => {
    // torch.manual_seed(-1); torch.empty(2, dtype=torch.int64).random_(0, 2**32 - 1), then random_(0, 2**63 - 1)
    const g = new Generator(-1)
    expect(g.clone().random64()).toBe((419326371n << 32n) | 479346978n)
    g.random64()
    expect(g.random64() % (2n ** 63n - 1n)).toBe(7607120784305990728n)
    expect(BigInt(new Generator(-1).random53())).toBe(new Generator(-1).random64() & (2n ** 53n - 1n))
  })
})

describe('state', () => {
  test('is the state of torch.get_rng_state(), byte for byte', () => {
    const g = new Generator(-3)
    // torch.manual_seed(-3); torch.get_rng_state()
    expect(g.getState().length).toBe(5056)
    expect(hash(g.getState())).toBe('1560afda8fe69851')
    // torch.manual_seed(-3); torch.randn(624); torch.get_rng_state()
    normal(g, 624)
    expect(hash(g.getState())).toBe('4b337e5dae02900b')
  })

  test('holds the waiting normal number', () => {
    // torch.manual_seed(-3); torch.rand(5); torch.randn(3); torch.randn(1, dtype=torch.float64); torch.rand(1)
    const g = new Generator(-3)
    uniform(g, 5)
    normal(g, 3)
    const restored = new Generator(1).setState(g.getState())
    expect(restored.initialSeed()).toBe(2n ** 64n - 3n)
    expect(ulps(normal(restored, 1, 0, 1, 'float64'), Float64Array.of(0.4604351088897215))).toBeLessThanOrEqual(2)
    expect(values(uniform(restored, 1))).toEqual([0.7828382849693298])
    expect(hash(g.manualSeed(-3).getState())).toBe('1560afda8fe69851')
  })

  test('round-trips the waiting float32 number, and is read from any offset', () => {
    const bytes = new Uint8Array(5056 + 3)
    const state = bytes.subarray(3)
    state.set(new Generator(4).getState())
    new DataView(bytes.buffer, 3).setFloat32(5048, 0.75, true)
    state[5052] = 1
    expect(values(new Generator().setState(state).getState())).toEqual(values(state))
    expect(new Generator().setState(state).manualSeed(4).getState()[5052]).toBe(0)
  })

  test('clone is independent', () => {
    const g = new Generator(8)
    normal(g, 3)
    const copy = g.clone()
    const expected = values(normal(g, 5))
    expect(values(normal(copy, 5))).toEqual(expected)
    expect(copy.getState()).toEqual(g.getState())
  })

  const corrupted = (change: (view: DataView) => void): Uint8Array => {
    const state = new Generator(0).getState()
    change(new DataView(state.buffer))
    return state
  }
  test.each([
    ['too short', new Uint8Array(5055), 'size 5056 but found the input RNG state size to be 5055'],
    ['empty', new Uint8Array(0), 'size to be 0'],
    ['all zero', new Uint8Array(5056), 'Invalid mt19937 state: seeded=false'],
    ['unseeded', corrupted(v => v.setInt32(12, 0, true)), 'seeded=false'],
    ['left = 0', corrupted(v => v.setInt32(8, 0, true)), 'left=0'],
    ['left = 625', corrupted(v => v.setInt32(8, 625, true)), 'left=625'],
    ['next = 625', corrupted(v => v.setBigUint64(16, 625n, true)), 'next=625'],
    ['next = 2^32', corrupted(v => v.setBigUint64(16, 2n ** 32n, true)), 'next=4294967296'],
    ['counters beyond the words', corrupted(v => v.setInt32(8, 624, true) ?? v.setInt32(16, 2, true)), 'next=2'],
  ])('refuses a state that is %s, and keeps its own', (_, state, message) => {
    const g = new Generator(6)
    const before = values(g.getState())
    expect(() => g.setState(state)).toThrow(RuntimeError)
    expect(() => g.setState(state)).toThrow(message)
    expect(values(g.getState())).toEqual(before)
  })

  test('refuses what is not bytes', () => {
    expect(() => new Generator().setState([...new Array(5056).keys()] as never)).toThrow(TypeError)
  })
})

const SIZES = [0, 1, 15, 16, 17, 31, 32, 33, 1000]

describe('uniform', () => {
  test.each<[DType, string]>([
    // torch.manual_seed(7); [torch.empty(n, dtype=dtype).uniform_(-.1443, .1443) for n in sizes]
    ['float32', '8d3bce67331b150b'],
    ['float64', 'ddbdc0bdda38b16e'],
    ['float16', '232ba50b33352f71'],
    ['bfloat16', '07c3bfa12cfc39ec'],
    ['complex64', '7c09e6e76728f2bc'],
  ])('%s', (dtype, expected) => {
    const g = new Generator(7)
    const parts = dtype === 'complex64' ? 2 : 1
    expect(hash(...SIZES.map(n => uniform(g, n * parts, -0.1443, 0.1443, dtype)))).toBe(expected)
  })

  test.each<[number, number, DType, string]>([
    [3, 1, 'float32', 'uniform_ expects to return a [from, to) range, but found from=3 > to=1'],
    [-1e39, 1, 'float32', 'from is out of bounds for float'],
    [0, 65505, 'float16', 'to is out of bounds for c10::Half'],
    [0, Number.NaN, 'float64', 'to is out of bounds for double'],
    [-3e38, 3e38, 'bfloat16', 'uniform_ expects to-from <= std::numeric_limits<BFloat16>::max()'],
    [0, 1, 'int64', `"check_uniform_bounds" not implemented for 'Long'`],
  ])('refuses [%s, %s) in %s', (from, to, dtype, message) => {
    const g = new Generator(0)
    expect(() => uniform(g, 3, from, to, dtype)).toThrow(RuntimeError)
    expect(() => uniform(g, 3, from, to, dtype)).toThrow(message)
    expect(g.random32()).toBe(2357136044)
  })

  test('refuses an array of another dtype', () => {
    expect(() => fillUniform(new Float64Array(2), 'float32', 0, 1, new Generator())).toThrow(
      'float32 is stored in a Float32Array, but got a Float64Array',
    )
  })
})

describe('normal', () => {
  test('blocks of float32 are equal to the bit', () => {
    // torch.manual_seed(7); [t for t in [torch.empty(n).normal_(1, 2) for n in sizes] if t.numel() >= 16]
    const g = new Generator(7)
    const draws = SIZES.map(n => normal(g, n, 1, 2))
    expect(hash(...draws.filter(draw => draw.length >= 16))).toBe('2bc72554e1399fb5')
  })

  test('float64, one by one and then as a block with a tail', () => {
    // torch.manual_seed(7); torch.empty(3, dtype=torch.float64).normal_(1, 2),
    // torch.randn(17, dtype=torch.float64)[-3:]
    const g = new Generator(7)
    const few = Float64Array.of(0.7064098050300096, 2.5722825974470718, 2.893643218007913)
    const last = Float64Array.of(2.03026332869622, 0.6596523264462502, 0.5090420296776137)
    expect(ulps(normal(g, 3, 1, 2, 'float64'), few)).toBeLessThanOrEqual(2)
    expect(ulps(normal(g, 17, 0, 1, 'float64').slice(-3), last)).toBeLessThanOrEqual(2)
  })

  test.each<[DType, number[], number[]]>([
    // torch.manual_seed(7); torch.empty(4, dtype=dtype).normal_(.3, 1.7),
    // torch.empty(18, dtype=dtype).normal_(.3, 1.7)[5:14]
    ['bfloat16', [15695, 16337, 16372, -16436], [15972, 15860, -16367, 16300, 15712, 16346, 16316, -16364, -17024]],
    ['float16', [10869, 16012, 16291, -16799], [16385, -15802, -16259, -17267, -16159, -16923, -18033, -21060, 15740]],
  ])('%s (its bits)', (dtype, few, last) => {
    const g = new Generator(7)
    expect(values(normal(g, 4, 0.3, 1.7, dtype))).toEqual([...Uint16Array.from(few)])
    expect(values(normal(g, 18, 0.3, 1.7, dtype)).slice(5, 14)).toEqual([...Uint16Array.from(last)])
  })

  test('complex numbers have the deviation split between their parts', () => {
    // torch.manual_seed(7); torch.empty(8, dtype=torch.complex64).normal_(1, 2) is one block of 16
    const g = new Generator(7)
    const real = new Generator(7)
    expect(values(normal(g, 16, 1, 2, 'complex64'))).toEqual(values(normal(real, 16, 1, 2 / Math.SQRT2)))
  })

  test('refuses a negative deviation, NaN and integers', () => {
    const g = new Generator(0)
    expect(() => normal(g, 3, 0, -1)).toThrow(new RuntimeError('normal expects std >= 0.0, but found std -1'))
    expect(() => normal(g, 3, 0, Number.NaN)).toThrow('but found std NaN')
    expect(() => normal(g, 3, 0, 1, 'int8')).toThrow(`"normal_kernel_cpu" not implemented for 'Char'`)
  })
})

describe('integers', () => {
  test.each<[DType, number | bigint, number | bigint, (number | bigint)[]]>([
    // torch.manual_seed(9); torch.empty(3, dtype=dtype).random_(low, high)
    ['int64', -(2 ** 40), 2 ** 45, [7139800994140n, 9339402650101n, 12876344350776n]],
    ['int64', -(2n ** 63n), 2n ** 63n - 1n, [-9032002594820763300n, 34580184003183093n, -77968886344034248n]],
    ['int64', 2n ** 60n, 2n ** 60n + 5000n, [1152921504606848646n, 1152921504606850164n, 1152921504606851950n]],
    ['int64', 0, 2 ** 32 - 1, [44556670n, 1565348188n, 2155534974n]],
    ['int64', -7, 2 ** 32 - 7, [1565348181n, 2143748590n, 32397361n]],
    ['int32', -(2 ** 31), 2 ** 31, [-2102926978, -582135460, 8051326]],
    ['uint8', 0, 256, [126, 92, 126]],
    ['int8', -128, 128, [-2, -36, -2]],
    ['int16', -300, 300, [-230, 88, -126]],
    ['bool', 0, 2, [0, 0, 0]],
    ['float32', -(2 ** 31), 2 ** 31, [-2102926976, -582135488, 8051326]],
    ['float32', 0, 2 ** 40, [554137681920, 1095126548480, 227313336320]],
    ['float64', -(2 ** 40), 2 ** 45, [7139800994140, 9339402650101, 12876344350776]],
    ['float16', -65504, 65504, [...Uint16Array.of(-1801, -3684, -5887)]],
    ['bfloat16', 0, 2 ** 40, [20774, 21161, 20992]],
  ])('%s in [%s, %s)', (dtype, low, high, expected) => {
    expect(values(integers(new Generator(9), 3, low, high, dtype))).toEqual(expected)
  })

  test.each<[DType, number | bigint, number | bigint, string]>([
    ['int64', 5, 5, `random_ expects 'from' to be less than 'to', but got from=5 >= to=5`],
    ['int8', -1000, 1, 'from is out of bounds for signed char'],
    ['uint8', 0, 257, 'to - 1 is out of bounds for unsigned char'],
    ['float16', 70000, 80000, 'from is out of bounds for c10::Half'],
    ['float16', 0, 2 ** 25, 'to - 1 is out of bounds for c10::Half'],
    [
      'float16',
      4097,
      4098,
      `'from' casted to dtype to be less than 'to' casted to dtype, but got from=4100 >= to=4098`,
    ],
    ['int64', 0, 2n ** 63n, 'Overflow when unpacking long'],
    ['complex64', 0, 5, 'check_random_bounds handles only integral, floating-point and boolean types'],
  ])('refuses %s in [%s, %s)', (dtype, low, high, message) => {
    expect(() => integers(new Generator(), 4, low, high, dtype)).toThrow(RuntimeError)
    expect(() => integers(new Generator(), 4, low, high, dtype)).toThrow(message)
  })

  test('refuses bounds that are not exact integers', () => {
    expect(() => integers(new Generator(), 4, 0, 1.5)).toThrow(
      `'to' must be a safe integer or a bigint, but got to=1.5`,
    )
    expect(() => integers(new Generator(), 4, Number.NaN, 5)).toThrow('from=NaN')
  })

  test('permutations', () => {
    // torch.manual_seed(5); torch.randperm(7), torch.randperm(30000)
    const g = new Generator(5)
    expect(values(randomPermutation(7, g))).toEqual([1n, 0n, 4n, 2n, 6n, 5n, 3n])
    expect(hash(randomPermutation(30000, g))).toBe('e961358766fc44ce')
    expect(values(randomPermutation(0, g))).toEqual([])
    expect(() => randomPermutation(-1, g)).toThrow('Trying to create tensor with negative dimension -1: [-1]')
    expect(() => randomPermutation(2.5, g)).toThrow('n=2.5')
  })
})

describe('bernoulli', () => {
  test('a number, float32 and float64 probabilities draw differently', () => {
    // torch.manual_seed(5); torch.empty(12).bernoulli_(.3), torch.bernoulli(torch.full((12,), .3)),
    // torch.empty(12, dtype=torch.int64).bernoulli_(torch.linspace(0, 1, 12, dtype=torch.float64))
    const g = new Generator(5)
    expect(values(bernoulli(g, 12, 0.3))).toEqual([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    expect(values(bernoulli(g, 12, new Float32Array(12).fill(0.3)))).toEqual([0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 0])
    const rising = Float64Array.from({ length: 12 }, (_, i) => i / 11)
    expect(values(bernoulli(g, 12, rising, 'int64')).map(Number)).toEqual([0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1])
  })

  test('one is one in every dtype', () => {
    for (const dtype of ['float32', 'float64', 'int8', 'uint8', 'int32', 'bool'] as const) {
      expect(values(bernoulli(new Generator(), 2, 1, dtype))).toEqual([1, 1])
    }
    expect(values(bernoulli(new Generator(), 1, 1, 'int64'))).toEqual([1n])
    expect(values(bernoulli(new Generator(), 1, 1, 'float16'))).toEqual([0x3c00])
    expect(values(bernoulli(new Generator(), 1, 1, 'bfloat16'))).toEqual([0x3f80])
  })

  test('refuses what is not a probability, and draws nothing', () => {
    const g = new Generator(0)
    expect(() => bernoulli(g, 2, 1.5)).toThrow(new RuntimeError('bernoulli_ expects p to be in [0, 1], but got p=1.5'))
    expect(() => bernoulli(g, 2, Number.NaN)).toThrow('p=NaN')
    expect(() => bernoulli(g, 2, Float32Array.of(0.5, -1))).toThrow(
      'p_in >= 0 && p_in <= 1 to be true, but got p=-1 at',
    )
    expect(() => bernoulli(g, 2, Float32Array.of(0.5))).toThrow('2 elements, but got 1')
    expect(() => bernoulli(g, 2, 0.5, 'complex64')).toThrow(`not implemented for 'ComplexFloat'`)
    expect(g.random32()).toBe(2357136044)
  })
})

describe('truncated normal', () => {
  test('float32', () => {
    // torch.manual_seed(5); nn.init.trunc_normal_(torch.empty(1000))[:3],
    // nn.init.trunc_normal_(torch.empty(1000), .3, .02, .29, .34)[:3]
    const g = new Generator(5)
    const wide = Float32Array.of(0.8973178267478943, -1.0663931369781494, 1.2208558320999146)
    const narrow = Float32Array.of(0.3104279339313507, 0.30072781443595886, 0.2992451786994934)
    expect(ulps(truncNormal(g, 1000, 0, 1).slice(0, 3), wide)).toBeLessThanOrEqual(2)
    const draws = truncNormal(g, 1000, 0.3, 0.02, 0.29, 0.34) as Float32Array
    expect(ulps(draws.slice(0, 3), narrow)).toBeLessThanOrEqual(2)
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(Math.fround(0.29))
    expect(Math.max(...draws)).toBeLessThanOrEqual(Math.fround(0.34))
  })

  test('float64', () => {
    // torch.manual_seed(5); nn.init.trunc_normal_(torch.empty(1000, dtype=torch.float64))[:3]
    const expected = [0.3465978953260638, -0.6107305360815446, -0.33938462573526046]
    const draws = values(truncNormal(new Generator(5), 1000, 0, 1, -2, 2, 'float64'))
    for (let i = 0; i < 3; i++) expect(draws[i]).toBeCloseTo(expected[i], 14)
  })

  test('bfloat16 (its bits)', () => {
    // torch.manual_seed(5); nn.init.trunc_normal_(torch.empty(20, dtype=torch.bfloat16), .3, 1.)[:6]
    const expected = Uint16Array.of(-17264, 16260, 16326, 16217, 16304, 15912)
    const draws = truncNormal(new Generator(5), 20, 0.3, 1, -2, 2, 'bfloat16')
    expect(values(draws).slice(0, 6)).toEqual([...expected])
  })

  test('refuses what makes no distribution', () => {
    expect(() => truncNormal(new Generator(), 3, 0, 0)).toThrow(ValueError)
    expect(() => truncNormal(new Generator(), 3, 0, 1, 2, -2)).toThrow('a=2 and b=-2')
    expect(() => truncNormal(new Generator(), 3, 0, 1, -2, 2, 'complex64')).toThrow(
      `not implemented for 'ComplexFloat'`,
    )
  })
})
