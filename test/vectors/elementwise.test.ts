// Elementwise operations in machine code give the same bits as loops.
import { describe, expect, test } from 'vitest'
import { servedCalls } from '../../src/backends/vectorOperations.js'
import { arange, autograd, manualSeed, nn, rand, randn, type Tensor, tensor } from '../../src/index.js'
import { elements, expectNext, expectSame, forEachTarget, withSpecial } from './support.js'

const { functional: F } = nn
const SHAPE = [3, 5, 13, 11]
const DTYPES = ['float32', 'float64'] as const

const OF_TWO: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  add: (x, y) => x.add(y),
  'add, scaled': (x, y) => x.add(y, { alpha: 0.3 }),
  sub: (x, y) => x.sub(y),
  'sub, scaled': (x, y) => x.sub(y, { alpha: -1.7 }),
  mul: (x, y) => x.mul(y),
  div: (x, y) => x.div(y),
  maximum: (x, y) => x.maximum(y),
  minimum: (x, y) => x.minimum(y),
  'clamp by tensors': (x, y) => x.clamp(y, y.neg()),
  mseLoss: (x, y) => F.mseLoss(x, y, { reduction: 'none' }),
  smoothL1Loss: (x, y) => F.smoothL1Loss(x, y, { reduction: 'none', beta: 0.3 }),
  huberLoss: (x, y) => F.huberLoss(x, y, { reduction: 'none', delta: 1.7 }),
  prelu: (x, y) => F.prelu(x, y.reshape([-1]).narrow(0, 0, 5).contiguous()),
}

const OF_ONE: Record<string, (x: Tensor) => Tensor> = {
  neg: x => x.neg(),
  abs: x => x.abs(),
  square: x => x.square(),
  pow: x => x.pow(2),
  'pow 3': x => x.pow(3),
  'pow -1': x => x.pow(-1),
  'pow -2': x => x.pow(-2),
  sign: x => x.sign(),
  floor: x => x.floor(),
  ceil: x => x.ceil(),
  round: x => x.round(),
  trunc: x => x.trunc(),
  sqrt: x => x.sqrt(),
  rsqrt: x => x.rsqrt(),
  reciprocal: x => x.reciprocal(),
  'mul by a number': x => x.mul(1 / 3),
  clamp: x => x.clamp(-0.4, 0.7),
  clampMin: x => x.clampMin(-0),
  clampMax: x => x.clampMax(Number.NaN),
  relu: x => F.relu(x),
  relu6: x => F.relu6(x),
  hardtanh: x => F.hardtanh(x, -0.1, 1 / 3),
  leakyRelu: x => F.leakyRelu(x, 0.1),
  hardsigmoid: x => F.hardsigmoid(x),
  hardswish: x => F.hardswish(x),
}

/** By the exponential: of float32 alone. */
const EXPONENTIAL: Record<string, (x: Tensor) => Tensor> = {
  exp: x => x.exp(),
  sigmoid: x => x.sigmoid(),
  silu: x => F.silu(x),
}

/** By the exponential and something like 1e-10 besides: float32 is the nearest number or the next one to it. */
const SMOOTH: Record<string, (x: Tensor) => Tensor> = {
  tanh: x => x.tanh(),
  log: x => x.log(),
  log2: x => x.log2(),
  log10: x => x.log10(),
  log1p: x => x.log1p(),
  erf: x => x.erf(),
  'pow 4': x => x.pow(4),
  'pow -6': x => x.pow(-6),
  expm1: x => x.expm1(),
  elu: x => F.elu(x, 0.7),
  selu: x => F.selu(x),
  gelu: x => F.gelu(x),
  'gelu by tanh': x => F.gelu(x, { approximate: 'tanh' }),
  mish: x => F.mish(x),
  softplus: x => F.softplus(x, 1.5, 9),
  'softplus without a threshold': x => F.softplus(x, { beta: -0.5, threshold: Number.POSITIVE_INFINITY }),
  logsigmoid: x => F.logsigmoid(x),
}

