/**
 * A golden convolution, forward and back, by given algorithms.
 *
 * @module
 */
import { autograd, backends } from '../../src/index.js'
import { type ConvCase, caseModule, caseTensor, deviation } from './convCases.js'

/** All results of a case as these algorithms compute them: what is not close enough to PyTorch's. */
export function faultsOf(one: ConvCase, names: readonly string[]): string[] {
  return backends.withAlgorithm(names, () => {
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
