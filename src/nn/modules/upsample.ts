/**
 * Resizing as a module.
 *
 * @module
 */
import { interpolate } from '../../ops/interpolation/interpolate.js'
import type { InterpolateOptions } from '../../ops/interpolation/size.js'
import { checkOptions } from '../../options.js'
import type { Tensor } from '../../tensor/tensor.js'
import { Module } from '../module.js'
import { floatText } from '../pythonText.js'
import { tupleText } from './convNd.js'

/** Options of {@link Upsample}. */
export type UpsampleOptions = Omit<InterpolateOptions, 'antialias'>

/**
 * Makes a signal [N, C, L], an image [N, C, H, W] or a volume [N, C, D, H, W] larger or smaller.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 * @example new nn.Upsample({ scaleFactor: 2, mode: 'bilinear' })(randn(1, 3, 5, 7)).shape // [1, 3, 10, 14]
 */
export class Upsample extends Module {
  readonly size: UpsampleOptions['size']
  readonly scaleFactor: UpsampleOptions['scaleFactor']
  readonly mode: NonNullable<UpsampleOptions['mode']>
  readonly alignCorners: boolean | null
  readonly recomputeScaleFactor: boolean | null

  constructor(options: UpsampleOptions = {}) {
    super()
    const known = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor']
    const checked = checkOptions(new.target.name, options, known)
    const { size = null, scaleFactor, mode = 'nearest', alignCorners = null, recomputeScaleFactor = null } = checked
    this.size = size
    // PyTorch takes a factor of 0 for none
    this.scaleFactor = scaleFactor || null
    this.mode = mode
    this.alignCorners = alignCorners
    this.recomputeScaleFactor = recomputeScaleFactor
  }

  override forward(input: Tensor): Tensor {
    const { size, scaleFactor, mode, alignCorners, recomputeScaleFactor } = this
    return interpolate(input, { size, scaleFactor, mode, alignCorners, recomputeScaleFactor })
  }

  override extraRepr(): string {
    const { size = null, scaleFactor = null, mode } = this
    if (scaleFactor !== null) {
      const text =
        typeof scaleFactor === 'number' ? floatText(scaleFactor) : `(${scaleFactor.map(floatText).join(', ')})`
      return `scale_factor=${text}, mode=${mode}`
    }
    const text = size === null ? 'None' : typeof size === 'number' ? String(size) : tupleText(size)
    return `size=${text}, mode=${mode}`
  }
}

/**
 * {@link Upsample} of images by the nearest pixel.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingNearest2d.html
 */
export class UpsamplingNearest2d extends Upsample {
  constructor({ size, scaleFactor, ...rest }: Pick<UpsampleOptions, 'size' | 'scaleFactor'> = {}) {
    checkOptions('UpsamplingNearest2d', rest, [])
    super({ size, scaleFactor, mode: 'nearest' })
  }
}

/**
 * {@link Upsample} of images by bilinear interpolation with aligned corners.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.UpsamplingBilinear2d.html
 */
export class UpsamplingBilinear2d extends Upsample {
  constructor({ size, scaleFactor, ...rest }: Pick<UpsampleOptions, 'size' | 'scaleFactor'> = {}) {
    checkOptions('UpsamplingBilinear2d', rest, [])
    super({ size, scaleFactor, mode: 'bilinear', alignCorners: true })
  }
}
