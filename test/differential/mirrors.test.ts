/**
 * WebAssembly takes what it has read or made before for what the tensor has, unless somebody has written to it since. Random
 * programs write to tensors in all the ways there are, between operations that read them there; every copy that is taken for
 * an array is compared with it (`mirrors.setup.ts`), and the results are those of a backend without copies, to the bit: all
 * numbers are small integers.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { unavailable } from '../../src/backends/x64/runtime/index.js'
import { backends, fromTypedArray, manualSeed, nn, randint, Tensor, tensor, where } from '../../src/index.js'
import { SGD } from '../../src/optim/index.js'
import { generator } from '../property/support/numbers.js'
import { SEED } from '../property/support/seed.js'
import { integer, type Random } from './support/specs.js'

const PROGRAMS = 30
const STEPS = 100

/** Half of them are enough elements for elementwise kernels, whose least is 8192. */
const SHAPE = [2, 8, 40, 26]
const TENSORS = 4

const { conv2d, maxPool2d, crossEntropy, batchNorm } = nn.functional

const drawn = (low: number, high: number, shape: readonly number[]) => randint(low, high, shape, { dtype: 'float32' })

interface State {
  readonly next: Random
  readonly tensors: Tensor[]
  readonly weights: readonly Tensor[]
  /** A tensor over an array of the user's. */
  readonly users: { readonly array: Float32Array; readonly tensor: Tensor }
}

/** What it gives, if it is another tensor, takes the place of one. */
type Action = (state: State, own: Tensor, other: Tensor) => unknown

function step(own: Tensor, gradient: Tensor, lr: number): void {
  const parameter = new nn.Parameter(own)
  parameter.grad = gradient
  new SGD([parameter], { lr }).step()
}

const small = (tensor: Tensor) => tensor.clamp_(-4, 4)

const ACTIONS: Record<string, Action> = {
  'a convolution': ({ next, weights }, own) => {
    const weight = weights[integer(next, 0, weights.length - 1)]!
    return small(conv2d(own, weight, null, { padding: (weight.shape[2]! - 1) / 2, groups: 8 / weight.shape[1]! }))
  },
  pooling: (_, own) => maxPool2d(own, 3, { stride: 1, padding: 1 }),
  relu: (_, own) => own.relu(),
  relu_: (_, own) => own.relu_(),
  add: (_, own, other) => small(own.add(other)),
  add_: (_, own, other) => small(own.add_(other)),
  'add_ to itself': (_, own) => small(own.add_(own)),
  mul_: ({ next }, own) => own.mul_(integer(next, -1, 1)),
  'another layout': (_, own, other) => small(own.transpose(2, 3).add(other.transpose(2, 3)).transpose(2, 3)),
  'a view, in place': ({ next }, own) => own.select(1, integer(next, 0, 7)).neg_(),
  'a large view, in place': ({ next }, own) =>
    own
      .narrow(0, integer(next, 0, 1), 1)
      .add_(1)
      .clamp_(-4, 4),
  'a view is filled': ({ next }, own) => own.narrow(2, integer(next, 0, 20), 3).fill_(integer(next, -4, 4)),
  fill_: ({ next }, own) => own.fill_(integer(next, -4, 4)),
  copy_: (_, own, other) => own.copy_(other),
  'a view is copied': ({ next }, own, other) =>
    own.narrow(3, integer(next, 0, 20), 5).copy_(other.narrow(3, integer(next, 0, 20), 5)),
  'random numbers': (_, own) => own.copy_(drawn(-4, 5, SHAPE)),
  bernoulli_: (_, own) => own.bernoulli_(0.5),
  where: (_, own, other) => where(own.gt(other), own, other),
  comparison: (_, own, other) => own.le(other).to('float32'),
  'a broadcast sum': (_, own) => small(own.add(own.sum(1, true))),
  'an index': ({ next }, own) => own.indexSelect(1, drawn(0, 8, [8]).to('int64')).mul_(integer(next, -1, 1)),
  clone: (_, own) => own.clone(),
  double: (_, own) => small(own.double().add(1)).float(),
  'an optimizer': (_, own, other) => {
    const parameter = new nn.Parameter(own)
    parameter.grad = other.clone()
    new SGD([parameter], { lr: 1, momentum: 1 }).step()
    small(own)
  },
  'a gradient': (_, own, other) => {
    const x = own.clone().requiresGrad_()
    x.mul(other).relu().add(x).sum().backward()
    return small(x.grad!)
  },
  'a gradient of a convolution': ({ weights }, own) => {
    const x = own.clone().requiresGrad_()
    conv2d(x, weights[0]!, null).mul(own).sum().backward()
    return small(x.grad!)
  },
  "the user's array": ({ next, users }, own) => {
    users.array[integer(next, 0, users.array.length - 1)] = integer(next, -4, 4)
    return small(own.add(users.tensor))
  },
  "a copy of the user's array": ({ users }, own) =>
    small(own.add(tensor(users.array, { shape: SHAPE, dtype: 'float64' })).float()),
  // not exact, so nothing is compared but what is taken for the array
  'a loss': (_, own) => {
    const x = own.clone().requiresGrad_()
    crossEntropy(x, drawn(0, 8, [2, 40, 26]).to('int64')).backward()
    x.grad!.mul(2).sum()
  },
  'a normalisation': ({ weights }, own) => {
    const y = batchNorm(own, null, null, null, null, { training: true })
    conv2d(y, weights[0]!, null)
    y.mul_(2)
    conv2d(y, weights[0]!, null)
  },
  'another backend': ({ next }, own) => {
    const before = backends.getBackend()
    backends.setBackend(integer(next, 0, 1) === 0 && unavailable() === null ? 'x64' : 'portable')
    try {
      // each of them makes -own of it, without another write
      if (next() < 0.5) step(own, own.clone(), 2)
      else own.neg_()
    } finally {
      backends.setBackend(before)
    }
  },
}

