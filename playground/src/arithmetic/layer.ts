/**
 * The library at work: from a setting to every number on the page.
 *
 * @module
 */
import { arange, nn, type Tensor, tensor, zeros } from 'convforge'
import { fillBias, fillInput, fillWeight } from './fills.js'
import { type Geometry, NOTHING, type Size } from './geometry.js'
import { type Edits, inputShape, type Pair, type Setting, weightShape } from './setting.js'

type Layer = nn.Conv2d | nn.ConvTranspose2d

/** What the library says to a setting. Elements are row-major, without the batch. */
export interface Computation {
  /** The refusal in the library's words, as `RuntimeError: ...`. */
  readonly error: string | null
  /** Why this is not drawn although it can be computed. */
  readonly tooLarge: string | null
  /** [N, C, H, W], also where it is too large to draw. */
  readonly outputShape: readonly number[] | null
  readonly numbers: Numbers | null
}

/** A drawn convolution. */
export interface Numbers {
  readonly geometry: Geometry
  readonly input: readonly number[]
  readonly weight: readonly number[]
  readonly bias: readonly number[] | null
  readonly output: readonly number[]
  /** What the padded input shows, [C, frame height, frame width]; null for a transposed convolution, which pads nothing. */
  readonly padded: readonly number[] | null
  /** Of the sum of all outputs, for each element of the input and the weight. */
  readonly inputGradient: readonly number[]
  readonly weightGradient: readonly number[]
}

/** More cells than this are slow to draw, and nobody reads them. */
const MOST_CELLS = 3000

/** The layer of a setting. Throws what the library throws. */
function makeLayer(setting: Setting, device: 'cpu' | 'meta' = 'cpu'): Layer {
  const { inChannels, outChannels, kernel, stride, dilation, groups, bias, paddingMode } = setting
  const common = { stride, dilation, groups, bias, device }
  if (!setting.transposed) {
    return new nn.Conv2d(inChannels, outChannels, kernel, { ...common, padding: setting.padding, paddingMode })
  }
  return new nn.ConvTranspose2d(inChannels, outChannels, kernel, {
    ...common,
    // what does not go with a transposed convolution is for the library to refuse
    padding: setting.padding as Pair,
    paddingMode: paddingMode as 'zeros',
    outputPadding: setting.outputPadding,
  })
}

/** Computes a setting; never throws. */
export function compute(setting: Setting): Computation {
  const nothing = { error: null, tooLarge: null, outputShape: null, numbers: null }
  try {
    // a meta tensor has a shape and no data: all checks are made, however large the setting
    const shape = makeLayer(setting, 'meta')(zeros([1, ...inputShape(setting)], { device: 'meta' })).shape
    const cells = cellsToDraw(setting, shape)
    if (cells <= MOST_CELLS) return { ...nothing, outputShape: shape, numbers: calculate(setting) }
    const tooLarge = `These are ${cells.toLocaleString('en')} cells; the page draws up to ${MOST_CELLS.toLocaleString('en')}.`
    return { ...nothing, outputShape: shape, tooLarge }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { ...nothing, error: `${error.name}: ${error.message}` }
  }
}

const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

function cellsToDraw(setting: Setting, output: readonly number[]): number {
  const [before, after] = paddingAmounts(setting)
  const [channels, height, width] = setting.transposed ? output.slice(1) : inputShape(setting)
  const frame = channels! * (height! + before[0] + after[0]) * (width! + before[1] + after[1])
  return frame + count(weightShape(setting)) + (setting.transposed ? count(inputShape(setting)) : count(output))
}

/** Padding before and after, by rows and columns. */
export function paddingAmounts({ padding, kernel, dilation }: Setting): readonly [Pair, Pair] {
  if (padding === 'valid')
    return [
      [0, 0],
      [0, 0],
    ]
  if (padding !== 'same') return [padding, padding]
  const [rows, columns] = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)]
  // the odd one goes after
  return [
    [Math.floor(rows / 2), Math.floor(columns / 2)],
    [Math.ceil(rows / 2), Math.ceil(columns / 2)],
  ]
}

/** The elements of the input and the weight: the fill, and over it what was typed. */
export function inputElements(setting: Setting): number[] {
  return edited(fillInput(setting.input, setting.inChannels, setting.size), setting.inputEdits)
}

export function weightElements(setting: Setting): number[] {
  const [first, second, ...kernel] = weightShape(setting)
  return edited(fillWeight(setting.weight, first * second, kernel), setting.weightEdits)
}

function edited(elements: number[], edits: Edits): number[] {
  for (const [at, value] of Object.entries(edits)) if (Number(at) < elements.length) elements[Number(at)] = value
  return elements
}

const shaped = (elements: readonly number[], shape: readonly number[], requiresGrad = false) =>
  tensor(Float32Array.from(elements), { shape, requiresGrad })

const elements = (t: Tensor) => Array.from(t.dataSync() as Float32Array)

function calculate(setting: Setting): Numbers {
  const layer = makeLayer(setting)
  const weight = shaped(weightElements(setting), weightShape(setting))
  const bias = setting.bias ? shaped(fillBias(setting.outChannels), [setting.outChannels]) : null
  layer.loadStateDict(bias ? { weight, bias } : { weight })
  const input = shaped(inputElements(setting), [1, ...inputShape(setting)], true)
  const output = layer(input)
  output.sum().backward()
  const geometry = geometryOf(setting, output.shape.slice(1) as unknown as Size)
  return {
    geometry,
    input: elements(input),
    weight: elements(weight),
    bias: bias && elements(bias),
    output: elements(output),
    padded: setting.transposed ? null : elements(padded(setting, input.detach())),
    inputGradient: elements(input.grad!),
    weightGradient: elements(layer.weight.grad!),
  }
}

/** The input with its padding, by `nn.functional.pad`. */
function padded(setting: Setting, input: Tensor, fill?: number): Tensor {
  const [before, after] = paddingAmounts(setting)
  const amounts = [before[1], after[1], before[0], after[0]]
  if (setting.paddingMode === 'zeros') return nn.functional.pad(input, amounts, 'constant', fill)
  return nn.functional.pad(input, amounts, setting.paddingMode)
}

function geometryOf(setting: Setting, output: Size): Geometry {
  const { transposed, kernel, stride, dilation, groups } = setting
  const input = inputShape(setting)
  const [steps, framed] = transposed ? [input, output] : [output, input]
  // where a padded element comes from is what padding makes of the positions themselves
  const positions = arange(framed[1] * framed[2], { dtype: 'float32' }).reshape(1, 1, framed[1], framed[2])
  const sources = padded(setting, positions, NOTHING)
  return {
    steps,
    framed,
    before: paddingAmounts(setting)[0],
    frame: sources.shape.slice(2) as unknown as Pair,
    sources: elements(sources),
    kernel,
    stride,
    dilation,
    groups,
  }
}
