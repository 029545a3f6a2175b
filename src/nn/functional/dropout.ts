/**
 * `torch.nn.functional.dropout` and its forms for whole channels.
 *
 * @module
 */
import { RuntimeError, ValueError } from '../../errors.js'
import { dropout as drop } from '../../ops/dropout.js'
import { checkTensor } from '../../ops/elementwise/operand.js'
import type { Tensor } from '../../tensor/tensor.js'
import { checkFlag, checkNumber, type InplaceOptions, namedArguments } from '../arguments.js'
import { warnOnce } from '../warn.js'

/** Arguments of {@link dropout} and its relatives that can be passed by name. */
export interface DropoutOptions extends InplaceOptions {
  /** The probability of an element (a channel) to become zero. Default: 0.5. */
  p?: number
  /** Whether anything is dropped at all. Default: true. */
  training?: boolean
}

/** The probability, refused outside [0, 1]. */
export function checkProbability(name: string, p: unknown): number {
  checkNumber(name, 'p', p)
  if ((p as number) >= 0 && (p as number) <= 1) return p as number
  throw new ValueError(`dropout probability has to be between 0 and 1, but got ${p}`)
}

function readArguments(name: string, input: Tensor, args: readonly unknown[]): Required<DropoutOptions> {
  checkTensor(name, 'input', input)
  const {
    p = 0.5,
    training = true,
    inplace = false,
  } = namedArguments<DropoutOptions>(name, args, ['p'], ['training', 'inplace'])
  checkFlag(name, 'training', training)
  return { p: checkProbability(name, p), training, inplace: checkFlag(name, 'inplace', inplace) }
}

/**
 * In training, sets elements to zero with probability `p` and divides the others by 1 - p.
 *
 * After `manualSeed`, the elements that PyTorch would drop on the CPU. Gradients: those that were dropped get none.
 *
 * @param p Default: 0.5
 * @throws ValueError for a probability outside [0, 1]
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout.html
 * @example dropout(x, 0.2, { training: false }) === x
 */
export function dropout(input: Tensor, p?: number | DropoutOptions, options?: Omit<DropoutOptions, 'p'>): Tensor {
  const { p: probability, ...mode } = readArguments('dropout', input, [p, options])
  return drop(input, probability, { ...mode, noiseShape: input.shape })
}

/** Drops whole channels: dimension 1 of a batch, dimension 0 of a single sample. */
function dropChannels(input: Tensor, batched: boolean, { p, ...mode }: Required<DropoutOptions>): Tensor {
  if (input.ndim < 2) {
    throw new RuntimeError(`Feature dropout requires at least 2 dimensions in the input, but got ${input.ndim}`)
  }
  const lead = batched ? 2 : 1
  return drop(input, p, { ...mode, noiseShape: input.shape.map((size, dim) => (dim < lead ? size : 1)) })
}

/**
 * {@link dropout} of whole channels, [N, C, L] or [C, L].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout1d.html
 */
export function dropout1d(input: Tensor, p?: number | DropoutOptions, options?: Omit<DropoutOptions, 'p'>): Tensor {
  const all = readArguments('dropout1d', input, [p, options])
  if (input.ndim !== 2 && input.ndim !== 3) {
    throw new RuntimeError(
      `dropout1d: Expected 2D or 3D input, but received a ${input.ndim}D input. Note that dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).`,
    )
  }
  return dropChannels(input, input.ndim === 3, all)
}

function warnOfRank(name: string, rank: number, spatial: number): void {
  warnOnce(
    `${name}: Received a ${rank}-D input to ${name}, which is deprecated and will result in an error in a future release. To retain the behavior and silence this warning, please use dropout instead. Note that ${name} exists to provide channel-wise dropout on inputs with ${spatial} spatial dimensions, a channel dimension, and an optional batch dimension (i.e. ${spatial + 1}D or ${spatial + 2}D inputs).`,
  )
}

/**
 * {@link dropout} of whole channels, [N, C, H, W]. As in PyTorch, three dimensions are taken for [N, C, L] (with a
 * warning), and other numbers of dimensions draw a warning.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout2d.html
 */
export function dropout2d(input: Tensor, p?: number | DropoutOptions, options?: Omit<DropoutOptions, 'p'>): Tensor {
  const all = readArguments('dropout2d', input, [p, options])
  if (input.ndim === 3) {
    warnOnce(
      'dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input is interpreted as shape (N, C, L), where C is the channel dim. This behavior will change in a future release to interpret the input as one without a batch dimension, i.e. shape (C, H, W). To maintain the 1D channel-wise dropout behavior, please switch to using dropout1d instead.',
    )
  } else if (input.ndim !== 4) warnOfRank('dropout2d', input.ndim, 2)
  return dropChannels(input, true, all)
}

/**
 * {@link dropout} of whole channels, [N, C, D, H, W] or [C, D, H, W].
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.dropout3d.html
 */
export function dropout3d(input: Tensor, p?: number | DropoutOptions, options?: Omit<DropoutOptions, 'p'>): Tensor {
  const all = readArguments('dropout3d', input, [p, options])
  if (input.ndim !== 4 && input.ndim !== 5) warnOfRank('dropout3d', input.ndim, 3)
  return dropChannels(input, input.ndim === 5, all)
}
