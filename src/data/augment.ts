/**
 * Random changes to images, with the draws of torchvision.
 *
 * @module
 */
import { describe, ValueError } from '../errors.js'
import { checkGenerator, type GeneratorOptions } from '../ops/creation/fillRandom.js'
import { pad } from '../ops/rearrangement/pad.js'
import { flip } from '../ops/rearrangement/rearrange.js'
import { checkOptions } from '../options.js'
import { drawBelow, drawUniform } from './draws.js'
import { checkImage, type Transform } from './transforms.js'

/** Options of {@link randomCrop}. */
export interface RandomCropOptions extends GeneratorOptions {
  /** Pixels added first: on all sides, [left and right, top and bottom], or [left, top, right, bottom]. Default: 0 */
  padding?: number | readonly number[]
  /** What is added is a constant, the nearest pixel of the edge, or the image mirrored at it. Default: `'constant'` */
  paddingMode?: 'constant' | 'edge' | 'reflect'
  /** The constant. Default: 0 */
  fill?: number
}

const MODES = { constant: 'constant', edge: 'replicate', reflect: 'reflect' } as const

/**
 * Cuts out a part of the image (or the same part of all images of a batch) at a random place, after padding it.
 *
 * @param size the part's side, or [height, width]
 * @throws ValueError if the padded image is smaller
 * @example randomCrop(32, { padding: 4 }) // the usual one for CIFAR
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomCrop.html
 */
export function randomCrop(size: number | readonly [number, number], options: RandomCropOptions = {}): Transform {
  checkOptions('randomCrop', options, ['padding', 'paddingMode', 'fill', 'generator'])
  const { padding = 0, paddingMode = 'constant', fill = 0, generator } = options
  const [height, width] = sizes('size', [size].flat(), [1, 2]) as [number, number | undefined]
  const right = width ?? height
  if (height === 0 || right === 0)
    throw new ValueError(`randomCrop: size must be positive, but got size=${String(size)}`)
  const around = sides(padding)
  if (!Object.hasOwn(MODES, paddingMode)) {
    throw new ValueError(
      `randomCrop: paddingMode must be one of ${Object.keys(MODES).join(', ')}, but got ${paddingMode}`,
    )
  }
  if (typeof fill !== 'number') throw new TypeError(`randomCrop: fill must be a number, but got ${describe(fill)}`)
  checkGenerator(generator)
  return input => {
    checkImage('randomCrop', input)
    const mode = MODES[paddingMode]
    const padded = around.some(Boolean) ? pad(input, around, mode, mode === 'constant' ? fill : undefined) : input
    const [rows, columns] = [padded.size(-2), padded.size(-1)]
    if (rows < height || columns < right) {
      throw new ValueError(`Required crop size ${[height, right]} is larger than input image size ${[rows, columns]}`)
    }
    // nothing is drawn where there is no choice
    if (rows === height && columns === right) return padded
    const source = checkGenerator(generator)
    const top = drawBelow(rows - height + 1, source)
    const left = drawBelow(columns - right + 1, source)
    return padded.narrow(-2, top, height).narrow(-1, left, right)
  }
}

/**
 * Mirrors the image (or all images of a batch) left to right with probability `p`.
 *
 * @param p Default: 0.5
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.RandomHorizontalFlip.html
 */
export function randomHorizontalFlip(p = 0.5, options: GeneratorOptions = {}): Transform {
  const { generator } = checkOptions('randomHorizontalFlip', options, ['generator'])
  if (!(p >= 0 && p <= 1)) throw new ValueError(`randomHorizontalFlip: p must be in [0, 1], but got p=${String(p)}`)
  checkGenerator(generator)
  return input => {
    checkImage('randomHorizontalFlip', input)
    // PyTorch compares a float32 tensor with p, which is rounded for it
    return drawUniform(checkGenerator(generator)) < Math.fround(p) ? flip(input, [-1]) : input
  }
}

/** Padding as `pad` takes it: left, right, top, bottom. */
function sides(padding: number | readonly number[]): [number, number, number, number] {
  const own = sizes('padding', [padding].flat(), [1, 2, 4])
  if (own.length === 1) return [own[0]!, own[0]!, own[0]!, own[0]!]
  if (own.length === 2) return [own[0]!, own[0]!, own[1]!, own[1]!]
  return [own[0]!, own[2]!, own[1]!, own[3]!]
}

function sizes(name: string, values: readonly number[], lengths: readonly number[]): readonly number[] {
  if (lengths.includes(values.length) && values.every(value => Number.isSafeInteger(value) && value >= 0)) return values
  throw new ValueError(`randomCrop: ${name} must be ${lengths.join(' or ')} whole numbers, but got ${name}=[${values}]`)
}
