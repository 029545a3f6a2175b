// Optimizers in machine code give the same bits as loops.
import { expect, test } from 'vitest'
import { servedCalls } from '../../src/backends/vectorOperations.js'
import { manualSeed, optim, randn, type Tensor } from '../../src/index.js'
import { expectSame, forEachTarget } from './support.js'

const OPTIMIZERS: Record<string, (parameter: Tensor) => optim.Optimizer> = {
  SGD: p => new optim.SGD([p], { lr: 0.1 }),
  'SGD with decay, climbing': p => new optim.SGD([p], { lr: 0.1, weightDecay: 0.01, maximize: true }),
  'SGD with momentum and decay': p => new optim.SGD([p], { lr: 0.1, momentum: 0.9, weightDecay: 1e-3 }),
  'SGD with Nesterov momentum': p => new optim.SGD([p], { lr: 0.1, momentum: 0.9, nesterov: true }),
  'SGD with dampening': p => new optim.SGD([p], { lr: 0.1, momentum: 0.9, dampening: 0.3 }),
  Adam: p => new optim.Adam([p], { lr: 0.1 }),
  'Adam with everything': p => new optim.Adam([p], { lr: 0.1, amsgrad: true, weightDecay: 0.1, maximize: true }),
  AdamW: p => new optim.AdamW([p], { lr: 0.1 }),
  RMSprop: p => new optim.RMSprop([p], { lr: 0.1 }),
  'RMSprop with momentum, climbing': p => new optim.RMSprop([p], { lr: 0.1, momentum: 0.9, maximize: true }),
  'RMSprop, centered': p => new optim.RMSprop([p], { lr: 0.1, centered: true, alpha: 0.9 }),
  'RMSprop with everything': p =>
    new optim.RMSprop([p], { lr: 0.1, momentum: 0.9, centered: true, weightDecay: 0.1, maximize: true }),
  'AdamW with amsgrad': p => new optim.AdamW([p], { lr: 0.1, amsgrad: true }),
}

forEachTarget('optimizers', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    for (const [name, make] of Object.entries(OPTIMIZERS)) {
      test(`${name}, ${dtype}`, () => {
        const train = () => {
          manualSeed(1)
          const parameter = randn([7, 333]).to(dtype)
          parameter.requiresGrad = true
          const optimizer = make(parameter)
          for (let step = 0; step < 4; step++) {
            parameter.grad = randn([7, 333]).to(dtype)
            if (step === 2) parameter.grad.narrow(1, 5, 4).fill_(step % 2 ? 0 : 1e30)
            optimizer.step()
          }
          return [parameter.detach(), ...Object.values(optimizer.state.get(parameter)!)]
        }
        expectSame(train, 4)
      })
    }
  }

  test('memory that parameter and gradient share in part is left to loops', () => {
    const run = () => {
      manualSeed(2)
      const memory = randn([3000])
      const parameter = memory.narrow(0, 0, 2000)
      parameter.requiresGrad = true
      parameter.grad = memory.narrow(0, 1, 2000)
      new optim.SGD([parameter], { lr: 0.1 }).step()
      return [memory]
    }
    const before = servedCalls()
    expectSame(run, 0)
    expect(servedCalls()).toBe(before)
  })
})
