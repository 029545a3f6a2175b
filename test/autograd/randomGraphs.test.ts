/**
 * Random graphs of operations that share, branch, view, broadcast and change in place: what no table of single
 * operations has. `CONVFORGE_SEED` repeats a run.
 */
import { expect, test } from 'vitest'
import { autograd, cat, type Tensor, tensor } from '../../src/index.js'
import { generator, numbers } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'

/** Makes a new 2 x 3 tensor of two that there are. They stay small, so that finite differences stay exact. */
const STEPS: Record<string, (a: Tensor, b: Tensor) => Tensor> = {
  add: (a, b) => a.add(b, { alpha: 0.5 }),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b).tanh(),
  'mul by itself': a => a.mul(a).mul(0.3),
  'mul by a constant': a => a.mul(tensor([[0.5], [-0.25]])),
  sin: a => a.sin(),
  softmax: (a, b) => a.add(b).softmax(1),
  'broadcast rows': (a, b) => a.add(b.select(0, 0)),
  'broadcast columns': (a, b) => a.mul(b.sum(1, true)).sin(),
  matmul: (a, b) => a.matmul(b.t()).tanh().matmul(a),
  'cat and narrow': (a, b) => cat([a, b], 1).narrow(1, 2, 3),
  'transposed view': a => a.t().reshape(2, 3),
  unbind: (a, b) => a.unbind(1)[1]!.view(2, 1).mul(b),
  flip: (a, b) => a.flip(0, 1).add(b),
  'in place': (a, b) => a.mul(0.5).add_(b).mul_(a),
  'in place by itself': a => {
    const copy = a.clone()
    return copy.mul_(copy).sin_()
  },
  copied: (a, b) => a.mul(1).copy_(b).add(a),
  where: (a, b) => a.where(tensor([[true, false, true]]), b),
  cast: (a, b) => a.to('complex128').mul(b.to('complex128').conj()).real(),
}

/** A function of three leaves, drawn as a list of steps. */
function randomFunction(next: () => number) {
  const names = Object.keys(STEPS)
  const count = 4 + Math.floor(next() * 9)
  const plan = Array.from({ length: count }, (_, i) => ({
    step: names[Math.floor(next() * names.length)]!,
    // mostly recent tensors, so that the graph gets deep
    from: [0, 1].map(() => Math.max(0, i + 2 - Math.floor(next() ** 2 * (i + 3)))) as [number, number],
  }))
  const f = (...leaves: Tensor[]) => {
    const made = [...leaves]
    for (const { step, from } of plan) made.push(STEPS[step]!(made[from[0]]!, made[from[1]]!))
    return [made.at(-1)!, made.at(-3)!]
  }
  return { f, description: plan.map(({ step, from }) => `${step}(${from})`).join(', ') }
}

test(`15 random graphs have the right first and second derivatives (CONVFORGE_SEED=${SEED})`, () => {
  const next = generator(SEED)
  for (let i = 0; i < 15; i++) {
    const { f, description } = randomFunction(next)
    const leaves = [0, 1, 2].map(k => numbers(SEED + 10 * i + k, [2, 3], { bound: 1, denominator: 32 }).requiresGrad_())
    expect(autograd.gradcheck(f, leaves), description).toBe(true)
    expect(autograd.gradgradcheck(f, leaves), description).toBe(true)
  }
})