function run(
  seed: number,
  backend: 'wasm' | 'portable',
): { readonly tensors: readonly Tensor[]; readonly text: string } {
  backends.setBackend(backend)
  manualSeed(seed)
  const next = generator(seed)
  const array = Float32Array.from({ length: 2 * 8 * 40 * 26 }, (_, i) => (i % 9) - 4)
  const state: State = {
    next,
    tensors: Array.from({ length: TENSORS }, () => drawn(-4, 5, SHAPE)),
    weights: [
      [8, 8, 1, 1],
      [8, 8, 3, 3],
      [8, 1, 3, 3],
    ].map(shape => drawn(-1, 2, shape)),
    users: { array, tensor: fromTypedArray(array, { shape: SHAPE }) },
  }
  const names = Object.keys(ACTIONS)
  const done: string[] = []
  for (let step = 0; step < STEPS; step++) {
    const name = names[integer(next, 0, names.length - 1)]!
    const [own, other] = [integer(next, 0, TENSORS - 1), integer(next, 0, TENSORS - 1)]
    done.push(`${name} (${own}, ${other})`)
    try {
      const made = ACTIONS[name]!(state, state.tensors[own]!, state.tensors[other]!)
      if (made instanceof Tensor && String(made.shape) === String(SHAPE) && !state.tensors.includes(made))
        state.tensors[integer(next, 0, TENSORS - 1)] = made.detach()
    } catch (error) {
      throw new Error(`${done.join(', ')}: ${(error as Error).message}`)
    }
  }
  return { tensors: state.tensors, text: done.join(', ') }
}

describe(`random programs (CONVFORGE_SEED=${SEED})`, () => {
  beforeAll(() => {
    const before = backends.getBackend()
    backends.allowReducedPrecision(false)
    return () => {
      backends.allowReducedPrecision(true)
      backends.setBackend(before)
    }
  })

  test.each(Array.from({ length: PROGRAMS }, (_, i) => SEED + 104729 * i))('program %i', seed => {
    const [ours, theirs] = (['wasm', 'portable'] as const).map(backend => run(seed, backend))
    for (const [i, tensor] of ours!.tensors.entries())
      expect(tensor.equal(theirs!.tensors[i]!), `tensor ${i} after ${ours!.text}`).toBe(true)
  })
})