const gradient = (f: (x: Tensor) => Tensor, x: Tensor, g: Tensor): Tensor => {
  const leaf = x.clone()
  leaf.requiresGrad = true
  return autograd.grad([f(leaf)], [leaf], [g])[0]!
}

forEachTarget('elementwise operations', () => {
  for (const dtype of DTYPES) {
    for (const [name, f] of Object.entries(OF_TWO)) {
      test(`${name} ${dtype}`, () => {
        manualSeed(1)
        const [x, y] = [withSpecial(SHAPE, dtype), withSpecial(SHAPE, dtype, 'second')]
        expectSame(() => [f(x, y)])
      })
    }
    for (const [name, f] of Object.entries(dtype === 'float32' ? { ...OF_ONE, ...EXPONENTIAL } : OF_ONE)) {
      test(`${name} ${dtype}, and its gradient`, () => {
        manualSeed(2)
        const [x, g] = [withSpecial(SHAPE, dtype), withSpecial(SHAPE, dtype, 'second')]
        expectSame(() => [f(x)])
        expectSame(() => [gradient(f, x, g)])
      })
    }
  }

  for (const [name, f] of Object.entries(SMOOTH)) {
    test(`${name}, and its gradient`, () => {
      manualSeed(11)
      const shape = [60, 60]
      // finite gradients: a derivative may be 0 in one way and 1e-40 in the other
      const [x, g] = [withSpecial(shape, 'float32'), withSpecial(shape, 'float32', 'second').clamp(-1e30, 1e30)]
      // what is small, and what is so large that little is left of 1 - tanh or of an error function
      const all = [x, randn(shape).mul(1e-3), randn(shape).mul(0.1), randn(shape).mul(20)]
      for (const own of all) {
        expectNext(() => [f(own)], own)
        expectNext(() => [gradient(f, own, g)], own.abs().add(1).mul(g))
      }
      // the gradient in one pass is that of the operations that can be differentiated again
      const leaf = randn(shape)
      leaf.requiresGrad = true
      const twice = autograd.grad([f(leaf)], [leaf], [g], { createGraph: true })[0]!
      expect(twice.requiresGrad).toBe(true)
      const [once, other, sizes] = [
        gradient(f, leaf.detach(), g),
        twice.detach(),
        leaf.detach().abs().add(1).mul(g),
      ].map(own => elements(own) as Float32Array)
      once!.forEach((value, i) => {
        const expected = other![i]!
        if (!Number.isFinite(expected)) expect(value).toBe(expected)
        // the operations round each step, before most of a sum cancels
        else expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(sizes![i]!)))
      })
    })
  }

  test('binaryCrossEntropyWithLogits, with weights and without', () => {
    manualSeed(14)
    const shape = [60, 60]
    const [target, positive] = [rand(shape), rand([60]).add(0.5)]
    for (const x of [withSpecial(shape, 'float32'), randn(shape), randn(shape).mul(20), randn(shape).mul(1e-3)]) {
      expectNext(() => [F.binaryCrossEntropyWithLogits(x, target, { reduction: 'none' })], x)
      const posWeight = positive
      expectNext(() => [F.binaryCrossEntropyWithLogits(x, target, { reduction: 'none', posWeight })], x)
    }
  })

  for (const dtype of DTYPES) {
    for (const name of ['eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const) {
      test(`${name} ${dtype}`, () => {
        manualSeed(12)
        const [x, y] = [withSpecial(SHAPE, dtype), withSpecial(SHAPE, dtype, 'second')]
        expectSame(
          () => [x[name](y).to('int32'), x[name](0).to('int32'), x.to('int64').clamp(-9, 9)[name](1).to('int32')],
          2,
        )
        const [last, column] = [x.contiguous({ memoryFormat: 'channels_last' }), randn([13, 1]).to(dtype)]
        expectSame(() => [last[name](last.flip(0)).to('int32'), x[name](column).to('int32')], 2)
      })
    }

    test(`where ${dtype}`, () => {
      manualSeed(13)
      const [x, y] = [withSpecial(SHAPE, dtype), withSpecial(SHAPE, dtype, 'second')]
      const mask = randn(SHAPE).gt(0.3)
      const [last, lastMask, lastY] = [x, mask, y].map(own => own.contiguous({ memoryFormat: 'channels_last' }))
      expectSame(
        () => [x.where(mask, y), x.where(mask, -0), x.maskedFill(mask, Number.NaN), last!.where(lastMask!, lastY!)],
        4,
      )
      // a byte may be any number
      expectSame(() => [x.where(mask.to('uint8').mul(200), y)])
      const [row, part] = [mask.narrow(0, 1, 1).narrow(2, 3, 1), randn([3, 5, 13, 40]).gt(0).narrow(3, 7, 11)]
      expectSame(() => [x.where(row.contiguous(), y), x.where(part, y)], 0)
    })
  }

  test('powers', () => {
    manualSeed(16)
    const exponents = [0.7, -1.3, 2.2, 1 / 2.2, -0.3, 0.5, -0.5, 1e-3, 30.5, -40.25, 4, -6, 8, 100]
    // which float32 has as 0, 1, an infinity or an even number
    const rounded = [1e-50, -1e-50, 1 + 1e-9, 1e300, -1e300, 16777217.5]
    for (const x of [withSpecial([60, 60], 'float32'), randn([3000]).mul(20).exp(), randn([3000])]) {
      for (const exponent of exponents) expectNext(() => [x.pow(exponent)], null)
      for (const exponent of rounded) {
        const short = x.reshape([-1]).narrow(0, 0, 700)
        const [long, loops] = [x, short].map(own => elements(own.pow(exponent)).slice(0, 700))
        expect(long).toEqual(loops)
      }
    }
  })

  test('the error function near 0, and its tails', () => {
    manualSeed(17)
    const numbers = [1e-30, 1e-3, 0.1, 1, 10].map(size => randn([3000]).mul(size))
    for (const x of [...numbers, withSpecial([60, 60], 'float32')]) {
      expectNext(() => [x.erf()], null)
      expectNext(() => [x.log1p()], null)
    }
  })

  test('logarithms of every magnitude, and of numbers near 1', () => {
    manualSeed(15)
    const sizes = [randn([4000]).mul(20).exp(), randn([4000]).mul(1e-4).add(1), randn([4000]).mul(0.3).add(1)]
    const exact = tensor(Array.from({ length: 2048 }, (_, i) => 2 ** ((i % 254) - 126)))
    for (const x of [...sizes, exact, exact.mul(2 ** -22)]) {
      expectNext(() => [x.log()], null)
      expectNext(() => [x.sub(1).log1p()], null)
    }
    expect(exact.log2().tolist()).toEqual(Array.from(elements(exact) as Float32Array, x => Math.log2(x)))
  })

  test('rounding next to halves, to whole numbers and to what has no fraction', () => {
    for (const dtype of DTYPES) {
      const powers = [21, 23, 24, 31, 51, 53].map(n => 2 ** n)
      const whole = [...Array(6).keys(), ...powers, 2 ** 22 + 1, 2 ** 23 - 1, 2 ** 52 - 1]
      const near = whole.flatMap(n =>
        [0, 0.25, 0.5, 0.49999997, 0.75, 1 - 2 ** -24].flatMap(x => [n + x, n - x, -n - x]),
      )
      const x = tensor(near)
        .to(dtype)
        .repeat(Math.ceil(1024 / near.length))
      expectSame(() => [x.floor(), x.ceil(), x.round(), x.trunc(), x.neg().mul(0).round(), x.mul(1e-9).ceil()], 6)
    }
  })

  test('exp of every magnitude is the nearest float32', () => {
    manualSeed(3)
    const x = randn([20_000]).mul(30)
    expectSame(() => [x.exp()])
  })

  test('16-bit floats are computed in float32', () => {
    manualSeed(4)
    for (const dtype of ['float16', 'bfloat16'] as const) {
      const [x, y] = [withSpecial(SHAPE, 'float32').to(dtype), withSpecial(SHAPE, 'float32', 'second').to(dtype)]
      expectSame(() => [x.add(y).to('float32'), F.hardswish(x).to('float32')], 2)
    }
  })
})

