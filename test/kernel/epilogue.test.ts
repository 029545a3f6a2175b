/**
 * Activations and residuals in the kernels of convolutions: the same bits as the operations one after another have. Messages
 * name the spec; `CONVFORGE_SEED` repeats them.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { convolutionPrecision } from '../../src/backends/compiled/precision.js'
import { cpu, type InstructionSet, unavailable } from '../../src/backends/x64/runtime/index.js'
import { type ConvOperands, type ConvProblem, choose } from '../../src/conv/algorithm.js'
import { type Activation, describeEpilogue, epilogueOf } from '../../src/conv/epilogue.js'
import { type ConvSpec, describeSpec, multiplyAdds, outputShape } from '../../src/conv/spec.js'
import { backends, cat, nn, type Tensor, tensor } from '../../src/index.js'
import { largeSpec } from '../differential/support/largeSpecs.js'
import { problemOf } from '../differential/support/operands.js'
import { integer, PLAIN, pick, type Random, randomSpec } from '../differential/support/specs.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { operandsOf, real } from './sameBits.js'

const F = nn.functional
const ALGORITHMS = backends.convolutionAlgorithms().filter(({ name }) => /^(x64|wasm)\//.test(name))
// the other has no epilogues
const PIXELS = ALGORITHMS.filter(({ name }) => !name.endsWith('/weight-gradient'))
const SETS: readonly InstructionSet[] = unavailable() === null ? (cpu().avx512 ? ['avx512', 'avx2'] : ['avx2']) : []
const TARGETS = [...SETS, ...(ALGORITHMS.some(({ name }) => name.startsWith('wasm/')) ? (['wasm'] as const) : [])]

/** Fewer elements than this are left to loops, whose exponential is another one. */
const loopsBelow = (target: string) => (target === 'wasm' ? 8192 : 1024)

const ACTIVATIONS: readonly (Activation | null)[] = [
  null,
  { kind: 'relu' },
  { kind: 'relu6' },
  { kind: 'leakyRelu', negativeSlope: 0.1 },
  { kind: 'silu' },
  { kind: 'hardswish' },
]

/** What an operation of its own gives. */
function activated(x: Tensor, activation: Activation | null): Tensor {
  if (activation === null) return x
  if (activation.kind === 'leakyRelu') return F.leakyRelu(x, activation.negativeSlope)
  return { relu: F.relu, relu6: F.relu6, silu: F.silu, hardswish: F.hardswish }[activation.kind](x)
}

/** Specs of each test. */
const SERVED = 14

const ENDS = ACTIVATIONS.flatMap(activation =>
  [false, true].flatMap(residual => epilogueOf(activation, residual) ?? []),
)

const before = { threads: backends.getNumThreads(), isa: process.env['CONVFORGE_ISA'] }
afterEach(() => {
  backends.setNumThreads(before.threads)
  setInstructionSet(before.isa)
})

function setInstructionSet(isa: string | undefined): void {
  if (isa === undefined) delete process.env['CONVFORGE_ISA']
  else process.env['CONVFORGE_ISA'] = isa
}

/** A 3x3 layer with stride 1, which every algorithm takes. */
function layer(next: Random): ConvSpec {
  const size = [1, integer(next, 3, 40), integer(next, 3, 40)] as const
  return {
    ...PLAIN,
    batch: integer(next, 1, 2),
    inChannels: integer(next, 1, 20),
    outChannels: integer(next, 1, 40),
    input: size,
    output: size,
    paddingMode: pick(next, ['zeros', 'reflect']),
  }
}

function depthwise(next: Random): ConvSpec {
  const own = layer(next)
  return { ...own, groups: own.outChannels, inChannels: own.outChannels }
}

const drawSpec = (next: Random): ConvSpec =>
  pick(next, [layer, layer, depthwise, (own: Random) => randomSpec(own), (own: Random) => largeSpec(own, 3e5)])(next)

/** Where activations bend, and what is no number. */
const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, -3, 3, 6, -750, 750, 1e-40]

/** The tensor with special numbers at random places, `count` at most. */
function spiked(own: Tensor, count: number, next: Random, special = SPECIAL): Tensor {
  const data = own.dataSync() as Float32Array | Float64Array
  for (let i = 0; i < count; i++) data[integer(next, 0, data.length - 1)] = pick(next, special)
  return tensor(data, { shape: [...own.shape], dtype: own.dtype })
}

/** Operands with a residual. One special input makes several results special, so there is only one. */
function operandsWithResidual(spec: ConvSpec, dtype: 'float32' | 'float64', seed: number, next: Random) {
  const own = operandsOf(spec, 'forward', dtype, seed)
  const residual = real(seed + 3, outputShape(spec), dtype)
  const first = spiked(own.first, 1, next, next() < 0.5 ? SPECIAL : [Number.NaN])
  return { ...own, first, residual: spiked(residual, residual.numel() / 10, next) }
}

