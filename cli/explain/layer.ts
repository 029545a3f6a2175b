/** A convolution layer and its input, as one writes it down: nothing is checked beyond its form. */
export interface LayerDescription {
  batch: number
  inChannels: number
  /** Depth, height, width, or the last two or the last one of them. */
  spatial: number[]
  outChannels: number
  kernelSize: number[]
  stride: number[]
  padding: number[] | 'same' | 'valid'
  dilation: number[]
  groups: number
  paddingMode: 'zeros' | 'reflect' | 'replicate' | 'circular'
  transposed: boolean
  outputPadding: number[]
  dtype: Dtype
}

export const DTYPES = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'complex64',
  'complex128',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
] as const

type Dtype = (typeof DTYPES)[number]

export const PADDING_MODES = ['reflect', 'replicate', 'circular'] as const
