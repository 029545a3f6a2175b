import { describe, expect, test } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import { polar } from '../../src/ops/elementwise/complex.js'
import type { Device } from '../../src/tensor/device.js'
import { allocate, wrapArray } from '../../src/tensor/tensor.js'
import { bits, tensorOf } from './elementwise.fixture.js'

describe('to', () => {
  const x = tensorOf([1.5, -2.5, 3], [3], 'float32')

  test('is the tensor itself where nothing changes', () => {
    for (const same of [
      x.to('float32'),
      x.to('cpu'),
      x.to({}),
      x.to(x),
      x.float(),
      x.to({ memoryFormat: 'contiguous' }),
      x.type('float32'),
      x.contiguous(),
    ]) {
      expect(same).toBe(x)
    }
    const copy = x.to('float32', { copy: true })
    expect(copy === x).toBe(false)
    expect(copy.storage === x.storage).toBe(false)
    expect(bits(copy)).toBe(bits(x))
  })

  test('changes dtype, device and memory format', () => {
    expect(x.to('int8').tolist()).toEqual([1, -2, 3])
    expect(x.to(tensorOf([1])).dtype).toBe('float64')
    const moved = x.to('meta', 'float64')
    expect([moved.device, moved.dtype]).toEqual(['meta', 'float64'])
    const image = allocate([2, 3, 4, 5], 'float32')
    const out = image.to({ dtype: 'float16', memoryFormat: 'channels_last' })
    expect([out.dtype, out.stride()]).toEqual(['float16', [60, 1, 15, 3]])
    expect(image.to({ memoryFormat: 'channels_last' }).stride()).toEqual([60, 1, 15, 3])
    expect(image.to('meta').device).toBe('meta')
    expect(out.contiguous().stride()).toEqual([60, 20, 5, 1])
    expect(out.clone({ memoryFormat: 'contiguous' }).stride()).toEqual([60, 20, 5, 1])
  })

  test('each short name', () => {
    const names = {
      float: 'float32',
      double: 'float64',
      half: 'float16',
      bfloat16: 'bfloat16',
      char: 'int8',
      byte: 'uint8',
      short: 'int16',
      int: 'int32',
      long: 'int64',
      bool: 'bool',
      cfloat: 'complex64',
      cdouble: 'complex128',
    } as const
    for (const [name, dtype] of Object.entries(names)) expect(x.abs()[name as keyof typeof names]().dtype).toBe(dtype)
  })

  test('type names the type as PyTorch does', () => {
    expect(x.type()).toBe('torch.FloatTensor')
    expect(x.cdouble().type()).toBe('torch.ComplexDoubleTensor')
    expect(x.type('int64').type()).toBe('torch.LongTensor')
  })

  test('refuses what there is not', () => {
    expect(() => x.to('cuda' as Device)).toThrow(
      'Expected one of cpu, meta device type at start of device string: cuda',
    )
    expect(() => x.to({ dtype: 'float8' as 'float16' })).toThrow('but got dtype=float8')
    expect(() => x.to(5 as unknown as 'cpu')).toThrow('but got 5')
    expect(() => x.contiguous({ memoryFormat: 'channels_first' as 'contiguous' })).toThrow(
      'but got memoryFormat=channels_first',
    )
    expect(() => x.to({ memoryFormat: 'channels_last' })).toThrow(
      'required rank 4 or 5 tensor to use channels_last format',
    )
    const meta = x.to('meta')
    expect(() => meta.to('cpu')).toThrow('Cannot copy out of meta tensor; no data!')
    expect(() => allocate([3], 'float32').copy_(meta)).toThrow('Cannot copy out of meta tensor; no data!')
  })

  test('gradients come back in the dtype they started from', () => {
    const w = tensorOf([1, 2, 3], [3], 'float16').requiresGrad_()
    const y = w.to('float64')
    expect(y.gradFn!.name).toBe('ToCopyBackward0')
    y.square().sum().backward()
    expect([w.grad!.dtype, w.grad!.tolist()]).toEqual(['float16', [2, 4, 6]])
    const z = tensorOf([1, 2]).requiresGrad_()
    z.cdouble().mul({ re: 0, im: 1 }).viewAsReal().sum().backward()
    expect([z.grad!.dtype, z.grad!.tolist()]).toEqual(['float64', [1, 1]])
    expect(w.int().requiresGrad).toBe(false)
    expect(w.clone().gradFn!.name).toBe('CloneBackward0')
    expect(w.contiguous()).toBe(w)
    expect(tensorOf([1, 2, 3, 4], [2, 2]).requiresGrad_().t().contiguous().gradFn!.name).toBe('CloneBackward0')
  })

  test('detach shares memory and leaves the tape', () => {
    const w = tensorOf([1, 2]).requiresGrad_()
    const y = w.mul(2)
    const d = y.detach()
    expect([d.requiresGrad, d.gradFn, d.storage === y.storage]).toEqual([false, null, true])
    d.add_(1)
    expect(y.tolist()).toEqual([3, 5])
  })

  test('requiresGrad_ is for floating leaves', () => {
    expect(tensorOf([1]).requiresGrad_().requiresGrad).toBe(true)
    expect(tensorOf([1]).requiresGrad_(false).requiresGrad).toBe(false)
    expect(() => tensorOf([1], [1], 'int64').requiresGrad_()).toThrow(
      'Only Tensors of floating point and complex dtype can require gradients',
    )
    expect(() => tensorOf([1]).requiresGrad_().mul(2).requiresGrad_(false)).toThrow(
      'you can only change requires_grad flags of leaf variables',
    )
  })
})

