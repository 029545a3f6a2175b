/**
 * Elementwise operations and reductions through the public functions, each run of a program on guarded memory.
 */
import { withLoops } from '../../../src/backends/settings.js'
import { Program } from '../../../src/backends/x64/runtime/index.js'
import { type DType, nn, noGrad, optim, rand, type Tensor } from '../../../src/index.js'
import { integer, pick, type Random } from '../../differential/support/specs.js'
import { GuardedBytes, type Side } from './guarded.js'

/** Of one or two tensors of a shape. */
type Operation = (a: Tensor, b: Tensor, channels: Tensor) => Tensor

const OPERATIONS: Record<string, Record<string, Operation>> = {
  elementwise: {
    add: (a, b) => a.add(b),
    'add a number': a => a.add(1.25),
    'a channel each': (a, _, channels) => a.mul(channels),
    'in place': (a, b) => a.clone().mul_(b),
    divide: (a, b) => a.div(b.add(1)),
    relu: a => a.sub(0.5).relu(),
    sigmoid: a => a.sigmoid(),
    greater: (a, b) => a.maximum(b),
    'batch norm': a => nn.functional.batchNorm(a, null, null, null, null, { training: true }),
    'layer norm': a => nn.functional.layerNorm(a, a.shape.slice(2)),
    softmax: a => a.softmax(3),
    'log of softmax': a => a.logSoftmax(1),
    SGD: (a, b) => stepped(a, b, p => new optim.SGD([p], { lr: 0.1, momentum: 0.9, nesterov: true })),
    Adam: (a, b) => stepped(a, b, p => new optim.Adam([p], { lr: 0.1, amsgrad: true })),
    AdamW: (a, b) => stepped(a, b, p => new optim.AdamW([p], { lr: 0.1 })),
  },
  fold: {
    sum: a => a.sum(),
    'of planes': a => a.sum([2, 3]),
    'of channels': a => a.sum(1),
    'of all but channels': a => a.sum([0, 2, 3]),
    mean: a => a.mean([3]),
    variance: a => a.var([0, 2, 3]),
    softmax: a => a.softmax(2),
  },
  'max-pool': {
    'of 3': a => nn.functional.maxPool2d(a, 3, { stride: 2, padding: 1 }),
    'of 2': a => nn.functional.maxPool2d(a, 2),
    'of 3 x 2': a => nn.functional.maxPool2d(a, [3, 2], { stride: [1, 2] }),
    places: a => nn.functional.maxPool2d(a, 3, { stride: 2, padding: 1, returnIndices: true })[1].to(a.dtype),
  },
}

function stepped(parameter: Tensor, gradient: Tensor, make: (parameter: Tensor) => optim.Optimizer): Tensor {
  const own = parameter.clone().requiresGrad_()
  const optimizer = make(own)
  for (let step = 0; step < 2; step++) {
    own.grad = gradient
    optimizer.step()
  }
  return own.detach()
}

export type VectorKernel = 'elementwise' | 'fold' | 'max-pool'
export const VECTOR_KERNELS = Object.keys(OPERATIONS) as VectorKernel[]

export interface VectorCase {
  readonly text: string
  /** How many programs ran; throws where one goes beyond its memory or a result differs from the loops'. */
  run(side: Side): number
}

export function vectorCase(next: Random, kernel: VectorKernel): VectorCase {
  const [name, operation] = pick(next, Object.entries(OPERATIONS[kernel]!))
  const dtype: DType = kernel === 'max-pool' ? 'float32' : pick(next, ['float32', 'float64'] as const)
  const [n, channels, height] = [integer(next, 1, 3), integer(next, 1, 9), integer(next, 3, 20)]
  const width = Math.max(integer(next, 3, 70), Math.ceil(1024 / (n * channels * height)))
  const shape = [n, channels, height, width]
  const [a, b] = [rand(shape, { dtype }), rand(shape, { dtype })]
  const perChannel = rand([channels, 1, 1], { dtype })
  const compute = () => noGrad(() => operation(a, b, perChannel))
  return {
    text: `${kernel} ${name} ${dtype} [${shape}]`,
    run(side) {
      let found: Tensor | undefined
      const programs = guarding(side, () => {
        found = compute()
      })
      const expected = withLoops(compute)
      const far = found!.sub(expected).abs().max().item()
      const scale = Math.max(1, expected.abs().max().item())
      // a sum may be taken in another order
      if (!(far <= scale * (dtype === 'float64' ? 1e-12 : 1e-5))) throw new Error(`a result differs by ${far}`)
      return programs
    },
  }
}

/** Each program that runs in `body` runs on copies of its arrays that trap where they end. Returns how many ran. */
function guarding(side: Side, body: () => void): number {
  let programs = 0
  const { run } = Program.prototype
  Program.prototype.run = function (operands) {
    programs++
    const copies = new Map<ArrayBufferView, GuardedBytes>()
    for (const [i, operand] of operands.entries())
      if (typeof operand !== 'number' && !copies.has(operand))
        copies.set(operand, new GuardedBytes(`operand ${i}`, side, operand))
    const addresses = operands.map(operand => (typeof operand === 'number' ? operand : copies.get(operand)!.address))
    run.call(this, addresses, false)
    for (const [array, copy] of copies) {
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(copy.read())
      copy.release()
    }
  }
  try {
    body()
  } finally {
    Program.prototype.run = run
  }
  return programs
}
