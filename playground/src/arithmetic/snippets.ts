/**
 * The setting in code: PyTorch's and convforge's.
 *
 * @module
 */
import { fillBias } from './fills.js'
import { inputElements, weightElements } from './layer.js'
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

function pairText(pair: Pair, language: Language): string {
  if (pair[0] === pair[1]) return String(pair[0])
  return language === 'python' ? `(${pair.join(', ')})` : `[${pair.join(', ')}]`
}

function valueText(value: Pair | string | number | boolean, language: Language): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'boolean' && language === 'python') return value ? 'True' : 'False'
  return typeof value === 'object' ? pairText(value, language) : String(value)
}

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The line that makes the layer. */
export function layerLine(setting: Setting, language: Language): string {
  const name = setting.transposed ? 'ConvTranspose2d' : 'Conv2d'
  const positional = `${setting.inChannels}, ${setting.outChannels}, ${pairText(setting.kernel, language)}`
  const named = options(setting).map(([key, value]) =>
    language === 'python' ? `${key}=${valueText(value, language)}` : `${camelCase(key)}: ${valueText(value, language)}`,
  )
  if (language === 'python') return `m = nn.${name}(${[positional, ...named].join(', ')})`
  return `const m = new nn.${name}(${positional}${named.length > 0 ? `, { ${named.join(', ')} }` : ''})`
}

/** A whole program that computes what the page shows, with its numbers. */
export function program(setting: Setting, language: Language): string {
  const x = nested(inputElements(setting), [1, ...inputShape(setting)])
  const w = nested(weightElements(setting), weightShape(setting))
  const b = setting.bias ? nested(fillBias(setting.outChannels), [setting.outChannels]) : null
  if (language === 'python') {
    return [
      'import torch',
      'from torch import nn',
      '',
      layerLine(setting, language),
      `m.weight.data = torch.tensor(${w}, dtype=torch.float32)`,
      ...(b ? [`m.bias.data = torch.tensor(${b})`] : []),
      `x = torch.tensor(${x}, dtype=torch.float32)`,
      'print(m(x))',
    ].join('\n')
  }
  return [
    "import { nn, tensor } from 'convforge'",
    '',
    layerLine(setting, language),
    `m.loadStateDict({ weight: tensor(${w})${b ? `, bias: tensor(${b})` : ''} })`,
    `const x = tensor(${x})`,
    'console.log(String(m(x)))',
  ].join('\n')
}

function nested(elements: readonly number[], shape: readonly number[]): string {
  const [size, ...rest] = shape as [number, ...number[]]
  if (rest.length === 0) return `[${elements.map(value => Number(value.toPrecision(7))).join(', ')}]`
  const length = elements.length / size
  const parts = Array.from({ length: size }, (_, i) => nested(elements.slice(i * length, (i + 1) * length), rest))
  return `[${parts.join(', ')}]`
}
