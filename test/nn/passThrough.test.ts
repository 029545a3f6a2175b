/**
 * What passes between the layers of a Sequential serves the next tensors when nobody needs it any more; what anybody may
 * have seen stays.
 */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { autograd, nn, noGrad, randn, type Tensor } from '../../src/index.js'
import { resnet18 } from '../../src/models/index.js'
import { BasicBlock } from '../../src/models/residualBlocks.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** How many arrays of tensors a call asks the system for. */
function allocations(body: () => unknown): number {
  const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
  body()
  const { length } = allocate.mock.calls
  allocate.mockRestore()
  return length
}

const block = () => [new nn.Conv2d(4, 4, 3, { padding: 1 }), new nn.BatchNorm2d(4), new nn.ReLU()]
const image = () => randn(2, 4, 30, 31)

/** Looks at what it is given, and keeps it. */
class Keeping extends nn.Module {
  readonly kept: Tensor[] = []
  forward(x: Tensor): Tensor {
    this.kept.push(x)
    return x.mul(2)
  }
}

class KeepingConv extends nn.Conv2d {
  readonly kept: Tensor[] = []
  override forward(x: Tensor): Tensor {
    const y = super.forward(x)
    this.kept.push(x, y)
    return y
  }
}

/** Runs a network forward and backward, and then writes to all memory that has been kept. */
function train(network: nn.Module, x: Tensor): Tensor {
  const y = (network as (x: Tensor) => Tensor)(x)
  y.sin().sum().backward()
  for (let i = 0; i < 20; i++) made.push(x.mul(0).add(77))
  return y
}
const made: Tensor[] = []
afterEach(() => {
  made.length = 0
})

describe('memory serves again', () => {
  test('at once, where nothing is differentiated', () => {
    const network = new nn.Sequential(...block(), ...block(), ...block()).eval()
    const x = image()
    noGrad(() => network(x))
    expect(allocations(() => noGrad(() => network(x)))).toBeLessThanOrEqual(1)
  })

  test('after backward', () => {
    const network = new nn.Sequential(new nn.Sequential(...block()), new nn.Sequential(...block()), ...block())
    const x = image()
    const step = () => {
      network.zeroGrad()
      network(x).sin().sum().backward()
    }
    for (let i = 0; i < 3; i++) step()
    // of more than 30 arrays; the result and its sine are in others' hands
    expect(allocations(step)).toBeLessThanOrEqual(3)
  })

  test('the numbers are those of layers called one by one', () => {
    const layers = [...block(), new nn.MaxPool2d(2), ...block(), new nn.Flatten(), new nn.Linear(4 * 15 * 15, 5)]
    const network = new nn.Sequential(...layers)
    const one = image().requiresGrad_()
    const other = one.detach().clone().requiresGrad_()
    for (let step = 0; step < 4; step++) {
      network.zeroGrad()
      one.grad = other.grad = null
      train(network, one)
      const gradients = [...network.parameters()].map(own => own.grad!.clone())
      network.zeroGrad()
      let y: Tensor = other
      for (const layer of layers) y = (layer as unknown as (x: Tensor) => Tensor)(y)
      y.sin().sum().backward()
      expect(one.grad!.equal(other.grad!)).toBe(true)
      ;[...network.parameters()].forEach((own, i) => {
        expect(own.grad!.equal(gradients[i]!)).toBe(true)
      })
    }
  })
})

const IN_PLACE: Record<string, () => nn.Module> = {
  ReLU: () => new nn.ReLU({ inplace: true }),
  ReLU6: () => new nn.ReLU6({ inplace: true }),
  LeakyReLU: () => new nn.LeakyReLU(0.2, { inplace: true }),
  'LeakyReLU of a negative slope': () => new nn.LeakyReLU(-0.2, { inplace: true }),
  SiLU: () => new nn.SiLU({ inplace: true }),
  Hardswish: () => new nn.Hardswish({ inplace: true }),
}

describe.each(['float32', 'float16'] as const)('in place, %s', dtype => {
  test.each(Object.entries(IN_PLACE))('%s: the gradients are those of layers called one by one', (_, make) => {
    const layers = [new nn.Conv2d(4, 4, 3), make(), new nn.Conv2d(4, 4, 3), new nn.BatchNorm2d(4), make()]
    const network = new nn.Sequential(...layers).to(dtype)
    const x = image().to(dtype)
    const gradients = (call: (x: Tensor) => Tensor) => {
      network.zeroGrad()
      const y = call(x)
      y.sin().sum().backward()
      return [y.detach(), ...[...network.parameters()].map(own => own.grad!)]
    }
    const together = gradients(network)
    const apart = gradients(own => layers.reduce((y, layer) => (layer as unknown as (x: Tensor) => Tensor)(y), own))
    together.forEach((own, i) => {
      expect(own.equal(apart[i]!)).toBe(true)
    })
  })
})

