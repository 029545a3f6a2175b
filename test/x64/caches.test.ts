/**
 * Code that is kept serves only what it was made for, and no cache grows without end. Each call's code is asked for which
 * instruction set it was written.
 */
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { CodeBlock, InstructionSet } from '../../src/backends/x64/runtime/index.js'
import { cpu, unavailable } from '../../src/backends/x64/runtime/index.js'
import type { ConvSpec } from '../../src/conv/spec.js'
import { autograd, backends, matmul, nn, noGrad, ones, randn, type Tensor } from '../../src/index.js'
import { problemOf } from '../differential/support/operands.js'
import { PLAIN } from '../differential/support/specs.js'
import { bundleChild, runChild } from './runtime/child.js'

/** The instruction sets of the programs that ran and, for each program, of their kernels. */
const ran: string[] = []
let written = 0

vi.mock(import('../../src/backends/x64/compile.js'), async load => {
  const real = await load()
  const writtenFor = new WeakMap<CodeBlock, InstructionSet>()
  const compile: typeof real.compile = (program, element, isa, source = (_, install) => install()) => {
    const kernels = new Set<string>()
    const run = real.compile(program, element, isa, (write, install) => {
      const block = source(write, () => {
        const made = install()
        writtenFor.set(made, isa)
        written++
        return made
      })
      kernels.add(writtenFor.get(block)!)
      return block
    })
    return (tensors, parallel) => {
      ran.push(isa, ...kernels)
      run(tensors, parallel)
    }
  }
  return { ...real, compile }
})

const available = unavailable() === null
const SETS = available && cpu().avx512 ? (['avx512', 'avx2', 'avx512', 'avx2'] as const) : []

/** For which instruction sets code ran. */
function setsOf(run: () => unknown): string[] {
  ran.length = 0
  noGrad(() => run())
  return [...new Set(ran)]
}

const image = randn(2, 16, 14, 15)
const weight = randn(24, 16, 3, 3)
const output = randn(2, 24, 14, 15)
const bias = randn(24)
const few = randn(2, 2, 40, 41)
const perChannel = randn(16, 1, 1)

const forced = (name: string, body: () => unknown) => () => backends.withAlgorithm([name, 'portable/direct'], body)
const forward = () => nn.functional.conv2d(image, weight, null, { padding: 1 })
const gradient = () => nn.functional.convTranspose2d(output, weight, null, { padding: 1 })
const weightGradient = () =>
  autograd.enableGrad(() => {
    const own = weight.detach().requiresGrad_()
    return autograd.grad(nn.functional.conv2d(image, own, null, { padding: 1 }), own, output)[0]!
  })

const OPERATIONS: Record<string, () => unknown> = {
  'channels in the lanes': forced('x64/channel-lanes', forward),
  'pixels in the lanes': forced('x64/pixel-lanes', forward),
  'Winograd, forward': forced('x64/winograd', forward),
  'Winograd, gradient': forced('x64/winograd', gradient),
  'input gradient': forced('x64/channel-lanes', gradient),
  'weight gradient': forced('x64/weight-gradient', weightGradient),
  'the best for many channels': forward,
  'the best for few channels': () => nn.functional.conv2d(few, ones(1, 2, 3, 3), null, { padding: 1 }),
  'product of matrices': () => matmul(randn(5, 7), randn(7, 9)),
  'products of matrices': () => matmul(randn(3, 40, 50), randn(3, 50, 60)),
  'elementwise operation': () => image.add(2).mul(image),
  'elementwise operation that broadcasts': () => image.mul(perChannel),
  sums: () => [image.sum(), image.sum([2, 3]), image.sum(0)],
  pooling: () => nn.functional.maxPool2d(few, 3, { stride: 2, padding: 1 }),
}

/** Of the weight on the image. */
const SPEC: ConvSpec = {
  ...PLAIN,
  inChannels: 16,
  outChannels: 24,
  input: [1, 14, 15],
  output: [1, 14, 15],
}

describe.skipIf(SETS.length === 0)('another instruction set', () => {
  const before = process.env.CONVFORGE_ISA
  afterAll(() => {
    if (before === undefined) delete process.env.CONVFORGE_ISA
    else process.env.CONVFORGE_ISA = before
  })

  test.each(Object.entries(OPERATIONS))('gets code of its own: %s', (_, run) => {
    for (const isa of SETS) {
      process.env.CONVFORGE_ISA = isa
      expect(setsOf(run)).toEqual([isa])
    }
  })

  test('is not mixed into a plan that somebody holds', () => {
    for (const name of ['x64/channel-lanes', 'x64/pixel-lanes', 'x64/winograd']) {
      process.env.CONVFORGE_ISA = 'avx512'
      const algorithm = backends.convolutionAlgorithms().find(own => own.name === name)!
      const problem = problemOf(SPEC)
      const kernel = algorithm.prepare(problem)
      const without = kernel({ first: image, second: weight, bias: null })
      process.env.CONVFORGE_ISA = 'avx2'
      // the code with a bias is written now
      let found: Tensor | undefined
      expect(
        setsOf(() => (found = kernel({ first: image, second: weight, bias }))),
        name,
      ).toEqual(['avx512'])
      const expected = without.add(bias.reshape(24, 1, 1))
      expect(found!.sub(expected).abs().max().item(), name).toBeLessThan(1e-4)
    }
  })
})

describe.skipIf(!available)('code for the same again is kept', () => {
  test.each(Object.entries(OPERATIONS))('%s', (_, run) => {
    setsOf(run)
    const after = written
    setsOf(run)
    expect(written).toBe(after)
  })
})

describe.skipIf(!available)('ever new sizes', () => {
  test('keep no more code than a cache holds', async () => {
    const script = await bundleChild('../sizes')
    const { status, stderr, stdout } = runChild(script, [], { flags: ['--expose-gc'] })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const [kind, [early, late]] of Object.entries<[number, number]>(JSON.parse(stdout)))
      expect(late, `pages after more ${kind}`).toBeLessThan(early + 100)
  })
})

describe.skipIf(!available)('other settings', () => {
  test('a backend that is chosen later serves', () => {
    expect(setsOf(forward).length).toBe(1)
    backends.setBackend('portable')
    try {
      for (const run of [forward, OPERATIONS['product of matrices']!, OPERATIONS.sums!]) expect(setsOf(run)).toEqual([])
      expect(OPERATIONS['Winograd, forward']).toThrow("no convolution algorithm 'x64/winograd'")
    } finally {
      backends.setBackend(null)
    }
    expect(setsOf(forward).length).toBe(1)
  })

  test('reduced precision that is forbidden later is not used', () => {
    const [x, w] = [randn(1, 64, 56, 56), randn(64, 64, 3, 3)]
    const convolve = () => noGrad(() => nn.functional.conv2d(x, w, null, { padding: 1 }))
    const fast = convolve()
    backends.allowReducedPrecision(false)
    try {
      const strict = convolve()
      const direct = backends.withAlgorithm('x64/channel-lanes', convolve)
      expect(strict.equal(direct)).toBe(true)
      expect(strict.equal(fast)).toBe(false)
    } finally {
      backends.allowReducedPrecision(true)
    }
  })
})