describe('complex views', () => {
  test('share memory both ways', () => {
    const pairs = tensorOf([1, 2, 3, 4, 5, 6], [3, 2], 'float32')
    const z = pairs.viewAsComplex()
    expect([z.dtype, z.shape]).toEqual(['complex64', [3]])
    z.mul_({ re: 0, im: 1 })
    expect(pairs.tolist()).toEqual([
      [-2, 1],
      [-4, 3],
      [-6, 5],
    ])
    z.imag().fill_(7)
    z.real().add_(1)
    expect(z.viewAsReal().tolist()).toEqual([
      [-1, 7],
      [-3, 7],
      [-5, 7],
    ])
    expect(z.real().stride()).toEqual([2])
    const part = z.narrow(0, 1, 2)
    expect(part.real().tolist()).toEqual([-3, -5])
    expect(part.viewAsReal().viewAsComplex().offset).toBe(1)
  })

  test('real numbers', () => {
    const x = tensorOf([1, -2])
    expect(x.real()).toBe(x)
    expect(x.conj()).toBe(x)
    expect(() => x.imag()).toThrow('imag is not implemented for tensors with non-complex dtypes.')
    expect(() => x.viewAsReal()).toThrow('view_as_real is only supported for complex tensors')
  })

  test('refuse what is not laid out as pairs', () => {
    const x = tensorOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2])
    expect(() => x.t().viewAsComplex()).toThrow('Tensor must have a last dimension of size 2')
    expect(() => tensorOf([1, 2, 3, 4], [2, 2]).t().viewAsComplex()).toThrow(
      'Tensor must have a last dimension with stride 1',
    )
    expect(() => x.flatten().narrow(0, 1, 2).viewAsComplex()).toThrow(
      'Tensor must have a storage_offset divisible by 2',
    )
    expect(() => tensorOf([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3]).narrow(1, 0, 2).viewAsComplex()).toThrow(
      'Tensor must have a stride divisible by 2',
    )
    expect(() => tensorOf([1], []).viewAsComplex()).toThrow('Input tensor must have one or more dimensions')
    expect(() => x.long().viewAsComplex()).toThrow('got a tensor of scalar type: Long')
    expect(() => polar(x, x.float())).toThrow(
      'Expected object of scalar type Double but got scalar type Float for second argument',
    )
    expect(() => polar(x, x.long())).toThrow(
      'Expected both inputs to be Float or Double tensors but got Double and Long',
    )
  })

  test('a real leaf of a complex result gets a real gradient', () => {
    const x = wrapArray(Float32Array.of(1, 2), [2], 'float32').requiresGrad_()
    const out = x.mul({ re: 3, im: 4 }).abs().sum()
    expect(out.item()).toBe(15)
    const [g] = grad(out, x)
    expect([g!.dtype, g!.tolist()]).toEqual(['float32', [5, 5]])
  })
})