describe('numbers stay', () => {
  test.each([
    ['a layer of the user before', () => [new Keeping(), ...block(), ...block()]],
    ['a layer of the user between', () => [...block(), new Keeping(), ...block()]],
    [
      'a class made of a layer',
      () => [...block(), new KeepingConv(4, 4, 1), new nn.ReLU({ inplace: true }), ...block()],
    ],
    ['one in a block', () => [...block(), new nn.Sequential(new nn.ReLU(), new Keeping(), new nn.ReLU()), ...block()]],
  ])('of what is kept by %s', (_, make) => {
    const layers = make()
    const network = new nn.Sequential(...layers)
    const keeping = layers.flatMap(layer => [...layer.modules()]).find(own => 'kept' in own) as Keeping
    noGrad(() => network(image()))
    for (let step = 0; step < 3; step++) {
      keeping.kept.length = 0
      const x = image()
      const y = network(x)
      const before = [...keeping.kept, x, y].map(own => own.detach().clone())
      y.sin().sum().backward()
      for (let i = 0; i < 20; i++) made.push(x.mul(0).add(77))
      ;[...keeping.kept, x, y].forEach((own, i) => {
        expect(own.equal(before[i]!)).toBe(true)
      })
    }
  })

  test('of what a hook has seen, or a forward put on one instance', () => {
    const layers = [...block(), ...block()]
    const network = new nn.Sequential(...layers)
    const seen: Tensor[] = []
    layers[1]!.registerForwardHook((_, [x], y) => void seen.push(x as Tensor, y as Tensor))
    const own = layers[4] as nn.BatchNorm2d
    const forward = own.forward.bind(own)
    own.forward = (x: Tensor) => {
      const y = forward(x)
      seen.push(x, y)
      return y
    }
    const x = image()
    const y = network(x)
    const before = seen.map(one => one.detach().clone())
    y.sin().sum().backward()
    for (let i = 0; i < 20; i++) made.push(x.mul(0).add(77))
    expect(seen.length).toBe(4)
    seen.forEach((one, i) => {
      expect(one.equal(before[i]!)).toBe(true)
    })
  })

  test('of what a function in the place of a layer has seen', () => {
    const blocks = [new BasicBlock(4, 4), new BasicBlock(4, 4), new BasicBlock(4, 4)] as const
    const kept: Tensor[] = []
    const keep = (x: Tensor) => {
      kept.push(x)
      return x
    }
    blocks[1].downsample = keep as unknown as BasicBlock['downsample']
    noGrad(() => new nn.Sequential(...blocks)(image()))
    for (const own of kept) expect(Number.isFinite(own.sum().item() as number)).toBe(true)
    expect(kept.length).toBe(1)
  })

  test('of the input of layers that work in place, and of the result', () => {
    const network = new nn.Sequential(
      new nn.ReLU({ inplace: true }),
      new nn.Flatten(0, 1),
      new nn.ReLU({ inplace: true }),
    )
    const x = randn(4, 5, 300)
    const y = noGrad(() => network(x))
    for (let i = 0; i < 20; i++) made.push(x.mul(0).add(77))
    expect(y.equal(x.reshape(20, 300))).toBe(true)
    expect(x.min().item()).toBe(0)
  })

  test('where the graph is walked twice, or is itself differentiated', () => {
    const network = new nn.Sequential(new nn.Conv2d(4, 4, 3), new nn.Tanh(), new nn.Conv2d(4, 4, 3), new nn.Tanh())
    const x = image().requiresGrad_()
    const y = network(x).sum()
    const [once] = autograd.grad(y, x, null, { retainGraph: true })
    const [twice] = autograd.grad(y, x, null, { createGraph: true })
    expect(once!.equal(twice!)).toBe(true)
    twice!.mul(twice!).sum().backward()
    expect(x.grad!.abs().sum().item()).toBeGreaterThan(0)
    expect(() => y.backward()).toThrow('a second time')
  })

  test('of ResNet-18: the same gradients in the second step as in the first', () => {
    const network = resnet18({ numClasses: 7 })
    const x = randn(2, 3, 64, 64)
    const gradients = () => {
      network.zeroGrad()
      train(network, x)
      return [...network.parameters()].map(own => own.grad!)
    }
    const first = gradients()
    const copies = first.map(own => own.clone())
    const second = gradients()
    second.forEach((own, i) => {
      expect(own.equal(copies[i]!)).toBe(true)
      expect(first[i]!.equal(copies[i]!)).toBe(true)
    })
  })
})
