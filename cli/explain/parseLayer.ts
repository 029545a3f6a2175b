import { CliError, oneLine } from '../error.js'
import { DTYPES, type LayerDescription, PADDING_MODES } from './layer.js'

export const LAYER_EXAMPLE = '1x64x56x56 -> 64 k3 s1 p1 d1 g1'

/** The text is not a layer. The message names the piece that is wrong. */
export class LayerSyntaxError extends CliError {
  override readonly name = 'LayerSyntaxError'

  constructor(problem: string) {
    super(`${problem}; a layer looks like "${LAYER_EXAMPLE}"`, 2)
  }
}

const LETTERS = {
  k: 'kernel',
  s: 'stride',
  p: 'padding',
  d: 'dilation',
  g: 'groups',
  op: 'output padding',
} as const

type Letter = keyof typeof LETTERS

const INPUT_NAMES = ['the batch', 'the channels', 'the spatial size']

const LARGEST = 2 ** 31 - 1

/**
 * Reads `batch x channels x spatial sizes -> out channels`, then in any order k (kernel, needed), s (stride), p (padding,
 * or psame, pvalid), d (dilation), g (groups), op (output padding), a padding mode, `transposed`, a dtype. A number
 * stands for every axis; k3x5 gives one for each. Whether such a layer can exist is not judged here.
 */
export function parseLayer(text: string): LayerDescription {
  const sides = text.trim().toLowerCase().split(/->|→/)
  if (sides.length !== 2) throw new LayerSyntaxError(`${quote(text)} must have one "->" between input and layer`)
  const [batch, inChannels, ...spatial] = parseInput(sides[0].trim())
  const [outText, ...words] = sides[1].trim().split(/\s+/)
  const outChannels = parseNumber(outText, 1, 'the number of output channels')
  const settings = sortWords(words)
  const axes = spatial.length
  const sizes = (letter: Letter, least: number, otherwise: number) =>
    parseSizes(settings.sizes.get(letter), letter, least, axes) ?? Array<number>(axes).fill(otherwise)

  if (!settings.sizes.has('k')) throw new LayerSyntaxError('the kernel size is missing (k3, or k3x5)')
  if (settings.sizes.has('op') && !settings.transposed) {
    throw new LayerSyntaxError(`"op${settings.sizes.get('op')}" (output padding) needs "transposed"`)
  }
  const padding = settings.sizes.get('p')
  const groups = settings.sizes.get('g')
  return {
    batch,
    inChannels,
    spatial,
    outChannels,
    kernelSize: sizes('k', 1, 1),
    stride: sizes('s', 1, 1),
    padding: padding === 'same' || padding === 'valid' ? padding : sizes('p', 0, 0),
    dilation: sizes('d', 1, 1),
    groups: groups === undefined ? 1 : parseNumber(groups, 1, LETTERS.g, `g${groups}`),
    paddingMode: settings.paddingMode ?? 'zeros',
    transposed: settings.transposed,
    outputPadding: sizes('op', 0, 0),
    dtype: settings.dtype ?? 'float32',
  }
}

function parseInput(text: string): number[] {
  const parts = text.split(/[x×*]/)
  if (parts.length < 3 || parts.length > 5) {
    throw new LayerSyntaxError(`the input ${quote(text)} must be batch x channels x 1, 2 or 3 spatial sizes`)
  }
  // An empty batch is a batch.
  return parts.map((part, i) => parseNumber(part.trim(), i === 0 ? 0 : 1, INPUT_NAMES[Math.min(i, 2)], text))
}

interface Settings {
  sizes: Map<Letter, string>
  transposed: boolean
  paddingMode?: LayerDescription['paddingMode']
  dtype?: LayerDescription['dtype']
}

function sortWords(words: readonly string[]): Settings {
  const settings: Settings = { sizes: new Map(), transposed: false }
  for (const word of words) {
    const dtype = DTYPES.find(name => name === word)
    const paddingMode = PADDING_MODES.find(name => name === word)
    const setting = /^(op|[kspdg])(\d.*|same|valid)$/.exec(word)
    if (word === 'transposed' && !settings.transposed) settings.transposed = true
    else if (dtype && !settings.dtype) settings.dtype = dtype
    else if (paddingMode && !settings.paddingMode) settings.paddingMode = paddingMode
    else if (setting && !settings.sizes.has(setting[1] as Letter)) settings.sizes.set(setting[1] as Letter, setting[2])
    else
      throw new LayerSyntaxError(
        describeUnknown(word, Boolean(dtype ?? paddingMode ?? setting) || word === 'transposed'),
      )
  }
  return settings
}

function describeUnknown(word: string, known: boolean): string {
  if (known) return `${quote(word)} sets what an earlier word has set`
  const letter = /^(op|[kspdg])/.exec(word)?.[1] as Letter | undefined
  if (letter) return `${quote(word)} is no ${LETTERS[letter]}: a number must follow the ${letter}`
  return `${quote(word)} is not known (k, s, p, d, g, op, transposed, ${PADDING_MODES.join(', ')}, or a dtype such as float64)`
}

function parseSizes(text: string | undefined, letter: Letter, least: number, axes: number): number[] | undefined {
  if (text === undefined) return undefined
  const parts = text.split(/[x×*]/).map(part => parseNumber(part, least, LETTERS[letter], letter + text))
  if (parts.length === 1) return Array<number>(axes).fill(parts[0])
  if (parts.length === axes) return parts
  const needed = axes === 1 ? '1 number' : `1 or ${axes} numbers`
  throw new LayerSyntaxError(`${quote(letter + text)} has ${parts.length} numbers, but this input takes ${needed}`)
}

/** `shown` is the piece of the text to quote when the number is wrong. */
function parseNumber(text: string, least: number, what: string, shown = text): number {
  if (!/^\d+$/.test(text)) throw new LayerSyntaxError(`${what} in ${quote(shown)} must be a whole number`)
  const value = Number(text)
  if (value < least) throw new LayerSyntaxError(`${what} in ${quote(shown)} must be at least ${least}`)
  if (value > LARGEST) throw new LayerSyntaxError(`${what} in ${quote(shown)} is too large`)
  return value
}

function quote(text: string): string {
  const line = oneLine(text)
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`
}
