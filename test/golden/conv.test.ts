import { afterAll, describe, expect, test } from 'vitest'
import { instructionSet } from '../../src/backends/x64/runtime/index.js'
import { autograd, backends, type DType, NotImplementedError, type Tensor } from '../../src/index.js'
import { ALGORITHM_SETS, isConcerned } from '../algorithmSets.js'
import { CASES, type ConvCase, caseModule, caseTensor, deviation } from './convCases.js'
import { faultsOf } from './runCase.js'

const WINOGRAD = backends.convolutionAlgorithms().filter(({ name }) => name.endsWith('/winograd') && isConcerned(name))
const counts = new Map<string, number>()

const SETS = ALGORITHM_SETS.filter(({ title }) => isConcerned(title))

describe.each(SETS.map(set => [set.title, set] as const))('%s', (title, { names, takes }) => {
  const accepted = CASES.filter(one => takes(one.dtype))
  test.each(accepted.map(one => [`${one.id} ${one.op} ${one.dtype} ${JSON.stringify(one.args)}`, one] as const))(
    '%s',
    (_, one) => {
      expect(faultsOf(one, names)).toEqual([])
      counts.set(title, (counts.get(title) ?? 0) + 1)
    },
  )
})

/** Twice the largest deviation of Winograd's results that was seen, as a share of the largest true value. */
const WINOGRAD_BOUND: Partial<Record<DType, number>> = { float32: 2e-5, float64: 4e-14 }

/** The faults of a case's output and input gradient, of those that Winograd's algorithm computes; null where it refuses both. */
function runWinograd(one: ConvCase, algorithm: string): string[] | null {
  const inexact = { ...one, exact: false }
  const near = (name: string, found: Tensor) => deviation(inexact, name, found, WINOGRAD_BOUND[one.dtype]!)
  const module = caseModule(one)
  for (const parameter of module.parameters()) parameter.requiresGrad = false
  const zeros = (one.args.padding_mode ?? 'zeros') === 'zeros'
  const input = caseTensor(one, 'input')
  input.requiresGrad = zeros
  const output = served(algorithm, () => module(input))
  const result = output ?? module(input)
  const gradientOf = () => autograd.grad(result, [input], caseTensor(one, 'grad_output'))[0]!
  const gradient = zeros ? served(algorithm, gradientOf) : null
  if (!output && !gradient) return null
  return [output && near('output', output), gradient && near('grad_input', gradient)].filter(fault => fault !== null)
}

/** What the body gives if this algorithm alone may serve; null if it refuses. */
function served(algorithm: string, body: () => Tensor): Tensor | null {
  try {
    return backends.withAlgorithm(algorithm, body)
  } catch (error) {
    if (error instanceof NotImplementedError) return null
    throw error
  }
}

/** Whether there is something to compute, by a kernel of several rows and columns. */
const isPlane = ({ args, batch }: ConvCase) => batch !== 0 && [args.kernel_size].flat().every(own => own > 1)

describe.each(WINOGRAD.map(algorithm => algorithm.name))('%s', name => {
  test('the 2d cases with kernels of several rows and columns are within its bound', () => {
    const real = CASES.filter(({ op, dtype }) => op.endsWith('2d') && WINOGRAD_BOUND[dtype] !== undefined)
    const results = real.map(one => [one.id, runWinograd(one, name)] as const)
    const own = results.filter(([, faults]) => faults !== null)
    expect(own.filter(([, faults]) => faults!.length > 0)).toEqual([])
    expect(own.map(([id]) => id)).toEqual(real.filter(isPlane).map(({ id }) => id))
    counts.set(name, own.length)
  })
})

const DEPTHWISE = backends.convolutionAlgorithms().filter(({ name }) => name.endsWith('/depthwise'))

describe.each(DEPTHWISE.map(algorithm => algorithm.name))('%s', name => {
  test('forward pass and gradients of the cases with one filter for each channel', () => {
    const results = CASES.map(one => {
      try {
        return [one.id, faultsOf(one, [name])] as const
      } catch (error) {
        if (error instanceof NotImplementedError) return null
        throw error
      }
    }).filter(own => own !== null)
    expect(results.filter(([, faults]) => faults.length > 0)).toEqual([])
    const ids = '0006 0224 0227 0247 0257 0259 0262 0266 0267 0291 0373 0374 0423 0434 0439'
    // a machine of more registers takes larger filters
    expect(results.map(([id]) => id)).toEqual(expect.arrayContaining(ids.split(' ')))
    counts.set(name, results.length)
  })
})

describe('coverage', () => {
  test('all 510 cases are there, and every algorithm served some', () => {
    expect(CASES).toHaveLength(510)
    if (isConcerned('reference')) expect(counts.get('reference')).toBe(CASES.length)
    for (const { title } of SETS) expect(counts.get(title) ?? 0, title).toBeGreaterThan(0)
  })

  afterAll(() => {
    for (const [name, count] of counts) {
      const set = name.startsWith('x64/') ? ` (${instructionSet()})` : ''
      console.log(`golden convolutions served by ${name}${set}: ${count} of ${CASES.length}`)
    }
  })
})
