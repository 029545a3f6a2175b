import { test } from 'vitest'
import { nn, randn, noGrad, tensor } from '../../src/index.js'
import { Sequential } from '../../src/nn/modules/sequential.js'
import { ModuleDict } from '../../src/nn/modules/moduleDict.js'
import { ModuleList } from '../../src/nn/modules/moduleList.js'
test('x', () => {
  const s = new Sequential(new nn.Conv2d(1, 2, 3), new nn.ReLU())
  console.log(String(s), s.length, Object.keys(s.stateDict()), s(randn(1, 1, 5, 5)).shape, String(s.slice(1)))
  s.insert(1, new nn.Conv2d(2, 2, 1)); console.log(String(s))
  const n = new Sequential([['b', new nn.ReLU()], ['10', new nn.ReLU()], ['2', new nn.ReLU()]])
  console.log(String(n))
  const d = new ModuleDict({ a: new nn.Conv2d(1, 2, 3), b: new nn.ReLU() })
  console.log(String(d), d.get('a').weight.shape, d.size, [...d].length)
  const l = new ModuleList([new nn.ReLU(), new nn.ReLU()]); console.log(String(l), l.length, String(l.get(-1)))
  let order: string[] = []
  s.get(0).registerForwardHook((m, i, o) => { order.push('f' + i.length) })
  s.get(0).registerForwardPreHook((m, i) => { order.push('p' + i.length) })
  s.get(0).registerFullBackwardHook((m, gi, go) => { order.push('b' + gi.map(g => g && g.shape.join()) + '/' + go.map(g => g && g.shape)) })
  const x = randn(1, 1, 5, 5); s(x).sum().backward(); console.log(order, s.get(0))
  x.requiresGrad = true; s(x).sum().backward(); console.log(order)
  console.log([...s.namedModules({prefix: 'net'})].map(([n]) => n))
  for (const f of [() => d.get('c' as never), () => s.get(7), () => s.getSubmodule('0.weight'), () => s.getSubmodule('9'), () => d.addModule('get', s), () => new Sequential([s] as never)]) try { f() } catch (e) { console.log(String(e)) }
})
