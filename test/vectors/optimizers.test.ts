// Optimizers in machine code give the same bits as loops.
import { expect, test } from 'vitest'
import { withLoops } from '../../src/backends/settings.js'
import { servedCalls } from '../../src/backends/vectorOperations.js'
import { manualSeed, optim, randn, type Tensor, zeros } from '../../src/index.js'
import { toFloat64 } from '../../src/tensor/copy.js'
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

  for (const dtype of ['float32', 'float64'] as const) {
    for (const from of [1, 1e30, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const parameterWith = (gradient: Tensor) => {
        const parameter = zeros(gradient.shape, { dtype, requiresGrad: true })
        parameter.grad = gradient
        return parameter
      }
      // one contiguous, one that is a view with gaps
      const gradients = () => {
        manualSeed(3)
        const [a, b] = [randn([7, 333]).to(dtype), randn([50, 70]).to(dtype)]
        a.narrow(1, 5, 4).fill_(from)
        return [a, b.narrow(1, 3, 60)]
      }

      test(`clipping to a value, ${dtype}, ${from} among the gradients`, () => {
        expectSame(() => {
          const all = gradients()
          optim.clipGradValue_(all.map(parameterWith), 0.7)
          return all
        }, 2)
      })

      test(`clipping by a norm, ${dtype}, ${from} among the gradients`, () => {
        // sums of squares are in another order: one part in 2^50, and 1 in 2^24 once it is rounded to float32
        const clip = () => {
          const all = gradients()
          const total = optim.clipGradNorm_(all.map(parameterWith), 2)
          return [total, ...all].map(own => toFloat64(own).slice())
        }
        const before = servedCalls()
        const [fast, slow] = [clip(), withLoops(clip)]
        expect(servedCalls() - before).toBe(4)
        const bound = dtype === 'float32' ? 2 ** -23 : 2 ** -45
        fast.forEach((values, i) => {
          values.forEach((value, k) => {
            const expected = slow[i]![k]!
            if (Number.isFinite(expected))
              expect(Math.abs(value - expected)).toBeLessThanOrEqual(bound * Math.abs(expected))
            else expect(value).toBe(expected)
          })
        })
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
