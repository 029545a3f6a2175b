import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { nn, ones, type Tensor, tensor, zeros } from '../../src/index.js'

/** Fields of every kind, two inputs, an option and a result with names. */
class Gate extends nn.Module {
  // functions have properties of these names themselves
  override name = 'gate'
  override length = 3
  readonly conv: nn.Conv2d
  readonly history: number[] = []
  #calls = 0
  static made = 0

  constructor(channels: number) {
    super()
    this.conv = new nn.Conv2d(channels, 1, 1, { bias: false })
    Gate.made++
  }

  override forward(x: Tensor, gate: Tensor, { scale = 1 }: { scale?: number } = {}, ...more: Tensor[]) {
    this.#calls++
    this.history.push(more.length)
    return { sum: [gate, ...more].reduce((sum, one) => sum.add(one), this.conv(x).mul(scale)), calls: this.#calls }
  }

  get calls(): number {
    return this.#calls
  }

  shout(): string {
    return this.name.toUpperCase()
  }
}

describe('modules are callable', () => {
  test('a call is forward, with all its arguments and its result', () => {
    const gate = new Gate(2)
    gate.conv.weight.setData(ones(1, 2, 1, 1))
    const [x, one] = [ones(1, 2, 1, 3), ones(1, 1, 1, 3)]
    expect(gate(x, one).sum.tolist()).toEqual([[[[3, 3, 3]]]])
    expect(gate(x, one, { scale: 2 }).sum.tolist()).toEqual([[[[5, 5, 5]]]])
    expect(gate(x, one, {}, one, one).sum.tolist()).toEqual([[[[5, 5, 5]]]])
    expect(gate.forward(x, one).calls).toBe(4)
    expect(gate.history).toEqual([0, 0, 2, 0])
  })

  test('arguments may be spread, and a module passed where a function is wanted', () => {
    const gate = new Gate(1)
    const inputs: [Tensor, Tensor] = [zeros(1, 1, 2, 2), zeros(1, 1, 2, 2)]
    expect(gate(...inputs).calls).toBe(1)
    const relu: (x: Tensor) => Tensor = new nn.ReLU()
    expect([tensor([-1, 2])].map(x => relu(x).tolist())).toEqual([[0, 2]])
    const apply = (f: (x: Tensor) => Tensor, x: Tensor) => f(x)
    expect(apply(new nn.Sequential(new nn.ReLU()), tensor([-3])).tolist()).toEqual([0])
  })

  test('a call does not depend on what it is called on', () => {
    const { relu } = { relu: new nn.ReLU() }
    const holder = { call: relu }
    expect(holder.call(tensor([-1])).tolist()).toEqual([0])
  })

  test('each instance calls its own forward', () => {
    class Times extends nn.Module {
      constructor(readonly factor: number) {
        super()
      }
      override forward(x: number): number {
        return x * this.factor
      }
    }
    const [two, three] = [new Times(2), new Times(3)]
    expect([two(5), three(5)]).toEqual([10, 15])
    // forward may be replaced, as in Python
    two.forward = x => x + 1
    expect(two(5)).toBe(6)
  })

  test('what forward throws or promises comes through', async () => {
    class Failing extends nn.Module {
      override forward(): never {
        throw new RangeError('no')
      }
    }
    class Waiting extends nn.Module {
      override async forward(x: number): Promise<number> {
        return x + 1
      }
    }
    expect(() => new Failing()()).toThrow(RangeError)
    await expect(new Waiting()(1)).resolves.toBe(2)
  })
})

describe('modules are instances of their classes', () => {
  const gate = new Gate(2)

  test('instanceof, constructor and typeof', () => {
    expect(gate).toBeInstanceOf(Gate)
    expect(gate).toBeInstanceOf(nn.Module)
    expect(gate).not.toBeInstanceOf(nn.Conv2d)
    expect(gate.conv).toBeInstanceOf(nn.Conv2d)
    expect(gate.constructor).toBe(Gate)
    expect(typeof gate).toBe('function')
    expect(nn.Conv2d.prototype).not.toBeInstanceOf(nn.Conv1d)
  })

  test('fields called name and length, private fields, getters and methods', () => {
    const own = new Gate(1)
    expect([own.name, own.length, own.shout(), own.calls]).toEqual(['gate', 3, 'GATE', 0])
    own.name = 'other'
    own.length = 4
    expect([own.shout(), own.length]).toEqual(['OTHER', 4])
    expect(Gate.made).toBeGreaterThan(1)
  })

  test('its fields are its own, in order, and nothing else is', () => {
    expect(Object.keys(gate).filter(key => key !== 'training')).toEqual(['name', 'length', 'conv', 'history'])
    expect('prototype' in gate).toBe(false)
    expect(Object.keys(new nn.ReLU())).not.toContain('name')
  })

  test('a subclass of a subclass keeps both', () => {
    class Louder extends Gate {
      override name = 'louder'
      override forward(x: Tensor, gated: Tensor) {
        const { sum, calls } = super.forward(x, gated, { scale: 0 })
        return { sum: sum.mul(2), calls }
      }
    }
    const louder = new Louder(2)
    expect(louder).toBeInstanceOf(Gate)
    expect([louder.name, louder.shout()]).toEqual(['louder', 'LOUDER'])
    expect(louder(ones(1, 2, 1, 1), ones(1, 1, 1, 1)).sum.item()).toBe(2)
  })

  test('extending a layer: its options and its text are kept', () => {
    class Edge extends nn.Conv2d {
      constructor(channels: number) {
        super(channels, 2 * channels, 3, { padding: 1, paddingMode: 'reflect', bias: false })
      }
      override forward(x: Tensor): Tensor {
        return super.forward(x).abs()
      }
    }
    const edge = new Edge(2)
    expect(String(edge)).toBe(
      'Edge(2, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False, padding_mode=reflect)',
    )
    expect(edge(ones(1, 2, 4, 5)).shape).toEqual([1, 4, 4, 5])
    expect(
      edge(ones(1, 2, 4, 5).neg())
        .min()
        .item(),
    ).toBeGreaterThanOrEqual(0)
  })
})

describe('text', () => {
  const net = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.ReLU())
  const text = ['Sequential(', '  (0): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))', '  (1): ReLU()', ')'].join(
    '\n',
  )

  test('String, templates and the console print what PyTorch prints', () => {
    expect(String(net)).toBe(text)
    expect(`${net}`).toBe(text)
    expect(inspect(net)).toBe(text)
  })

  test('inside other values too', () => {
    expect(inspect({ net: new nn.ReLU() })).toBe('{ net: ReLU() }')
    expect(inspect([new nn.ReLU()])).toBe('[ ReLU() ]')
  })

  test('parameters say that they are', () => {
    const { bias } = new nn.Conv1d(1, 1, 1)
    bias!.setData(tensor([0.5]))
    expect(String(bias)).toBe('Parameter containing:\ntensor([0.5000], requires_grad=True)')
  })
})