forEachTarget('how operands lie', () => {
  test('every length around the multiples of a vector', () => {
    manualSeed(5)
    for (let length = 1024; length < 1024 + 3 * 64 + 2; length++) {
      const [x, y] = [randn([length]), randn([length])]
      expectSame(() => [x.add(y)])
    }
  })

  test('every length of a row', () => {
    manualSeed(6)
    for (const dtype of DTYPES) {
      for (let length = 2; length < 140; length += length < 40 ? 1 : 7) {
        const rows = Math.ceil(1100 / length)
        const [x, y] = [randn([rows, length + 3]).to(dtype), randn([rows, length + 5]).to(dtype)]
        const [a, b] = [x.narrow(1, 1, length), y.narrow(1, 4, length)]
        expectSame(() => [a.mul(b), a.add(b, { alpha: 0.3 })], 2)
      }
    }
  })

  test('random shapes, broadcast', () => {
    manualSeed(7)
    const before = servedCalls()
    let state = 12345
    const random = (count: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return (state >> 8) % count
    }
    for (let round = 0; round < 150; round++) {
      const shape = [1 + random(5), 1 + random(7), 1 + random(9), 8 + random(60)]
      while (shape.reduce((product, size) => product * size, 1) < 1024) shape[random(3)]! += 2
      const other = shape.map(size => (random(3) === 0 ? 1 : size)).slice(random(2))
      const dtype = DTYPES[random(2)]!
      const [x, y] = [randn(shape).to(dtype), randn(other).to(dtype)]
      expectSame(() => [x.add(y), y.sub(x), x.div(y)], 0)
    }
    expect(servedCalls() - before).toBeGreaterThan(380)
  })

  for (const [name, other] of Object.entries({
    'one number for each channel': [1, 5, 1, 1],
    'one row': [11],
    'one number for each row': [3, 5, 13, 1],
    'one number': [],
    'one sample': [1, 5, 13, 11],
  })) {
    test(`broadcast: ${name}`, () => {
      manualSeed(8)
      const [x, y] = [randn(SHAPE), randn(other)]
      expectSame(() => [x.mul(y), y.sub(x)], 2)
      const [first, second] = [x, randn(SHAPE)].map(own => own.contiguous({ memoryFormat: 'channels_last' }))
      expectSame(() => [first!.add(second!), first!.mul(randn([1, 5, 1, 1]).mul(0).add(2))], 2)
    })
  }

  test('what lies in another way is left to loops, and right', () => {
    manualSeed(9)
    const [x, y] = [randn([40, 50]), randn([50, 40])]
    const step = randn([40, 100]).transpose(0, 1).narrow(0, 3, 50).transpose(0, 1)
    expectSame(() => [x.add(y.t()), x.add(step)], 0)
  })

  test('in place over a view that overlaps itself, and leaves what is in its gaps', () => {
    // what may be left over where a backend computes
    randn([3 * 32769])
      .add(100)
      .mul(2)
    const own = arange(32769).to('float32')
    own.asStrided([2, 2, 8192], [12288, 12288, 1], 1).abs_()
    own.narrow(0, 3, 20000).asStrided([2, 5000], [10001, 2], 3).abs_()
    expect(elements(own).every((value, i) => value === i)).toBe(true)
  })

  test('in place', () => {
    manualSeed(10)
    const [x, y] = [withSpecial(SHAPE, 'float32'), withSpecial(SHAPE, 'float32', 'second')]
    expectSame(() => {
      const own = x.clone()
      F.relu(own, { inplace: true })
      F.leakyRelu(own.add_(y), 0.1, { inplace: true })
      return [own.mul_(y)]
    }, 4)
  })
})

describe('small tensors', () => {
  test('are left to loops', () => {
    const x = randn([31])
    expectSame(() => [x.add(x)], 0)
  })
})
