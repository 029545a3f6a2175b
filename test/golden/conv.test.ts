import { afterAll, describe, expect, test } from 'vitest'
import { instructionSet } from '../../src/backends/x64/runtime/index.js'
import { autograd, backends, type DType, NotImplementedError, type Tensor } from '../../src/index.js'
import { ALGORITHM_SETS, isConcerned } from '../algorithmSets.js'
import { CASES, type ConvCase, caseModule, caseTensor, deviation } from './convCases.js'
import { faultsOf } from './runCase.js'

const WINOGRAD = backends.convolutionAlgorithms().filter(({ name }) => name.endsWith('/winograd') && isConcerned(name))
const served = new Map<string, number>()

const SETS = ALGORITHM_SETS.filter(({ title }) => isConcerned(title))

describe.each(SETS.map(set => [set.title, set] as const))('%s', (title, { names, takes }) => {
  const accepted = CASES.filter(one => takes(one.dtype))
  test.each(accepted.map(one => [`${one.id} ${one.op} ${one.dtype} ${JSON.stringify(one.args)}`, one] as const))(
    '%s',
    (_, one) => {
      expect(faultsOf(one, names)).toEqual([])
      served.set(title, (served.get(title) ?? 0) + 1)
    },
  )
})

/** Twice the largest deviation of Winograd's results that was seen, as a share of the largest true value. */
const WINOGRAD_BOUND: Partial<Record<DType, number>> = { float32: 2e-5, float64: 4e-14 }

/** A case's output by Winograd's algorithm, and its input gradient where padding is zero; null where it refuses. */
function runWinograd(one: ConvCase, algorithm: string): string[] | null {
  const inexact = { ...one, exact: false }
  const near = (name: string, found: Tensor) => deviation(inexact, name, found, WINOGRAD_BOUND[one.dtype]!)
  const module = caseModule(one)
  for (const parameter of module.parameters()) parameter.requiresGrad = false
  const zeros = (one.args.padding_mode ?? 'zeros') === 'zeros'
  const input = caseTensor(one, 'input')
  input.requiresGrad = zeros
  try {
    return backends.withAlgorithm(algorithm, () => {
      const output = module(input)
      const faults = [near('output', output)]
      if (zeros) faults.push(near('grad_input', autograd.grad(output, [input], caseTensor(one, 'grad_output'))[0]!))
      return faults.filter(fault => fault !== null)
    })
  } catch (error) {
    if (error instanceof NotImplementedError) return null
    throw error
  }
}

/** Whether it has a 3x3 kernel and stride 1. */
function has3x3Taps({ args }: ConvCase): boolean {
  const all = (sizes: number | number[], size: number) => [sizes].flat().every(own => own === size)
  return all(args.kernel_size, 3) && all(args.stride, 1)
}

describe.each(WINOGRAD.map(algorithm => algorithm.name))('%s', name => {
  test('the 2d cases with 3x3 kernels and stride 1 are within its bound', () => {
    const real = CASES.filter(({ op, dtype }) => op.endsWith('2d') && WINOGRAD_BOUND[dtype] !== undefined)
    const results = real.map(one => [one.id, runWinograd(one, name)] as const)
    const own = results.filter(([, faults]) => faults !== null)
    expect(own.filter(([, faults]) => faults!.length > 0)).toEqual([])
    expect(own.map(([id]) => id)).toEqual(real.filter(has3x3Taps).map(({ id }) => id))
    served.set(name, own.length)
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
    served.set(name, results.length)
  })
})

describe('coverage', () => {
  test('all 510 cases are there, and every algorithm served some', () => {
    expect(CASES).toHaveLength(510)
    if (isConcerned('reference')) expect(served.get('reference')).toBe(CASES.length)
    for (const { title } of SETS) expect(served.get(title) ?? 0, title).toBeGreaterThan(0)
  })

  afterAll(() => {
    for (const [name, count] of served) {
      const set = name.startsWith('x64/') ? ` (${instructionSet()})` : ''
      console.log(`golden convolutions served by ${name}${set}: ${count} of ${CASES.length}`)
    }
  })
})
