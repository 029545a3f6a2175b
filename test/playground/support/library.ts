/**
 * The convolution of a setting by the library's functions, without the page's code: padding first, then no padding.
 */
import { nn, type Tensor, tensor } from 'convforge'
import type { Numbers } from '../../../playground/src/arithmetic/layer.js'
import { inputShape, type Setting, weightShape } from '../../../playground/src/arithmetic/setting.js'

export interface Truth {
  readonly output: Tensor
  readonly padded: Tensor
  readonly inputGradient: Tensor
  readonly weightGradient: Tensor
}

/** 'same' by its definition: dilation (kernel - 1) in all, the odd one after. */
function amounts({ padding, kernel, dilation }: Setting): number[] {
  if (padding === 'valid') return [0, 0, 0, 0]
  if (padding !== 'same') return [padding[1], padding[1], padding[0], padding[0]]
  return [1, 0].flatMap(axis => {
    const total = dilation[axis]! * (kernel[axis]! - 1)
    return [Math.floor(total / 2), total - Math.floor(total / 2)]
  })
}

export function truth(setting: Setting, { input, weight, bias }: Pick<Numbers, 'input' | 'weight' | 'bias'>): Truth {
  const { stride, dilation, groups, outputPadding } = setting
  const x = tensor(Float32Array.from(input), { shape: [1, ...inputShape(setting)], requiresGrad: true })
  const w = tensor(Float32Array.from(weight), { shape: weightShape(setting), requiresGrad: true })
  const b = bias && tensor([...bias])
  const mode = setting.paddingMode === 'zeros' ? 'constant' : setting.paddingMode
  const padded = setting.transposed ? x : nn.functional.pad(x, amounts(setting), mode)
  const output = setting.transposed
    ? nn.functional.convTranspose2d(x, w, b, {
        stride,
        padding: setting.padding as [number, number],
        outputPadding,
        groups,
        dilation,
      })
    : nn.functional.conv2d(padded, w, b, { stride, dilation, groups })
  output.sum().backward()
  return { output, padded, inputGradient: x.grad!, weightGradient: w.grad! }
}
