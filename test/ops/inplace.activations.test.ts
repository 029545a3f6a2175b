/** Activations in place keep their results alone, on the tape too: values and gradients are those of the usual way. */
import { expect, test } from 'vitest'
import { autograd, nn, randn, type Tensor, tensor } from '../../src/index.js'

const F = nn.functional
const EDGES = [0, -0, 1, -1, 6, 7, 1e-45, -1e-45, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

const ACTIVATIONS: Record<string, (x: Tensor, inplace: boolean) => Tensor> = {
  relu: (x, inplace) => F.relu(x, { inplace }),
  relu6: (x, inplace) => F.relu6(x, { inplace }),
  hardtanh: (x, inplace) => F.hardtanh(x, -0.1, 0.3, { inplace }),
  leakyRelu: (x, inplace) => F.leakyRelu(x, 0.2, { inplace }),
  'leakyRelu with a negative slope': (x, inplace) => F.leakyRelu(x, -0.2, { inplace }),
}

const bits = (x: Tensor) =>
  Array.from(x.dataSync() as Float32Array, value => (Object.is(value, -0) ? '-0' : `${value}`))

for (const [name, activation] of Object.entries(ACTIVATIONS)) {
  for (const dtype of ['float32', 'float64', 'float16'] as const) {
    test(`${name} of ${dtype}`, () => {
      const values = [...EDGES, ...(randn([2500]).mul(4).tolist() as number[])]
      const gradients = [false, true].map(inplace => {
        const x = tensor(values, { dtype, requiresGrad: true })
        const hidden = x.mul(1)
        const y = activation(hidden, inplace)
        expect(y === hidden).toBe(inplace)
        const g = tensor(values.map((_, i) => i + 1)).to(dtype)
        y.backward(g)
        return [bits(y.detach().to('float32')), bits(x.grad!.to('float32'))]
      })
      expect(gradients[1]).toEqual(gradients[0])
    })
  }

  test(`${name} can be differentiated twice`, () => {
    const [apart, inPlace] = [false, true].map(inplace => {
      const x = tensor([-2, -0.05, 0.2, 3, 8], { dtype: 'float64', requiresGrad: true })
      const y = activation(x.mul(x).mul(x), inplace).mul(x).sum()
      const [first] = autograd.grad(y, x, null, { createGraph: true })
      const [second] = autograd.grad(first!.sum(), x)
      return [first!.tolist(), second!.tolist()]
    })
    expect(inPlace).toEqual(apart)
  })
}

test('no second tensor is kept', () => {
  const x = randn([300, 10], { requiresGrad: true })
  for (const activation of [F.relu, F.relu6]) {
    const hidden = x.mul(2)
    const { storage } = hidden
    const { version } = storage
    expect(activation(hidden, { inplace: true }).storage).toBe(storage)
    expect(storage.version).toBe(version + 1)
    expect(hidden.gradFn!.name).toBe(activation === F.relu ? 'ReluBackward0' : 'HardtanhBackward0')
    hidden.sum().backward()
  }
})

test('a result that is changed afterwards is refused, as in PyTorch', () => {
  const x = randn([10], { requiresGrad: true })
  const y = F.relu(x.mul(2), { inplace: true })
  y.mul_(2)
  expect(() => y.sum().backward()).toThrow('modified by an inplace operation')
})

test('what another node has saved is refused', () => {
  const x = randn([10], { requiresGrad: true })
  const hidden = x.exp()
  F.relu(hidden, { inplace: true })
  expect(() => hidden.sum().backward()).toThrow('modified by an inplace operation')
})

test('views, leaves and retained gradients', () => {
  const x = randn([4, 6], { requiresGrad: true })
  expect(() => F.relu(x, { inplace: true })).toThrow('a leaf Variable that requires grad')
  const hidden = x.mul(2)
  hidden.retainGrad()
  F.relu(hidden, { inplace: true })
  hidden.mul(3).sum().backward()
  expect(hidden.grad!.eq(3).all().item()).toBe(true)
  expect(x.grad!.eq(hidden.detach().gt(0).to('float32').mul(6)).all().item()).toBe(true)
  const other = x.mul(2)
  const view = other.t()
  F.relu(other, { inplace: true })
  x.grad = null
  view.sum().backward()
  expect(x.grad!.eq(hidden.detach().gt(0).to('float32').mul(2)).all().item()).toBe(true)
})
