/** Recording on and off, and inference mode, as in PyTorch 1.13 (see engine.test.ts for the notation). */
import { describe, expect, test } from 'vitest'
import {
  autograd,
  enableGrad,
  inferenceMode,
  isGradEnabled,
  noGrad,
  setGradEnabled,
  type Tensor,
  tensor,
} from '../../src/index.js'
import { constant, gradOf, leaf } from './support.js'

const inference = (...values: number[]): Tensor => inferenceMode(() => constant(...values))
const flags = (x: Tensor) => ({ requiresGrad: x.requiresGrad, inference: x.isInference() })

describe('noGrad and enableGrad', () => {
  test('nest', () => {
    const seen = noGrad(() => [isGradEnabled(), enableGrad(() => isGradEnabled()), isGradEnabled()])
    expect([...seen, isGradEnabled()]).toEqual([false, true, false, true])
  })

  test('give back what the function returns', () => {
    expect(noGrad(() => 5)).toBe(5)
    const x = leaf(1)
    expect(enableGrad(() => x) === x).toBe(true)
  })

  test.each([
    ['noGrad', noGrad],
    ['enableGrad', enableGrad],
    ['inferenceMode', inferenceMode],
  ])('%s ends where its function throws', (_, mode) => {
    const failing = () =>
      mode(() => {
        noGrad(() => inferenceMode(() => undefined))
        throw new Error('on the way')
      })
    for (const outer of [noGrad, enableGrad]) {
      outer(() => {
        const before = isGradEnabled()
        expect(failing).toThrow('on the way')
        expect([isGradEnabled(), tensor(1).isInference()]).toEqual([before, false])
      })
    }
  })

  test.each([
    ['noGrad', noGrad],
    ['enableGrad', enableGrad],
    ['inferenceMode', inferenceMode],
  ])('%s refuses a function that goes on later', async (_, mode) => {
    expect(() => mode(async () => 1)).toThrow('take a synchronous function')
    expect(() => mode(async () => 1)).toThrow('Await the data first')
    expect(isGradEnabled()).toBe(true)
  })

  test('setGradEnabled says what was', () => {
    expect(setGradEnabled(false)).toBe(true)
    expect(leaf(1).mul(2).requiresGrad).toBe(false)
    expect(setGradEnabled(true)).toBe(false)
    expect(leaf(1).mul(2).requiresGrad).toBe(true)
  })

  test('leaves made without recording can be differentiated', () => {
    const x = noGrad(() => leaf(1, 2))
    x.mul(x).sum().backward()
    expect(gradOf(x)).toEqual([2, 4])
    // with torch.no_grad(): y = x.view(2, 1): y.requires_grad is True there, as a view of a leaf; here nothing is recorded
    expect(noGrad(() => x.view(2, 1)).requiresGrad).toBe(false)
  })
})

describe('inferenceMode', () => {
  test('makes inference tensors, which require no gradient', () => {
    const x = leaf(1, 2)
    const y = inferenceMode(() => x.mul(2))
    expect([flags(y), y.isLeaf, y.gradFn]).toEqual([{ requiresGrad: false, inference: true }, true, null])
    expect(flags(tensor(1))).toEqual({ requiresGrad: false, inference: false })
  })

  test('records nothing, whatever else is on', () => {
    const x = leaf(1)
    const result = (f: () => Tensor) => flags(inferenceMode(f))
    // with torch.inference_mode(): with torch.enable_grad(): y = x * 2; False, True, and torch.is_grad_enabled() is True
    expect(result(() => enableGrad(() => x.mul(2)))).toEqual({ requiresGrad: false, inference: true })
    expect(inferenceMode(() => enableGrad(() => isGradEnabled()))).toBe(true)
    expect(result(() => noGrad(() => x.mul(2)))).toEqual({ requiresGrad: false, inference: true })
    class Twice extends autograd.Function {
      static forward(_: autograd.FunctionContext, y: Tensor) {
        return y.mul(2)
      }
      static backward(_: autograd.FunctionContext, g: Tensor) {
        return g.mul(2)
      }
    }
    expect(result(() => enableGrad(() => Twice.apply(x)))).toEqual({ requiresGrad: false, inference: true })
  })

  test('ends with mode false, which records again', () => {
    const x = leaf(1)
    // with torch.inference_mode(): with torch.inference_mode(False): y = x * 2; True, False. The same in no_grad()
    for (const outer of [inferenceMode, noGrad]) {
      expect(flags(outer(() => inferenceMode(() => x.mul(2), false)))).toEqual({ requiresGrad: true, inference: false })
    }
  })

  test('its tensors can be used afterwards, but not saved for backward', () => {
    const [x, y] = [leaf(1, 2), inference(3, 4)]
    expect(flags(y.mul(2))).toEqual({ requiresGrad: false, inference: false })
    expect(flags(x.add(y))).toEqual({ requiresGrad: true, inference: false })
    // L(1, 2) * inference_tensor
    const message =
      'Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.'
    expect(() => x.mul(y)).toThrow(message)
    expect(flags(y.clone())).toEqual({ requiresGrad: false, inference: false })
    x.mul(y.clone()).sum().backward()
    expect(gradOf(x)).toEqual([3, 4])
    expect(() => y.sum().backward()).toThrow('element 0 of tensors does not require grad')
  })

  test('tensors from before stay what they were, and may be changed', () => {
    const x = constant(1, 2)
    inferenceMode(() => x.add_(1))
    expect([x.tolist(), x.isInference()]).toEqual([[2, 3], false])
    const w = leaf(1, 2)
    // which the tape notices: y = x * z; with torch.inference_mode(): z.add_(1); y.sum().backward()
    const y = w.mul(x)
    inferenceMode(() => x.add_(1))
    expect(() => y.sum().backward()).toThrow('modified by an inplace operation')
    inferenceMode(() => w.add_(1))
    expect([w.tolist(), w.requiresGrad]).toEqual([[2, 3], true])
  })

  test('a graph from outside can be walked inside', () => {
    const x = leaf(1, 2)
    const y = x.mul(x).sum()
    inferenceMode(() => y.backward())
    expect(gradOf(x)).toEqual([2, 4])
    expect(() => inferenceMode(() => x.sum().backward())).toThrow('element 0 of tensors does not require grad')
  })

  test('requiresGrad can be set inside', () => {
    expect(inferenceMode(() => constant(1).requiresGrad_()).requiresGrad).toBe(true)
  })

  // with torch.inference_mode(): v = x.view(2, 1); v.is_inference(): False; outside: inference_tensor.view(2, 1).is_inference(): True
  test('views are what their base is', () => {
    const x = constant(1, 2)
    expect(inferenceMode(() => [x.view(2, 1), x.detach()]).map(flags)).toEqual(
      new Array(2).fill({ requiresGrad: false, inference: false }),
    )
    const y = inference(1, 2)
    expect([y.view(2, 1), y.detach()].map(flags)).toEqual(new Array(2).fill({ requiresGrad: false, inference: true }))
    expect(() => leaf(1, 2).mul(y.detach())).toThrow('Inference tensors cannot be saved for backward')
  })

  // torch.inference_mode() tensors outside: x.requires_grad_(), x.add_(1)
  test('its tensors cannot be made leaves or changed afterwards', () => {
    expect(() => inference(1).requiresGrad_()).toThrow(
      'Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.',
    )
    expect(() => inference(1).add_(1)).toThrow(
      'Inplace update to inference tensor outside InferenceMode is not allowed.',
    )
    expect(
      inferenceMode(() => {
        const x = constant(1)
        return x.add_(1).item()
      }),
    ).toBe(2)
  })
})
