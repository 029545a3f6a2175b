import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { IndexError, NotImplementedError, RuntimeError, ValueError } from '../../src/errors.js'
import * as classLosses from '../../src/nn/functional/crossEntropy.js'
import * as losses from '../../src/nn/functional/loss.js'
import {
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  MSELoss,
  NLLLoss,
} from '../../src/nn/modules/loss.js'
import { tensor } from '../../src/ops/creation/fromData.js'
import { ones, zeros } from '../../src/ops/creation/fromSizes.js'
import { randn } from '../../src/ops/creation/random.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { checkGradient } from '../gradients.js'
import { type Answers, compare, type Pattern, pattern, readCases } from './pattern.fixture.js'

interface LossCase extends Answers {
  name: string
  inputs: Pattern[]
  options: Record<string, unknown>
  differentiable: number[]
}

type Loss = (input: Tensor, target: Tensor, options?: object) => Tensor
const FUNCTIONS = { ...classLosses, ...losses } as unknown as Record<string, Loss>
/** Class numbers. */
const labels = (numbers: Parameters<typeof tensor>[0]) => tensor(numbers, { dtype: 'int64' })
const { crossEntropy, nllLoss } = classLosses
const { binaryCrossEntropy, binaryCrossEntropyWithLogits, huberLoss, klDiv, l1Loss, mseLoss, smoothL1Loss } = losses

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('against PyTorch', () => {
  const title = ({ name, inputs, options }: LossCase) =>
    `${name}(${inputs.map(([, shape, kind]) => `${kind ?? ''}[${shape}]`)}) ${JSON.stringify(options)}`
  const cases = readCases<LossCase>('loss')
  test.each(cases.map(one => [title(one), one] as const))('%s', (_, one) => {
    const options = Object.fromEntries(
      Object.entries(one.options).map(([key, value]) => [
        key,
        Array.isArray(value) ? pattern(value as Pattern) : value,
      ]),
    )
    compare((x, t) => FUNCTIONS[one.name]!(x, t, options), one.inputs.map(pattern), one.differentiable, one)
  })
})

describe('against finite differences, twice', () => {
  const classes = labels([2, 0, 1])
  test.each<[string, (x: Tensor) => Tensor]>([
    ['cross entropy', x => crossEntropy(x, classes)],
    [
      'cross entropy with all options',
      x =>
        crossEntropy(x, classes, {
          weight: tensor([0.2, 0.5, 1.1, 0.7], { dtype: 'float64' }),
          ignoreIndex: 0,
          labelSmoothing: 0.3,
        }),
    ],
    [
      'cross entropy of places',
      x => crossEntropy(x.reshape([1, 4, 3]), classes.reshape([1, 3]), { reduction: 'none', labelSmoothing: 0.1 }),
    ],
    ['nll', x => nllLoss(x.square(), classes)],
    ['mse', x => mseLoss(x, ones(3, 4, { dtype: 'float64' }).mul(0.3))],
    ['binary cross entropy', x => binaryCrossEntropy(x.sigmoid(), ones(3, 4, { dtype: 'float64' }).mul(0.3))],
    ['binary cross entropy of logits', x => binaryCrossEntropyWithLogits(x, ones(3, 4, { dtype: 'float64' }).mul(0.3))],
    ['kl', x => klDiv(x, ones(3, 4, { dtype: 'float64' }).mul(0.3), { reduction: 'batchmean' })],
  ])('%s', (_, loss) => {
    checkGradient(loss, [pattern([3, [3, 4]])], { order: 2 })
  })
})

