/** Changes in place of parts of tensors and of tensors with parts, as in PyTorch 1.13 (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import { autograd, nn, noGrad, type Tensor, tensor, zeros } from '../../src/index.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { constant, gradOf, leaf } from './support.js'

const { functional: F } = nn

describe('a change of a view', () => {
  test('is one of its base, and of the other views', () => {
    // y = torch.zeros(3, 2); other = y[:, 1]; y[0].copy_(w): CopySlices and AsStridedBackward0
    const w = leaf(3, 4)
    const y = zeros(3, 2, { dtype: 'float64' })
    const other = y.get([], 1)
    y.get(0).copy_(w)
    expect([y.requiresGrad, y.isLeaf, y.gradFn!.name]).toEqual([true, false, 'CopySlices'])
    expect([other.requiresGrad, other.gradFn!.name, y.get(0).gradFn!.name]).toEqual([
      true,
      'AsStridedBackward0',
      'SelectBackward0',
    ])
    y.mul(constant(10, 7)).sum().add(other.mul(5).sum()).backward()
    expect(gradOf(w)).toEqual([10, 12])
  })

  test('ends the gradient of what was there before', () => {
    // y = x * 2; y[1:].zero_(); x.grad: [2, 0, 0]
    const x = leaf(1, 2, 3)
    const y = x.mul(2)
    y.get([1]).zero_()
    y.sum().backward()
    expect(gradOf(x)).toEqual([2, 0, 0])
  })

  test('whose derivative needs what was there before', () => {
    // y = x * 2; v = y[1:]; v.sin_(); v.mul_(3); (y * y).sum().backward(): [8.0000, 17.8084, -9.6583]
    const x = leaf(1, 2, 3)
    const y = x.mul(2)
    const v = y.get([1])
    v.sin_()
    v.mul_(3)
    expect(v.gradFn!.name).toBe('AsStridedBackward0')
    y.mul(y).sum().backward()
    const expected = [8, 18 * Math.sin(8), 18 * Math.sin(12)]
    expect(Math.max(...(gradOf(x) as number[]).map((g, i) => Math.abs(g - expected[i]!)))).toBeLessThan(1e-13)
  })

  test('of a view of a view, with a base that lies in channels_last', () => {
    const w = leaf(3, 4)
    const base = zeros(2, 3, 2, 2, { dtype: 'float64' }).contiguous({ memoryFormat: 'channels_last' })
    base.get(1).transpose(0, 2).get(0, 1).get([0, 2]).copy_(w)
    expect(base.get(1, [0, 2], 1, 0).tolist()).toEqual([3, 4])
    const weight = tensor(Array.from({ length: 24 }, (_, i) => i)).view(2, 3, 2, 2)
    base.mul(weight).sum().backward()
    expect(gradOf(w)).toEqual([14, 18])
  })

  test('of one part of what a convolution gives', () => {
    const conv = new nn.Conv2d(1, 2, [1, 2], { dtype: 'float64' })
    const input = tensor([[[[1, 2, 3]]]], { dtype: 'float64' })
    const y = conv(input)
    y.get([], 0).mul_(0)
    F.relu(y.get([], 1), { inplace: true })
    const kept = conv(input).get(0, 1, 0).gt(0).to('float64').tolist() as number[]
    y.sum().backward()
    expect(conv.weight.grad!.flatten().tolist()).toEqual([0, 0, kept[0]! + 2 * kept[1]!, 2 * kept[0]! + 3 * kept[1]!])
  })

  test('leaves alone what is detached, and a detached view leaves the tensor alone', () => {
    // y = x * 2; d = y.detach(); y[:1].mul_(3); d.requires_grad: False; d.mul_(x); y.sum() keeps its own gradient
    const x = leaf(1, 2)
    const y = x.mul(2)
    const d = y.detach()
    y.get([0, 1]).mul_(3)
    expect([d.requiresGrad, d.tolist()]).toEqual([false, [6, 4]])
    d.mul_(x)
    y.sum().backward()
    expect(gradOf(x)).toEqual([6, 2])
  })

  test('retained gradients stay with the base', () => {
    // y.retain_grad(); y[1:].mul_(3); (y * y).sum().backward(): x.grad [8, 144]; y.grad is that of the tensor as it is now
    // (in 1.13 of what it was before a change of a part, [4, 72], but not before one of the whole)
    const x = leaf(1, 2)
    const y = x.mul(2)
    y.retainGrad()
    y.get([1]).mul_(3)
    y.mul(y).sum().backward()
    expect([gradOf(y), gradOf(x)]).toEqual([
      [4, 24],
      [8, 144],
    ])
  })

  test('is refused, in part or whole, where the view was taken while nothing was recorded', () => {
    const refused = 'A view was created in no_grad mode and is being modified inplace with grad mode enabled.'
    const [x, y] = [leaf(1, 2), constant(3, 4)]
    const untracked = noGrad(() => y.get([1]))
    expect(() => untracked.mul_(x.get([1]))).toThrow(refused)
    expect(y.tolist()).toEqual([3, 4])
    untracked.mul_(2)
    expect(y.tolist()).toEqual([3, 8])
    const parts = noGrad(() => x.mul(1).get([0, 1]))
    parts.mul_(2)
    expect(() => noGrad(() => x.get([0, 1])).relu_()).toThrow(refused)
    // nor is anything known of such a view once its base has changed
    y.mul_(x)
    expect(() => untracked.sum()).toThrow('its base or another view of its base has been modified inplace')
    expect(noGrad(() => untracked.sum().item())).toBe(16)
  })
})

describe('a change of a tensor', () => {
  test('is one of its views', () => {
    // v = y[:2]; y.mul_(5); v.sum().backward(): x.grad [10, 10, 0]
    const x = leaf(1, 2, 3)
    const y = x.mul(2)
    const v = y.get([0, 2])
    y.mul_(5)
    expect([v.requiresGrad, v.gradFn!.name]).toEqual([true, 'AsStridedBackward0'])
    v.sum().backward()
    expect(gradOf(x)).toEqual([10, 10, 0])
  })

  test('is one of windows that share elements', () => {
    const x = leaf(1, 2, 3)
    const y = x.mul(2)
    const windows = y.unfold(0, 2, 1)
    y.square_()
    windows.sum().backward()
    expect(gradOf(x)).toEqual([8, 32, 24])
  })

  test('of another dtype than the view: what became of the base is not known', () => {
    const z = zeros(2, { dtype: 'complex128' })
    const parts = z.viewAsReal()
    parts.get([], 0).copy_(leaf(1, 2))
    expect(() => z.abs()).toThrow("this tensor's gradient is not known")
    expect(parts.requiresGrad).toBe(false)
    expect(() => parts.sum()).toThrow("this tensor's gradient is not known")
  })
})

test('what is in place again and again costs nothing that stays', () => {
  const w = leaf(1, 2)
  const y = zeros(50, 2, { dtype: 'float64' })
  for (let i = 0; i < 50; i++) y.get(i).copy_(w.mul(i))
  y.sum().backward()
  expect(gradOf(w)).toEqual([1225, 1225])
  // a tape without saved tensors can be walked again
  expect(() => y.sum().backward()).toThrow('a second time')
})

/** Views of a 3 x 4 tensor with elements in common, each of its own shape. */
const VIEWS: Record<string, (y: Tensor) => Tensor> = {
  row: y => y.get(1),
  column: y => y.select(1, 2),
  'every other column': y => y.get([], [0, null, 2]),
  corner: y => y.narrow(0, 1, 2).narrow(1, 2, 2).t(),
  diagonal: y => y.diagonal(1),
  flat: y => y.view(-1).slice(0, 2, 11, 3),
  transposed: y => y.t(),
  itself: y => y,
}
const CHANGES: Record<string, (view: Tensor, x: Tensor) => unknown> = {
  scaled: view => view.mul_(0.7),
  'times a number': (view, x) => view.mul_(x.get(0, 0)),
  sine: view => view.sin_(),
  sigmoid: view => view.sigmoid_(),
  zero: view => view.zero_(),
  'plus a number': (view, x) => view.add_(x.get(1, 1), { alpha: 0.5 }),
  copied: (view, x) => view.copy_(x.flatten().narrow(0, 0, view.numel()).view(view.shape).sin()),
}

