/**
 * Resizing of signals, images and volumes: `torch.nn.functional.interpolate`.
 *
 * @module
 */
import { NotImplementedError, RuntimeError, ValueError } from '../../errors.js'
import { checkOptions } from '../../options.js'
import { dtypeInfo, isFloating } from '../../tensor/dtype.js'
import { formatShape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { adaptiveAvgPool } from '../pooling/adaptive.js'
import { checkBoolean } from '../pooling/arguments.js'
import type { Rank } from '../pooling/planes.js'
import { resample } from './resample.js'
import { type InterpolateOptions, resultSize } from './size.js'
import { type AxisTaps, axisTaps, ONE_TAP, type TapKind } from './taps.js'

const OPTIONS = ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor', 'antialias']
const SHARP: readonly string[] = ['nearest', 'area', 'nearest-exact']

/** The kernel of a mode, for each number of spatial axes that has the mode. */
const KERNELS: Record<string, Partial<Record<number, TapKind>>> = {
  nearest: { 1: 'nearest', 2: 'nearest', 3: 'nearest' },
  'nearest-exact': { 1: 'nearest-exact', 2: 'nearest-exact', 3: 'nearest-exact' },
  linear: { 1: 'linear' },
  bilinear: { 2: 'linear' },
  bicubic: { 2: 'cubic' },
  trilinear: { 3: 'linear' },
}

/**
 * Makes an image larger or smaller.
 *
 * @param input [N, C, L], [N, C, H, W] (the only one for `'bilinear'` and `'bicubic'`) or [N, C, D, H, W]
 * @throws ValueError, NotImplementedError or RuntimeError with PyTorch's messages
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
 * @example interpolate(randn(1, 3, 5, 7), { scaleFactor: 2, mode: 'bilinear' }).shape // [1, 3, 10, 14]
 */
export function interpolate(input: Tensor, options: InterpolateOptions): Tensor {
  const { shape, ndim, dtype } = checkTensor('interpolate', 'input', input)
  const { mode = 'nearest', alignCorners = null, antialias = false } = checkOptions('interpolate', options, OPTIONS)
  if (SHARP.includes(mode) && alignCorners !== null) {
    throw new ValueError(
      'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
    )
  }
  checkBoolean('interpolate', 'align_corners', alignCorners ?? false)
  checkBoolean('interpolate', 'recompute_scale_factor', options.recomputeScaleFactor ?? false)
  checkBoolean('interpolate', 'antialias', antialias)
  const { output, factors } = resultSize(shape.slice(2), options)
  if (antialias && !(ndim === 4 && (mode === 'bilinear' || mode === 'bicubic'))) {
    throw new ValueError(
      `Anti-alias option is only supported for bilinear and bicubic modes, but got mode='${mode}' and ${ndim}D input`,
    )
  }
  const rank = (ndim - 2) as Rank
  if (mode === 'area' && rank >= 1 && rank <= 3) return adaptiveAvgPool(rank, input, output)
  const kind = KERNELS[mode]?.[rank]
  if (kind === undefined) throw unsupported(ndim, mode)
  const spatial = shape.slice(2)
  if ([...spatial, ...output].some(size => size <= 0)) {
    const text = (sizes: readonly number[]) =>
      `(${sizes.map((size, axis) => `${['D', 'H', 'W'][axis + 3 - rank]}: ${size}`).join(', ')})`
    throw new RuntimeError(
      `Input and output sizes should be greater than 0, but got input ${text(spatial)} output ${text(output)}`,
    )
  }
  if (shape[1] === 0) {
    throw new RuntimeError(`Non-empty ${ndim}D data tensor expected but got a tensor with sizes ${formatShape(shape)}`)
  }
  const isShown = dtype === 'uint8' && SHARP.includes(mode)
  if (!isFloating(dtype) && !isShown) {
    const kernel = `compute_indices_weights_${antialias ? 'aa' : kind.split('-')[0]}`
    throw new NotImplementedError(`"${kernel}" not implemented for '${dtypeInfo(dtype).scalarName}'`)
  }
  const axes = output.map((size, axis) =>
    axisTaps({
      kind,
      input: spatial[axis]!,
      output: size,
      factor: factors?.[axis] ?? null,
      alignCorners: alignCorners ?? false,
      double: dtype === 'float64',
      antialias,
    }),
  )
  const three = [...new Array<AxisTaps>(3 - rank).fill(ONE_TAP), ...axes] as unknown as [AxisTaps, AxisTaps, AxisTaps]
  const title = mode === 'nearest-exact' ? 'NearestExact' : mode[0]!.toUpperCase() + mode.slice(1)
  return resample(input, { rank, axes: three, operation: `Upsample${title}${rank}D${antialias ? 'Aa' : ''}` })
}

const INPUT_OF: Record<string, number> = { linear: 3, bilinear: 4, trilinear: 5 }

function unsupported(ndim: number, mode: string): NotImplementedError {
  const wanted = INPUT_OF[mode]
  if (wanted !== undefined && ndim >= 3 && ndim <= 5) {
    return new NotImplementedError(`Got ${ndim}D input, but ${mode} mode needs ${wanted}D input`)
  }
  return new NotImplementedError(
    `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
  )
}
