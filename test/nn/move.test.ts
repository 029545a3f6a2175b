import { describe, expect, test } from 'vitest'
import { nn, ones, type Tensor, tensor, zeros } from '../../src/index.js'

class Mixed extends nn.Module {
  weight = new nn.Parameter(ones(2))
  phase = new nn.Parameter(zeros(2, { dtype: 'complex64' }))
  steps = new nn.Parameter(tensor([1], { dtype: 'int64' }), { requiresGrad: false })

  constructor() {
    super()
    this.registerBuffer('mean', zeros(2))
    this.registerBuffer('count', tensor([0], { dtype: 'int32' }))
  }

  override forward(x: Tensor): Tensor {
    return x
  }

  dtypes(): string[] {
    return Object.values(this.stateDict()).map(value => value.dtype)
  }
}

describe('to', () => {
  test('a dtype: floating and complex tensors are converted, integers are not', () => {
    const module = new Mixed()
    expect(module.to('float64')).toBe(module)
    expect(module.dtypes()).toEqual(['float64', 'float64', 'int64', 'float64', 'int32'])
    expect(new Mixed().to('complex128').dtypes()).toEqual(['complex128', 'complex128', 'int64', 'complex128', 'int32'])
  })

  test('float, double, half and bfloat16: floating ones only, as in PyTorch', () => {
    expect(new Mixed().double().dtypes()).toEqual(['float64', 'complex64', 'int64', 'float64', 'int32'])
    expect(new Mixed().half().dtypes()).toEqual(['float16', 'complex64', 'int64', 'float16', 'int32'])
    expect(new Mixed().bfloat16().dtypes()).toEqual(['bfloat16', 'complex64', 'int64', 'bfloat16', 'int32'])
    expect(new Mixed().double().float().dtypes()).toEqual(['float32', 'complex64', 'int64', 'float32', 'int32'])
  })

  test('parameters stay the same objects, leaves that require gradients, and take their gradients along', () => {
    const conv = new nn.Conv2d(1, 1, 1)
    const { weight } = conv
    conv(ones(1, 1, 2, 2))
      .sum()
      .backward()
    const { grad } = weight
    conv.to('float64')
    expect(conv.weight).toBe(weight)
    expect([weight.requiresGrad, weight.isLeaf]).toEqual([true, true])
    expect([weight.grad!.dtype, weight.grad!.tolist()]).toEqual(['float64', grad!.tolist()])
    expect(conv(ones(1, 1, 2, 2, { dtype: 'float64' })).dtype).toBe('float64')
  })

  test('the memory format: channels_last for weights of 4 and 5 dimensions', () => {
    const net = new nn.Sequential(new nn.Conv2d(3, 4, 2), new nn.Conv1d(3, 4, 2))
    net.to({ memoryFormat: 'channels_last' })
    const [conv2d, conv1d] = [...net.children()] as [nn.Conv2d, nn.Conv1d]
    expect(conv2d.weight.strides).toEqual([12, 1, 6, 3])
    expect(conv1d.weight.isContiguous()).toBe(true)
    const output = conv2d(ones(1, 3, 5, 6))
    expect(output.isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
  })

  test('meta: shapes without data, and no way back', () => {
    const conv = new nn.Conv2d(3, 4, 2).to('meta')
    expect([conv.weight.device, conv.weight.shape]).toEqual(['meta', [4, 3, 2, 2]])
    expect(conv(ones(2, 3, 5, 6, { device: 'meta' })).shape).toEqual([2, 4, 4, 5])
    expect(() => conv.to('cpu')).toThrow('Cannot copy out of meta tensor; no data!')
  })

  test.each([['int64'], ['bool'], ['toString'], ['cuda'], ['float']])('%s is refused', target => {
    const module = new Mixed()
    expect(() => module.to(target as 'float32')).toThrow()
    expect(module.dtypes()).toEqual(['float32', 'complex64', 'int64', 'float32', 'int32'])
  })

  test('options that are not known are refused', () => {
    const options = { type: 'float64' } as { dtype?: 'float64' }
    expect(() => new Mixed().to(options)).toThrow("unexpected keyword argument 'type'")
  })
})

describe('train and eval', () => {
  class Frozen extends nn.Module {
    inner = new nn.ReLU()
    override forward(x: Tensor): Tensor {
      return x
    }
    override train(_mode?: boolean): this {
      return super.train(false)
    }
  }

  test('reach every module, and give back the module', () => {
    const net = new nn.Sequential(new nn.ReLU(), new nn.Sequential(new nn.Conv2d(1, 1, 1)))
    expect(net.eval()).toBe(net)
    expect([...net.modules()].map(module => module.training)).toEqual([false, false, false, false])
    net.train()
    expect([...net.modules()].map(module => module.training)).toEqual([true, true, true, true])
  })

  test('a module that overrides train is asked, too', () => {
    const net = new nn.Sequential(new Frozen(), new nn.ReLU())
    net.train()
    expect([...net.modules()].map(module => module.training)).toEqual([true, false, false, true])
  })

  test('the mode is a boolean', () => {
    expect(() => new nn.ReLU().train(1 as unknown as boolean)).toThrow('training mode is expected to be boolean')
  })
})

describe('gradients of a whole module', () => {
  test('zeroGrad and requiresGrad_', () => {
    const net = new nn.Sequential(new nn.Conv1d(1, 1, 1), new nn.Conv1d(1, 1, 1))
    net(ones(1, 1, 2))
      .sum()
      .backward()
    expect([...net.parameters()].every(parameter => parameter.grad !== null)).toBe(true)
    net.zeroGrad()
    expect([...net.parameters()].every(parameter => parameter.grad === null)).toBe(true)
    net.requiresGrad_(false)
    expect(net(ones(1, 1, 2)).requiresGrad).toBe(false)
    expect(net.requiresGrad_()(ones(1, 1, 2)).requiresGrad).toBe(true)
  })

  test('a layer called twice gets the gradients of both calls', () => {
    const conv = new nn.Conv1d(1, 1, 1, { bias: false })
    conv.weight.setData(tensor([[[3]]]))
    conv(conv(ones(1, 1, 1)))
      .sum()
      .backward()
    expect(conv.weight.grad!.tolist()).toEqual([[[6]]])
  })
})
