/** Kernels as large as their map: code for each of their borders would have no end. */
import { expect, test } from 'vitest'
import { autograd, backends, nn, randn } from '../../src/index.js'
import { ALGORITHM_SETS } from '../algorithmSets.js'

const SIZE = 23
const [x, weight] = [randn(1, 4, SIZE + 1, SIZE), randn(6, 4, SIZE, SIZE)]

/** The result and the gradients of input and weight. */
function passes(names: readonly string[]) {
  for (const leaf of [x, weight]) leaf.requiresGrad_()
  return backends.withAlgorithm(names, () => {
    const y = nn.functional.conv2d(x, weight, null, { padding: 11 })
    return [y, ...autograd.grad(y, [x, weight], y.detach())]
  })
}

test.each(ALGORITHM_SETS.map(set => [set.title, set.names] as const))('%s', (_, names) => {
  for (const [i, exact] of passes(['reference']).entries()) {
    const found = passes(names)[i]!
    const largest = exact!.abs().max().item() as number
    expect((found.sub(exact!).abs().max().item() as number) / largest).toBeLessThan(1e-5)
  }
})
