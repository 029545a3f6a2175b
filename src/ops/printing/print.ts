/**
 * A tensor as text, to the letter as PyTorch prints it (torch/_tensor_str.py).
 *
 * @module
 */

import { noGrad } from '../../autograd/modes.js'
import { convert } from '../../tensor/copy.js'
import { type DType, isComplex, isFloating, isHalf } from '../../tensor/dtype.js'
import type { Shape } from '../../tensor/layout.js'
import type { Complex } from '../../tensor/scalar.js'
import type { Tensor } from '../../tensor/tensor.js'
import { elementReader, type Item } from '../reading.js'
import { cat } from '../rearrangement/join.js'
import { narrow } from '../views/slice.js'
import { formatExponential, formatFixed } from './number.js'

const PRECISION = 4
/** More elements than this are summarised. */
const THRESHOLD = 1000
/** How many are shown at each end of a summarised dimension. */
const EDGE_ITEMS = 3
const LINE_WIDTH = 80
const INDENT = 'tensor('.length

/** PyTorch's text for a tensor, e.g. `tensor([[1., 2.]], grad_fn=<AddBackward0>)`. */
export function print(input: Tensor): string {
  return noGrad(() => addSuffixes(`tensor(${contents(input)}`, suffixes(input)))
}

function contents(input: Tensor): string {
  if (input.device === 'meta') return '...'
  if (input.numel() === 0) return '[]'
  const values = isHalf(input.dtype) ? convert(input, 'float32') : input
  const shown = values.numel() > THRESHOLD ? edges(values) : values
  return block({ size: values.shape, shown: shown.shape, at: elementReader(shown), ...elementFormat(shown) }, 0, 0)
}

/** The elements that a summary shows. */
function edges(input: Tensor): Tensor {
  let shown = input
  input.shape.forEach((size, dim) => {
    if (size > 2 * EDGE_ITEMS) {
      shown = cat([narrow(shown, dim, 0, EDGE_ITEMS), narrow(shown, dim, size - EDGE_ITEMS, EDGE_ITEMS)], dim)
    }
  })
  return shown
}

interface ElementFormat {
  readonly width: number
  format(value: Item): string
}

/** What is printed: of a summary, `shown` is less than the tensor's own size where something is left out. */
interface Printed extends ElementFormat {
  readonly size: Shape
  readonly shown: Shape
  /** Reads the element at a row-major position among those shown. */
  at(position: number): Item
}

/** The dimensions from `dim` on, of which `index` blocks stand before: positions, as a view for each block would cost time. */
function block(printed: Printed, dim: number, index: number): string {
  const { size, shown, at, format, width } = printed
  const ndim = size.length - dim
  if (ndim === 0) return format(at(index))
  const count = shown[dim]!
  const indent = INDENT + dim
  const texts = Array.from({ length: count }, (_, i) =>
    ndim === 1 ? format(at(index * count + i)) : block(printed, dim + 1, index * count + i),
  )
  if (count < size[dim]!) texts.splice(EDGE_ITEMS, 0, ndim === 1 ? ' ...' : '...')
  if (ndim === 1) return vector(texts, indent, width)
  return `[${texts.join(`,${'\n'.repeat(ndim - 1)}${' '.repeat(indent + 1)}`)}]`
}

function vector(texts: readonly string[], indent: number, width: number): string {
  const perLine = Math.max(1, Math.floor((LINE_WIDTH - indent) / (width + 2)))
  const lines: string[] = []
  for (let i = 0; i < texts.length; i += perLine) lines.push(texts.slice(i, i + perLine).join(', '))
  return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`
}

/** One width and notation for all elements. */
function elementFormat(shown: Tensor): ElementFormat {
  const at = elementReader(shown)
  const values = Array.from({ length: shown.numel() }, (_, i) => at(i))
  if (isComplex(shown.dtype)) {
    const re = floatFormat(values.map(value => (value as Complex).re))
    const im = floatFormat(values.map(value => (value as Complex).im))
    return {
      width: re.width + im.width + 1,
      format: value => {
        const imaginary = `${im.format((value as Complex).im)}j`.trimStart()
        return re.format((value as Complex).re) + (imaginary.startsWith('-') ? imaginary : `+${imaginary}`)
      },
    }
  }
  if (isFloating(shown.dtype)) return floatFormat(values as number[])
  const text = (value: Item) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value))
  const width = widest(values.map(text))
  return { width, format: value => text(value).padStart(width) }
}

interface FloatFormat extends ElementFormat {
  format(value: Item): string
}

function floatFormat(values: readonly number[]): FloatFormat {
  const finite = values.filter(value => Number.isFinite(value) && value !== 0)
  const magnitudes = finite.map(Math.abs)
  const largest = magnitudes.reduce((a, b) => Math.max(a, b), 0)
  const smallest = magnitudes.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const whole = finite.every(value => Number.isInteger(value))
  const wide = finite.length > 0 && (largest / smallest > 1000 || largest > 1e8)
  const scientific = wide || (!whole && smallest < 1e-4)
  const show = (value: number): string => {
    if (Number.isNaN(value)) return 'nan'
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
    if (scientific) return formatExponential(value, PRECISION)
    // a whole number gets a bare point, so that it looks like a float
    return whole ? `${formatFixed(value, 0)}.` : formatFixed(value, PRECISION)
  }
  const width = widest(finite.map(show))
  return { width, format: value => show(value as number).padStart(width) }
}

const widest = (texts: readonly string[]): number => texts.reduce((width, text) => Math.max(width, text.length), 1)

function suffixes(input: Tensor): string[] {
  const list: string[] = []
  const meta = input.device === 'meta'
  const empty = input.numel() === 0
  if (meta) list.push(`device='meta'`)
  if (meta || (empty && input.ndim !== 1)) list.push(`size=${tuple(input.shape)}`)
  // the elements show by themselves that they are int64, bool or complex64; where there are none, the dtype is named
  const plain: readonly DType[] = meta || empty ? ['float32'] : ['float32', 'complex64', 'int64', 'bool']
  if (!plain.includes(input.dtype)) list.push(`dtype=torch.${input.dtype}`)
  if (input.gradFn) list.push(`grad_fn=<${input.gradFn.name}>`)
  else if (input.requiresGrad) list.push('requires_grad=True')
  return list
}

function tuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
}

function addSuffixes(text: string, list: readonly string[]): string {
  let out = text
  let lineLength = text.length - text.lastIndexOf('\n') + 1
  for (const suffix of list) {
    if (lineLength + suffix.length + 2 > LINE_WIDTH) {
      out += `,\n${' '.repeat(INDENT)}${suffix}`
      lineLength = INDENT + suffix.length
    } else {
      out += `, ${suffix}`
      lineLength += suffix.length + 2
    }
  }
  return `${out})`
}