/** The largest distance between two results, in units in the last place; of what is not finite, or a zero, infinite. */
function distance(found: Tensor, expected: Tensor): number {
  const [a, b] = [found, expected].map(own => own.contiguous().dataSync() as Float32Array)
  const unit = found.dtype === 'float32' ? 2 ** -23 : 2 ** -52
  let worst = 0
  for (const [i, value] of b!.entries()) {
    if (Object.is(a![i], value)) continue
    worst = Math.max(worst, Math.abs(a![i]! - value) / Math.max(Math.abs(value) * unit, 2 ** -149) || Infinity)
  }
  return worst
}

describe.each(TARGETS)(`%s (CONVFORGE_SEED=${SEED})`, target => {
  const isOwn = (name: string) => name.startsWith(target === 'wasm' ? 'wasm/' : 'x64/')
  describe.each(PIXELS.filter(({ name }) => isOwn(name)).map(own => [own.name, own] as const))('%s', (_, algorithm) => {
    test.each(ENDS.map(end => [describeEpilogue(end), end] as const))('%s', (_, epilogue) => {
      if (target !== 'wasm') setInstructionSet(target)
      const next = generator(SEED)
      let [served, nans] = [0, 0]
      for (let i = 0; served < SERVED || (nans === 0 && served < 20 * SERVED); i++) {
        const spec = drawSpec(next)
        const dtype = pick(next, ['float32', 'float64'] as const)
        const plain = problemOf(spec, 'forward', dtype)
        const problem: ConvProblem = { ...plain, epilogue }
        if (algorithm.refuse(plain) !== null || multiplyAdds(spec) === 0) continue
        if (epilogue.activation?.kind === 'silu' && dtype === 'float64') {
          expect(algorithm.refuse(problem)).toMatch('exponential')
          continue
        }
        if (!algorithm.name.endsWith('/winograd') && convolutionPrecision(plain) === 'widened') {
          expect(algorithm.refuse(problem)).toMatch('sums float32 in float64')
          continue
        }
        served++
        backends.setNumThreads(pick(next, [1, 3]))
        const { residual, ...operands } = operandsWithResidual(spec, dtype, SEED + 7 * i, next)
        const all: ConvOperands = epilogue.residual ? { ...operands, residual } : operands
        const found = choose([algorithm], problem).kernel(all)
        const sum = choose([algorithm], plain).kernel(operands)
        const expected = activated(epilogue.residual ? sum.add(residual) : sum, epilogue.activation)
        if (expected.isnan().any().item()) nans++
        // loops, for few elements, have another exponential
        const most = epilogue.activation?.kind === 'silu' && expected.numel() < loopsBelow(target) ? 1 : 0
        expect(distance(found, expected), `${dtype}, ${describeSpec(spec)}`).toBeLessThanOrEqual(most)
      }
      expect(nans).toBeGreaterThan(0)
    })
  })
})

describe.skipIf(ALGORITHMS.length === 0)(`all targets (CONVFORGE_SEED=${SEED})`, () => {
  test.each(PIXELS.map(own => [own.name, own] as const))('%s: neither threads nor the batch matter', (_, algorithm) => {
    const next = generator(SEED + 1)
    for (let [i, served] = [0, 0]; served < 12; i++) {
      const spec = { ...(algorithm.name.endsWith('/depthwise') ? depthwise : layer)(next), batch: 1 }
      // small sums have no epilogues, depthwise kernels no padding but zeros
      if (convolutionPrecision({ spec, dtype: 'float32' }) === 'widened') continue
      if (algorithm.refuse(problemOf(spec)) !== null) continue
      served++
      const epilogue = epilogueOf({ kind: 'leakyRelu', negativeSlope: 0.1 }, true)
      const problem: ConvProblem = { ...problemOf(spec), epilogue }
      const samples = [0, 1, 2].map(n => operandsWithResidual(spec, 'float32', SEED + 9 * i + n, next))
      const { second, bias } = samples[0]!
      backends.setNumThreads(1)
      const alone = choose([algorithm], problem).kernel
      const expected = cat(samples.map(({ first, residual }) => alone({ first, second, bias, residual })))
      const together = choose([algorithm], { ...problem, spec: { ...spec, batch: 3 } }).kernel
      for (const threads of [1, 2, 3, 7]) {
        backends.setNumThreads(threads)
        const [first, residual] = (['first', 'residual'] as const).map(name => cat(samples.map(own => own[name])))
        expect(distance(together({ first: first!, second, bias, residual }), expected), describeSpec(spec)).toBe(0)
      }
    }
  })

  test.each(ALGORITHMS.map(own => [own.name, own] as const))('%s refuses epilogues of other passes', (_, algorithm) => {
    for (const pass of ['inputGradient', 'weightGradient'] as const) {
      const problem = problemOf(layer(generator(1)), pass)
      expect(algorithm.refuse({ ...problem, epilogue: epilogueOf({ kind: 'relu' }, false) })).not.toBeNull()
    }
  })
})
