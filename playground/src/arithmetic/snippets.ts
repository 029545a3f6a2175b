/**
 * The setting in code: PyTorch's and convforge's.
 *
 * @module
 */
import { fillBias } from './fills.js'
import { inputElements, weightElements } from './layer.js'
import { shorten } from './number.js'
import { DEFAULTS, inputShape, type Pair, type Setting, weightShape } from './setting.js'

type Language = 'python' | 'typescript'

/** The options that differ from the defaults, in PyTorch's order and under PyTorch's names. */
function options(setting: Setting): [string, Pair | string | number | boolean][] {
  const { stride, padding, outputPadding, dilation, groups, bias, paddingMode } = setting
  const all: [string, Pair | string | number | boolean, unknown][] = [
    ['stride', stride, DEFAULTS.stride],
    ['padding', padding, DEFAULTS.padding],
    ['output_padding', setting.transposed ? outputPadding : DEFAULTS.outputPadding, DEFAULTS.outputPadding],
    ['dilation', dilation, DEFAULTS.dilation],
    ['groups', groups, DEFAULTS.groups],
    ['bias', bias, true],
    ['padding_mode', paddingMode, DEFAULTS.paddingMode],
  ]
  return all.filter(([, value, usual]) => String(value) !== String(usual)).map(([name, value]) => [name, value])
}

/** An emptied field has no number yet. */
const numberText = (value: number) => (Number.isNaN(value) ? '?' : String(value))

function pairText(pair: Pair, language: Language): string {
  const [height, width] = pair.map(numberText)
  if (height === width) return height!
  return language === 'python' ? `(${height}, ${width})` : `[${height}, ${width}]`
}

function valueText(value: Pair | string | number | boolean, language: Language): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'boolean' && language === 'python') return value ? 'True' : 'False'
  if (typeof value === 'number') return numberText(value)
  return typeof value === 'object' ? pairText(value, language) : String(value)
}

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The line that makes the layer. */
export function layerLine(setting: Setting, language: Language): string {
  const name = setting.transposed ? 'ConvTranspose2d' : 'Conv2d'
  const channels = [setting.inChannels, setting.outChannels].map(numberText)
  const positional = [...channels, pairText(setting.kernel, language)].join(', ')
  const named = options(setting).map(([key, value]) =>
    language === 'python' ? `${key}=${valueText(value, language)}` : `${camelCase(key)}: ${valueText(value, language)}`,
  )
  if (language === 'python') return `m = nn.${name}(${[positional, ...named].join(', ')})`
  return `const m = new nn.${name}(${positional}${named.length > 0 ? `, { ${named.join(', ')} }` : ''})`
}

/** A whole program that computes what the page shows, with its numbers. */
export function program(setting: Setting, language: Language): string {
  const x = tensorText(inputElements(setting), [1, ...inputShape(setting)], language)
  const w = tensorText(weightElements(setting), weightShape(setting), language)
  const b = setting.bias ? nested(fillBias(setting.outChannels), [setting.outChannels]) : null
  if (language === 'python') {
    return [
      'import torch',
      'from torch import nn',
      '',
      layerLine(setting, language),
      `m.weight.data = ${w}`,
      ...(b ? [`m.bias.data = torch.tensor(${b})`] : []),
      `x = ${x}`,
      'print(m(x))',
    ].join('\n')
  }
  const lines = [
    layerLine(setting, language),
    `m.loadStateDict({ weight: ${w}${b ? `, bias: tensor(${b})` : ''} })`,
    `const x = ${x}`,
    'console.log(String(m(x)))',
  ]
  const used = ['tensor', 'zeros'].filter(name => lines.some(line => line.includes(`${name}(`)))
  return [`import { ${['nn', ...used].join(', ')} } from 'convforge'`, '', ...lines].join('\n')
}

/** Without channels there are no numbers, and brackets alone do not tell a shape. */
function tensorText(elements: readonly number[], shape: readonly number[], language: Language): string {
  if (elements.length === 0) return `${language === 'python' ? 'torch.' : ''}zeros(${shape.join(', ')})`
  const numbers = nested(elements, shape)
  return language === 'python' ? `torch.tensor(${numbers}, dtype=torch.float32)` : `tensor(${numbers})`
}

function nested(elements: readonly number[], shape: readonly number[]): string {
  const [size, ...rest] = shape as [number, ...number[]]
  if (rest.length === 0) return `[${elements.map(shorten).join(', ')}]`
  const length = elements.length / size
  const parts = Array.from({ length: size }, (_, i) => nested(elements.slice(i * length, (i + 1) * length), rest))
  return `[${parts.join(', ')}]`
}
