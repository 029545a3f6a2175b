import { test } from 'vitest'
import { wrapArray } from '../../src/tensor/tensor.js'
import { Tensor } from '../../src/ops/tensor.js'
import { relu, leakyRelu } from '../../src/ops/activation.js'
test('bench', () => {
  void Tensor
  const n = 1 << 24
  const x = wrapArray(new Float32Array(n).map((_, i) => Math.sin(i)), [n], 'float32')
  const time = (name: string, f: () => unknown) => {
    f(); f()
    const t = performance.now(); f(); f(); f()
    console.log(name, ((performance.now() - t) / 3 / n * 1e6).toFixed(2), 'ns/element')
  }
  time('relu', () => relu(x))
  time('leaky', () => leakyRelu(x, 0.1))
  time('add', () => x.add(x))
  time('mul s', () => x.mul(2.5))
  time('sigmoid', () => x.sigmoid())
  time('silu', () => x.silu())
  time('hardtanh', () => x.hardtanh())
  time('gelu', () => x.gelu())
  time('exp', () => x.exp())
  time('eq', () => x.eq(x))
  time('double', () => x.double())
  time('half', () => x.half())
  time('where', () => x.where(x.gt(0), 0))
  time('relu_', () => x.relu_())
  time('lrelu_', () => x.leakyRelu_())
  time('clone', () => x.clone())
  const y = x.clone().requiresGrad_()
  y.mul(x).relu().sum().backward()
  console.log(y.grad!.sum().item())
  const z = wrapArray(new Float64Array([1, 2, 3]), [3], 'float64')
  console.log(String(z.mul(0.1)), String(z.eq(2)), String(z.clamp(1.5, 2.5)), String(z.long().div(2)), String(z.mul({ re: 0, im: 1 })))
})
