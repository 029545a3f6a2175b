/**
 * From 8-bit pixels to what a network is trained on, under the names and with the numbers of torchvision.
 *
 * @module
 */
import { describe, RuntimeError, ValueError } from '../errors.js'
import { fromTypedArray, tensor } from '../ops/creation/fromData.js'
import { Tensor } from '../ops/tensor.js'
import { isFloating } from '../tensor/dtype.js'
import { formatShape } from '../tensor/layout.js'

/** What turns one image into another. */
export type Transform<Input = Tensor, Output = Tensor> = (input: Input) => Output

/** An image as decoders give it: the channels of each pixel together, row by row. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray
  readonly width: number
  readonly height: number
  /** Default: as many as the data has for each pixel */
  readonly channels?: number
}

/**
 * Several transforms as one, applied from left to right.
 *
 * @example const augment = compose(randomCrop(28, { padding: 2 }), normalize([0.1307], [0.3081]))
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.Compose.html
 */
export function compose<A, B>(first: Transform<A, B>): Transform<A, B>
export function compose<A, B, C>(first: Transform<A, B>, second: Transform<B, C>): Transform<A, C>
export function compose<A, B, C, D>(a: Transform<A, B>, b: Transform<B, C>, c: Transform<C, D>): Transform<A, D>
export function compose<A, B>(first: Transform<A, B>, ...rest: Transform<B, B>[]): Transform<A, B>
export function compose(...transforms: Transform<never, unknown>[]): Transform<unknown, unknown> {
  const bad = transforms.find(transform => typeof transform !== 'function')
  if (bad !== undefined) throw new TypeError(`compose takes functions, but got ${describe(bad)}`)
  return input => transforms.reduce((value: unknown, transform) => transform(value as never), input)
}

/**
 * 8-bit pixels as a float32 tensor of channels x height x width, from 0 to 1.
 *
 * @throws ValueError if the data is not width x height x channels long
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.ToTensor.html
 */
export function toTensor({ data, width, height, channels = data.length / (width * height) }: Pixels): Tensor {
  if (!(data instanceof Uint8Array) && !(data instanceof Uint8ClampedArray)) {
    throw new TypeError(`toTensor: data must be a Uint8Array, but got ${describe(data)}`)
  }
  const sizes = [width, height, channels]
  if (!sizes.every(size => Number.isSafeInteger(size) && size > 0) || data.length !== width * height * channels) {
    throw new ValueError(
      `toTensor: ${data.length} bytes are not width=${width} x height=${height} x channels=${channels}`,
    )
  }
  const area = width * height
  const out = new Float32Array(data.length)
  for (let channel = 0; channel < channels; channel++) {
    for (let pixel = 0; pixel < area; pixel++) out[channel * area + pixel] = data[pixel * channels + channel]! / 255
  }
  return fromTypedArray(out, { shape: [channels, height, width] })
}

/**
 * Takes the mean off each channel and divides by the standard deviation, of one image or of a batch.
 *
 * @param mean one number for each channel, or one for all
 * @throws ValueError for a deviation of 0, or numbers that are neither one nor one for each channel
 * @example normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(toTensor(pixels))
 * @see https://pytorch.org/vision/stable/generated/torchvision.transforms.Normalize.html
 */
export function normalize(mean: readonly number[], std: readonly number[]): Transform {
  for (const [name, values] of Object.entries({ mean, std })) {
    if (!Array.isArray(values) || values.length === 0 || !values.every(value => Number.isFinite(value))) {
      throw new TypeError(`normalize: ${name} must be a list of numbers, but got ${describe(values)}`)
    }
  }
  if (std.includes(0)) throw new ValueError(`normalize: std must not be 0, but got std=[${std.join(', ')}]`)
  return input => {
    checkImage('normalize', input)
    if (!isFloating(input.dtype)) throw new TypeError(`Input tensor should be a float tensor. Got ${input.dtype}.`)
    const perChannel = (name: string, values: readonly number[]): Tensor => {
      if (values.length === 1 || values.length === input.size(-3)) {
        return tensor([...values], { dtype: input.dtype }).reshape(values.length, 1, 1)
      }
      throw new ValueError(
        `normalize: ${name} has ${values.length} numbers, and the image has ${input.size(-3)} channels`,
      )
    }
    return input.sub(perChannel('mean', mean)).div(perChannel('std', std))
  }
}

/** Refuses what is not an image or a batch of them. */
export function checkImage(transform: string, input: unknown): asserts input is Tensor {
  if (!(input instanceof Tensor)) throw new TypeError(`${transform} takes a tensor image, but got ${describe(input)}`)
  if (input.ndim >= 3) return
  throw new RuntimeError(
    `${transform}: expected a tensor image of size (..., C, H, W), but got ${formatShape(input.shape)}`,
  )
}
