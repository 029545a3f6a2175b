/**
 * The library at work: a picture through a kernel.
 *
 * @module
 */
import { fromTypedArray, nn, noGrad, tensor } from 'convforge'
import { kernelSize, type Setting } from './setting.js'

const F = nn.functional

/** The middle of the bytes, in 0..1. */
const GREY = 128 / 255

/** Rows of red, green, blue and alpha, as in a canvas. */
export interface Frame {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

export interface Filtered {
  /** The result, or null with what the library says against it. */
  readonly frame: Frame | null
  readonly error: string | null
  /** Of padding and convolution, without the way from and to the canvas. */
  readonly milliseconds: number
}

/** Each colour by itself, with the same kernel: a depthwise convolution. Never throws. */
export function filter(picture: Frame, setting: Setting): Filtered {
  try {
    return noGrad(() => convolve(picture, setting))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { frame: null, error: `${error.name}: ${error.message}`, milliseconds: 0 }
  }
}

function convolve(picture: Frame, setting: Setting): Filtered {
  const { weights, divisor, grey, stride, dilation, paddingMode } = setting
  const size = kernelSize(setting)
  const input = fromTypedArray(toPlanes(picture), { shape: [3, picture.height, picture.width] })
  const weight = tensor([weights]).div(divisor).reshape(1, 1, size, size).expand(3, 1, size, size)
  const bias = tensor(Array<number>(3).fill(grey ? GREY : 0))
  const border = (dilation * (size - 1)) / 2

  const started = performance.now()
  const padded = F.pad(input, [border, border, border, border], paddingMode)
  const output = F.conv2d(padded, weight, bias, { stride, dilation, groups: 3 })
  const values = output.dataSync() as Float32Array
  const milliseconds = performance.now() - started

  const [, height, width] = output.shape
  return { frame: fromPlanes(values, width!, height!), error: null, milliseconds }
}

/** [3, H, W] in 0..1. */
function toPlanes({ width, height, data }: Frame): Float32Array {
  const size = width * height
  const planes = new Float32Array(3 * size)
  for (let pixel = 0; pixel < size; pixel++) {
    planes[pixel] = data[4 * pixel]! / 255
    planes[pixel + size] = data[4 * pixel + 1]! / 255
    planes[pixel + 2 * size] = data[4 * pixel + 2]! / 255
  }
  return planes
}

function fromPlanes(planes: Float32Array, width: number, height: number): Frame {
  const size = width * height
  // this kind of array rounds, and stops at 0 and 255
  const data = new Uint8ClampedArray(4 * size)
  for (let pixel = 0; pixel < size; pixel++) {
    data[4 * pixel] = planes[pixel]! * 255
    data[4 * pixel + 1] = planes[pixel + size]! * 255
    data[4 * pixel + 2] = planes[pixel + 2 * size]! * 255
    data[4 * pixel + 3] = 255
  }
  return { width, height, data }
}
