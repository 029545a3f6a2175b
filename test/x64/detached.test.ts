/**
 * Tensors over an array of the user's whose memory goes away: an error that names cause and cure, in every operation that
 * machine code or a loop serves, and never a crash.
 */
import { describe, expect, test } from 'vitest'
import { autograd, backends, cat, fromTypedArray, matmul, nn, optim, randn, type Tensor } from '../../src/index.js'

interface Losing {
  readonly bytes: (length: number) => ArrayBuffer
  readonly lose: (buffer: ArrayBuffer) => void
  readonly words: string
}

const memories = new WeakMap<ArrayBuffer, WebAssembly.Memory>()
const Resizable = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(length: number): void }

const WAYS: Record<string, Losing> = {
  'transferred to another thread': {
    bytes: length => new ArrayBuffer(length),
    lose: buffer => structuredClone(buffer, { transfer: [buffer] }),
    words: 'was transferred',
  },
  'a WebAssembly memory that grew': {
    bytes: length => {
      const memory = new WebAssembly.Memory({ initial: Math.ceil(length / 65536) })
      memories.set(memory.buffer, memory)
      return memory.buffer
    },
    lose: buffer => memories.get(buffer)!.grow(1),
    words: 'WebAssembly memory that has grown',
  },
  'made shorter': {
    bytes: length => new Resizable(length, { maxByteLength: length }),
    lose: buffer => (buffer as InstanceType<typeof Resizable>).resize(buffer.byteLength / 2),
    words: 'was resized',
  },
}

/** The tensors of an operation by shape, which of them the user's array is behind, and what is done with them. */
type Operation = readonly [shapes: readonly (readonly number[])[], run: (...tensors: Tensor[]) => unknown]

const conv = (x: Tensor, w: Tensor, b: Tensor | null = null) => nn.functional.conv2d(x, w, b, { padding: 1 })
const image = [2, 16, 20, 21] as const
const filters = [24, 16, 3, 3] as const

const OPERATIONS: Record<string, Operation> = {
  convolution: [[image, filters, [24]], conv],
  'convolution by points': [[image, [24, 16, 1, 1], [24]], (x, w, b) => nn.functional.conv2d(x!, w!, b)],
  'depthwise convolution': [[image, [16, 1, 3, 3]], (x, w) => nn.functional.conv2d(x!, w!, null, { groups: 16 })],
  'transposed convolution': [[image, [16, 24, 3, 3], [24]], (x, w, b) => nn.functional.convTranspose2d(x!, w!, b)],
  'product of matrices': [
    [
      [30, 40],
      [40, 50],
    ],
    matmul,
  ],
  'products of matrices': [
    [
      [3, 30, 40],
      [3, 40, 50],
    ],
    matmul,
  ],
  'linear layer': [[[30, 40], [50, 40], [50]], (x, w, b) => nn.functional.linear(x!, w!, b)],
  addition: [[image, image], (x, y) => x!.add(y!)],
  'multiplication in place': [[image, image], (x, y) => x!.mul_(y!)],
  'function of a number': [[image], x => x!.relu()],
  sum: [[image], x => x!.sum()],
  'sum over channels': [[image], x => x!.sum([1])],
  'max pooling': [[image], x => nn.functional.maxPool2d(x!, 3, { stride: 2, padding: 1 })],
  softmax: [[image], x => x!.softmax(1)],
  concatenation: [[image, image], (x, y) => cat([x!, y!])],
}

describe.each(Object.entries(WAYS))('memory that is %s', (_, { bytes, lose, words }) => {
  const overBuffer = (shape: readonly number[]) => {
    const length = shape.reduce((product, size) => product * size, 1)
    const buffer = bytes(4 * length)
    const array = new Float32Array(buffer, 0, length).fill(1)
    return { own: fromTypedArray(array, { shape: [...shape] }), buffer }
  }
  const expected = (run: () => unknown, what: string) => {
    expect(run, what).toThrow(/^a tensor's memory is gone: its array has \d+ of \d+ elements left\. Its ArrayBuffer/)
    expect(run, what).toThrow(words)
  }

  test.each(['x64', 'portable'])('on %s', backend => {
    if (!backends.describeBackends().some(({ name, available }) => name === backend && available)) return
    backends.setBackend(backend)
    try {
      for (const [name, [shapes, run]] of Object.entries(OPERATIONS)) {
        for (const at of shapes.keys()) {
          const tensors = shapes.map(shape => randn([...shape]))
          const { own, buffer } = overBuffer(shapes[at]!)
          tensors[at] = own
          // its plans and addresses are known
          run(...tensors)
          lose(buffer)
          expected(() => run(...tensors), `${name}, operand ${at}`)
        }
      }
    } finally {
      backends.setBackend(null)
    }
  })

  test('between the forward and the backward pass', () => {
    for (const wanted of ['input', 'weight'] as const) {
      const { own: x, buffer: ofX } = overBuffer(image)
      const { own: w, buffer: ofW } = overBuffer(filters)
      const leaf = (wanted === 'input' ? x : w).requiresGrad_()
      const output = conv(x, w)
      lose(wanted === 'input' ? ofW : ofX)
      expected(() => autograd.grad(output, leaf, randn([...output.shape])), `gradient of the ${wanted}`)
    }
  })

  test('before a step of an optimizer', () => {
    const { own, buffer } = overBuffer(image)
    own.requiresGrad_().grad = randn([...image])
    const optimizer = new optim.Adam([own])
    optimizer.step()
    lose(buffer)
    expected(() => optimizer.step(), 'Adam')
  })
})

test('the array that the receiver got serves', () => {
  const array = new Float32Array(2000).fill(2)
  const [before, moved] = [fromTypedArray(array), structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })]
  expect(() => before.add(1)).toThrow('memory is gone')
  expect(fromTypedArray(moved).add(1).sum().item()).toBe(6000)
})

test('a buffer that became longer changes nothing', () => {
  const buffer = new Resizable(8000, { maxByteLength: 16000 })
  const own = fromTypedArray(new Float32Array(buffer).fill(1))
  buffer.resize(16000)
  expect(own.add(1).sum().item()).toBe(4000)
})