describe('cross entropy', () => {
  test('float32, 16 bits and other layouts have the values of float64', () => {
    const x = pattern([4, [5, 3, 2]])
    const target = pattern([5, [5, 2], '3'])
    const exact = Number(crossEntropy(x, target).item())
    expect(Number(crossEntropy(x.float(), target).item())).toBeCloseTo(exact, 6)
    expect(crossEntropy(x.to('bfloat16'), target).dtype).toBe('bfloat16')
    const strided = x.transpose(0, 2).contiguous().transpose(0, 2)
    expect(strided.isContiguous()).toBe(false)
    expect(crossEntropy(strided, target).item()).toBe(exact)
    const strange = x.transpose(0, 1).contiguous().transpose(0, 1).requiresGrad_()
    crossEntropy(strange, target).backward()
    const plain = x.clone().requiresGrad_()
    crossEntropy(plain, target).backward()
    expect(strange.grad!.tolist()).toEqual(plain.grad!.tolist())
  })

  test('large scores do not overflow', () => {
    const x = tensor([[1000, 0, -1000]]).requiresGrad_()
    const loss = crossEntropy(x, labels([1]))
    loss.backward()
    expect(loss.item()).toBe(1000)
    expect(x.grad!.tolist()).toEqual([[1, -1, 0]])
  })

  test('classes may be uint8, and probabilities of another dtype', () => {
    const x = pattern([4, [3, 4]]).float()
    const target = labels([1, 3, 0])
    expect(crossEntropy(x, target.to('uint8')).item()).toBe(crossEntropy(x, target).item())
    expect(crossEntropy(x, pattern([5, [3, 4], 'unit'])).dtype).toBe('float64')
  })

  test('nothing to average gives NaN, as in PyTorch', () => {
    const x = pattern([4, [2, 3]]).requiresGrad_()
    const ignored = crossEntropy(x, labels([2, 2]), { ignoreIndex: 2 })
    expect(ignored.item()).toBe(Number.NaN)
    ignored.backward()
    expect(x.grad!.tolist()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(crossEntropy(x, labels([2, 2]), { ignoreIndex: 2, reduction: 'sum' }).item()).toBe(0)
    expect(crossEntropy(zeros(0, 3), zeros(0, { dtype: 'int64' })).item()).toBe(Number.NaN)
    expect(crossEntropy(zeros(0, 3), zeros(0, { dtype: 'int64' }), { reduction: 'none' }).shape).toEqual([0])
  })

  test('meta tensors have a shape', () => {
    const x = zeros(4, 3, 5, { device: 'meta' })
    const target = zeros(4, 5, { device: 'meta', dtype: 'int64' })
    expect(crossEntropy(x, target, { reduction: 'none' }).shape).toEqual([4, 5])
    expect(crossEntropy(x, target).device).toBe('meta')
  })

  const x = zeros(3, 5)
  const y = labels([1, 0, 4])
  const image = zeros(2, 3, 4, 6)
  const classes = (...shape: number[]) => zeros(shape, { dtype: 'int64' })
  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    ['int32', () => crossEntropy(x, y.to('int32')), RuntimeError, 'expected scalar type Long but found Int'],
    ['bool', () => crossEntropy(x, y.to('bool')), RuntimeError, 'expected scalar type Long but found Bool'],
    ['float classes', () => crossEntropy(x, y.float()), RuntimeError, 'expected scalar type Long but found Float'],
    ['class 5', () => crossEntropy(x, labels([1, 0, 5])), IndexError, 'Target 5 is out of bounds.'],
    ['class -1', () => crossEntropy(x, labels([1, 0, -1])), IndexError, 'Target -1 is out of bounds.'],
    ['class 2^32', () => crossEntropy(x, labels([1, 0, 2 ** 32])), IndexError, 'Target 4294967296 is out of bounds.'],
    [
      'batch',
      () => crossEntropy(x, labels([1, 0])),
      ValueError,
      'Expected input batch_size (3) to match target batch_size (2).',
    ],
    [
      'no batch',
      () => crossEntropy(x, labels(1)),
      ValueError,
      'Expected input batch_size (3) to match target batch_size (0).',
    ],
    [
      'two dimensions',
      () => crossEntropy(x, classes(3, 1)),
      RuntimeError,
      '0D or 1D target tensor expected, multi-target not supported',
    ],
    [
      'one sample',
      () => crossEntropy(x.select(0, 0), labels([1])),
      RuntimeError,
      'size mismatch (got input: [5], target: [1])',
    ],
    ['number', () => crossEntropy(tensor(1.5), tensor(2.5)), IndexError, 'Dimension'],
    [
      'weights',
      () => crossEntropy(x, y, { weight: zeros(4) }),
      RuntimeError,
      'weight tensor should be defined either for all 5 classes or no classes but got weight tensor of shape: [4]',
    ],
    [
      'weight dtype',
      () => crossEntropy(x, y, { weight: zeros(5, { dtype: 'float64' }) }),
      RuntimeError,
      'expected scalar type Float but found Double',
    ],
    [
      'weight gradient',
      () => crossEntropy(x, y, { weight: zeros(5).requiresGrad_() }),
      RuntimeError,
      "not differentiable with respect to argument 'weight'",
    ],
    [
      'smoothing',
      () => crossEntropy(x, y, { labelSmoothing: 1.5 }),
      RuntimeError,
      'label_smoothing must be between 0.0 and 1.0. Got: 1.5',
    ],
    [
      'negative smoothing',
      () => crossEntropy(x, y, { labelSmoothing: -0.5 }),
      RuntimeError,
      'label_smoothing must be between 0.0 and 1.0. Got: -0.5',
    ],
    [
      'reduction',
      () => crossEntropy(x, y, { reduction: 'foo' as 'sum' }),
      ValueError,
      'foo is not a valid value for reduction',
    ],
    [
      'ignored probabilities',
      () => crossEntropy(x, zeros(3, 5), { ignoreIndex: 1 }),
      RuntimeError,
      'ignore_index is not supported for floating point target',
    ],
    [
      'integer probabilities',
      () => crossEntropy(x, classes(3, 5)),
      RuntimeError,
      'Expected floating point type for target with class probabilities, got Long',
    ],
    [
      'weights of probabilities',
      () => crossEntropy(x, zeros(3, 5), { weight: zeros(4) }),
      RuntimeError,
      'cross_entropy: weight tensor should be defined either for all 5 classes or no classes but got weight tensor of shape: [4]',
    ],
    [
      'integer scores',
      () => crossEntropy(classes(3, 5), y),
      NotImplementedError,
      `"log_softmax_lastdim_kernel_impl" not implemented for 'Long'`,
    ],
    [
      'places',
      () => crossEntropy(image, classes(2, 6, 4)),
      RuntimeError,
      'size mismatch (got input: [2, 3, 4, 6], target: [2, 6, 4])',
    ],
    [
      'too few dimensions',
      () => crossEntropy(image, classes(2, 4)),
      RuntimeError,
      'only batches of spatial targets supported (3D tensors) but got targets of dimension: 2',
    ],
    [
      'places in 1d',
      () => crossEntropy(image.select(3, 0), classes(2, 3)),
      RuntimeError,
      'Expected target size [2, 4], got [2, 3]',
    ],
    [
      'image weights',
      () => crossEntropy(image, classes(2, 4, 6), { weight: ones(4) }),
      RuntimeError,
      'weight tensor should be defined either for all or no classes',
    ],
    [
      'unknown option',
      () => crossEntropy(x, y, { sizeAverage: true } as object),
      TypeError,
      "unexpected keyword argument 'sizeAverage'",
    ],
    ['no tensor', () => crossEntropy(x, [1, 0, 4] as never), TypeError, "argument 'target' must be Tensor"],
    [
      'nll of integers',
      () => nllLoss(classes(3, 5), y),
      NotImplementedError,
      `"nll_loss_out_frame" not implemented for 'Long'`,
    ],
    ['nll of a number', () => nllLoss(tensor(1.5), y), ValueError, 'Expected 1 or more dimensions (got 0)'],
  ])('refuses: %s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})

describe('other losses', () => {
  const x = zeros(3, 5)
  test.each<[string, () => unknown, new (...args: never[]) => Error, string]>([
    [
      'mse sizes',
      () => mseLoss(x, zeros(2, 5)),
      RuntimeError,
      'The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0',
    ],
    [
      'mse integers',
      () => mseLoss(x.to('int64'), x.to('int64')),
      NotImplementedError,
      `"mse_cpu" not implemented for 'Long'`,
    ],
    [
      'l1 integers',
      () => l1Loss(x.to('int64'), x.to('int64')),
      RuntimeError,
      'mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: Long',
    ],
    [
      'beta',
      () => smoothL1Loss(x, x, { beta: -1 }),
      RuntimeError,
      'smooth_l1_loss does not support negative values for beta',
    ],
    [
      'delta',
      () => huberLoss(x, x, { delta: 0 }),
      RuntimeError,
      'huber_loss does not support non-positive values for delta',
    ],
    [
      'bce sizes',
      () => binaryCrossEntropy(x, zeros(1, 5)),
      ValueError,
      'Using a target size (torch.Size([1, 5])) that is different to the input size (torch.Size([3, 5])) is deprecated. Please ensure they have the same size.',
    ],
    ['bce dtype', () => binaryCrossEntropy(x, x.double()), RuntimeError, 'Found dtype Double but expected Float'],
    [
      'bce range',
      () => binaryCrossEntropy(x.add(1.5), x),
      RuntimeError,
      'all elements of input should be between 0 and 1',
    ],
    [
      'bce weight',
      () => binaryCrossEntropy(x, x, { weight: zeros(2, 3, 5) }),
      RuntimeError,
      "output with shape [3, 5] doesn't match the broadcast shape [2, 3, 5]",
    ],
    [
      'logits sizes',
      () => binaryCrossEntropyWithLogits(x, zeros(1, 5)),
      ValueError,
      'Target size (torch.Size([1, 5])) must be the same as input size (torch.Size([3, 5]))',
    ],
    [
      'logits integers',
      () => binaryCrossEntropyWithLogits(x, x.to('int64')),
      RuntimeError,
      "result type Float can't be cast to the desired output type Long",
    ],
    [
      'posWeight',
      () => binaryCrossEntropyWithLogits(x, x, { posWeight: zeros(2, 3, 5) }),
      RuntimeError,
      "output with shape [3, 5] doesn't match the broadcast shape [2, 3, 5]",
    ],
    ['kl integers', () => klDiv(x, x.to('int64')), RuntimeError, 'kl_div: Integral inputs not supported'],
    ['kl complex', () => klDiv(x.to('complex64'), x), RuntimeError, 'kl_div: Complex inputs not supported'],
    [
      'kl reduction',
      () => klDiv(x, x, { reduction: 'foo' as 'sum' }),
      ValueError,
      'foo is not a valid value for reduction',
    ],
    [
      'reduction',
      () => mseLoss(x, x, { reduction: 'batchmean' as 'sum' }),
      ValueError,
      'batchmean is not a valid value for reduction',
    ],
  ])('refuses: %s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })

  test('dtypes promote', () => {
    expect(mseLoss(x, x.double()).dtype).toBe('float64')
    expect(mseLoss(x, x.to('int64')).dtype).toBe('float32')
    expect(l1Loss(x.to('int64'), x.to('int64').add(2), { reduction: 'sum' }).item()).toBe(30)
    expect(mseLoss(x.to('float16'), x.add(2).to('float16')).item()).toBe(4)
  })

  test('sizes that differ broadcast, with a warning', () => {
    expect(mseLoss(zeros(3, 7), ones(7), { reduction: 'sum' }).item()).toBe(21)
    expect(console.warn).toHaveBeenCalledWith(
      'Warning: Using a target size (torch.Size([7])) that is different to the input size (torch.Size([3, 7])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.',
    )
    mseLoss(zeros(3, 7), ones(7))
    expect(console.warn).toHaveBeenCalledTimes(1)
  })

  test('probabilities of 0 and 1 cost at most 100', () => {
    expect(
      binaryCrossEntropy(tensor([0.0, 1.0], { dtype: 'float32' }), tensor([1, 0], { dtype: 'float32' }), {
        reduction: 'none',
      }).tolist(),
    ).toEqual([100, 100])
  })

  test.each([
    ['binaryCrossEntropy', 'weight', binaryCrossEntropy],
    ['binaryCrossEntropyWithLogits', 'weight', binaryCrossEntropyWithLogits],
    ['binaryCrossEntropyWithLogits', 'posWeight', binaryCrossEntropyWithLogits],
  ] as const)('a %s whose %s was changed has no gradient, as in PyTorch', (_name, option, loss) => {
    const input = tensor([0.25, 0.5], { requiresGrad: true })
    const weight = tensor([2, 3])
    const output = (loss as Loss)(input, tensor([0, 1]), { [option]: weight })
    output.backward(null, { retainGraph: true })
    weight.mul_(2)
    expect(() => output.backward()).toThrow('modified by an inplace operation: [torch.FloatTensor [2]]')
  })

  test('losses are leaves of the tape under their names', () => {
    const leaf = randn(3, 5).requiresGrad_()
    expect(mseLoss(leaf, x).gradFn!.name).toBe('MseLossBackward0')
    expect(crossEntropy(leaf, labels([1, 2, 3])).gradFn!.name).toBe('NllLossBackward0')
    expect(crossEntropy(leaf.unsqueeze(2), labels([[1], [2], [3]])).gradFn!.name).toBe('NllLoss2DBackward0')
  })
})

describe('modules', () => {
  test('are called with input and target', () => {
    const x = pattern([3, [4, 3]])
    const y = labels([0, 2, 1, 1])
    const weight = pattern([4, [3], 'unit'])
    const options = { weight, ignoreIndex: 1, labelSmoothing: 0.2, reduction: 'sum' } as const
    expect(new CrossEntropyLoss(options)(x, y).item()).toBe(crossEntropy(x, y, options).item())
    expect(new NLLLoss({ weight })(x, y).item()).toBe(nllLoss(x, y, { weight }).item())
    expect(new HuberLoss({ delta: 0.3 })(x, x.mul(2)).item()).toBe(huberLoss(x, x.mul(2), { delta: 0.3 }).item())
    expect(new KLDivLoss({ reduction: 'batchmean', logTarget: true })(x, x).item()).toBe(0)
    expectTypeOf(new MSELoss()).toBeCallableWith(x, y)
    expectTypeOf(new MSELoss()(x, x)).toEqualTypeOf<Tensor>()
  })

  test('save their weights as buffers under the names of PyTorch, and print nothing', () => {
    const loss = new BCEWithLogitsLoss({ posWeight: ones(3) })
    expect(Object.keys(loss.stateDict())).toEqual(['pos_weight'])
    expect([...loss.parameters()]).toEqual([])
    expect(loss.double().posWeight!.dtype).toBe('float64')
    expect(Object.keys(new CrossEntropyLoss({ weight: ones(3) }).stateDict())).toEqual(['weight'])
    expect(String(new CrossEntropyLoss({ labelSmoothing: 0.1 }))).toBe('CrossEntropyLoss()')
  })

  test('refuse bad options when they are made', () => {
    expect(() => new MSELoss({ reduction: 'avg' as 'sum' })).toThrow('avg is not a valid value for reduction')
    expect(() => new CrossEntropyLoss({ label_smoothing: 0.1 } as object)).toThrow(
      "unexpected keyword argument 'label_smoothing'",
    )
    expect(() => new NLLLoss({ weight: [1, 2] as never })).toThrow("argument 'weight' must be Tensor")
  })
})
