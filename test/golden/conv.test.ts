import { afterAll, describe, expect, test } from 'vitest'
import { autograd, backends } from '../../src/index.js'
import { CASES, type ConvCase, caseModule, caseTensor, deviation } from './convCases.js'

const ALGORITHMS = backends.convolutionAlgorithms()
const served = new Map<string, number>()

/** All results of a case that one algorithm computes, compared; or null where it refuses. */
function runCase(one: ConvCase, algorithm: string): string[] | null {
  return backends.withAlgorithm(algorithm, () => {
    const module = caseModule(one)
    const input = caseTensor(one, 'input')
    input.requiresGrad = true
    const output = module(input)
    const faults = [deviation(one, 'output', output)]
    const parameters = module.bias ? [input, module.weight, module.bias] : [input, module.weight]
    const gradOutput = caseTensor(one, 'grad_output')
    gradOutput.requiresGrad = one.double_backward
    const gradients = autograd.grad(output, parameters, gradOutput, { createGraph: one.double_backward })
    const names = ['grad_input', 'grad_weight', 'grad_bias']
    for (const [i, gradient] of gradients.entries()) faults.push(deviation(one, names[i]!, gradient!))
    if (one.double_backward) {
      const cotangents = ['gg_input', 'gg_weight', ...(module.bias ? ['gg_bias'] : [])].map(name =>
        caseTensor(one, name),
      )
      const second = autograd.grad(gradients as never, [input, module.weight, gradOutput], cotangents)
      const secondNames = ['gg_grad_input', 'gg_grad_weight', 'gg_grad_grad_output']
      for (const [i, gradient] of second.entries()) faults.push(deviation(one, secondNames[i]!, gradient!))
    }
    return faults.filter(fault => fault !== null)
  })
}

describe.each(ALGORITHMS.map(algorithm => algorithm.name))('%s', name => {
  const { refuse } = ALGORITHMS.find(algorithm => algorithm.name === name)!
  const accepted = CASES.filter(one => refuse({ dtype: one.dtype } as never) === null)
  test.each(accepted.map(one => [`${one.id} ${one.op} ${one.dtype} ${JSON.stringify(one.args)}`, one] as const))(
    '%s',
    (_, one) => {
      expect(runCase(one, name)).toEqual([])
      served.set(name, (served.get(name) ?? 0) + 1)
    },
  )
})

describe('coverage', () => {
  test('all 510 cases are there, and every algorithm served some', () => {
    expect(CASES).toHaveLength(510)
    expect(served.get('reference')).toBe(CASES.length)
    for (const { name } of ALGORITHMS) expect(served.get(name) ?? 0, name).toBeGreaterThan(0)
  })

  afterAll(() => {
    for (const [name, count] of served)
      console.log(`golden convolutions served by ${name}: ${count} of ${CASES.length}`)
  })
})