test(`12 random orders of views and changes have the right first and second derivatives (CONVFORGE_SEED=${SEED})`, () => {
  const next = generator(SEED)
  const draw = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)]!
  for (let i = 0; i < 12; i++) {
    const steps = Array.from({ length: 6 }, () => [draw(Object.keys(VIEWS)), draw(Object.keys(CHANGES))] as const)
    const isComputed = next() < 0.5
    const early = Object.keys(VIEWS).filter(() => next() < 0.4)
    const f = (x: Tensor) => {
      const y = isComputed ? x.mul(1.5) : zeros(3, 4, { dtype: 'float64' })
      const seen = early.map(name => VIEWS[name]!(y))
      for (const [view, change] of steps) {
        CHANGES[change]!(VIEWS[view]!(y), x)
        seen.push(VIEWS[view]!(y))
      }
      return [y, ...seen]
        .map((one, k) =>
          one
            .mul(k + 1)
            .sin()
            .sum(),
        )
        .reduce((a, b) => a.add(b))
    }
    const description = JSON.stringify({ isComputed, early, steps })
    const x = tensor(
      Array.from({ length: 12 }, () => Math.round(next() * 64) / 64 - 0.5),
      { dtype: 'float64' },
    ).view(3, 4)
    const own = x.detach().requiresGrad_()
    if (!f(own).requiresGrad) continue
    expect(autograd.gradcheck(f, own), description).toBe(true)
    expect(autograd.gradgradcheck(f, own), description).toBe(true)
  }
})
