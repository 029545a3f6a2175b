import { test } from 'vitest'
import { nn, zeros, ones, randn, autograd } from '../src/index.js'
const F = nn.functional
const time = (what: string, f: () => unknown) => { const t = performance.now(); f(); console.log(what, (performance.now()-t).toFixed(0)+'ms') }
test('x', () => {
  const y = randn(1,8,200,200).requiresGrad_(), w = randn(8,8,200,200)
  const o = F.conv2d(y, w)
  time('k=200 grad', () => autograd.grad(o.sum(), y))
  const z = randn(64,100,1,1), u = randn(100,512,4,4)
  for (let i = 0; i < 3; i++) time('dcgan', () => F.convTranspose2d(z, u))
  const v = randn(1,512,7,7).requiresGrad_(), k = randn(1024,512,7,7)
  const q = F.conv2d(v, k)
  for (let i = 0; i < 2; i++) time('vgg grad', () => autograd.grad(q.sum(), v, null, {retainGraph: true}))
}, 100000)
