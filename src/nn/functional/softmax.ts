/**
 * Softmax and its relatives as functions.
 *
 * @module
 */
import { checkTensor } from '../../ops/elementwise/operand.js'
import * as soft from '../../ops/softmax/softmax.js'
import type { DType } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { namedArguments } from '../arguments.js'
import { warnOnce } from '../warn.js'

/** Arguments of {@link softmax} and its relatives that can be passed by name. */
export interface SoftmaxFunctionOptions {
  /** The dimension along which the results add up to 1. */
  dim?: number | null
  /** Convert to this dtype first. */
  dtype?: DType
}

/** PyTorch's choice of a dimension, of which it warns. */
function implicitDim(name: string, rank: number): number {
  warnOnce(
    `Implicit dimension choice for ${name} has been deprecated. Change the call to include dim=X as an argument.`,
  )
  return rank === 0 || rank === 1 || rank === 3 ? 0 : 1
}

type Along = (input: Tensor, dim: number, options: { dtype?: DType }) => Tensor

function along(name: string, operation: Along, input: Tensor, given: readonly unknown[]): Tensor {
  checkTensor(name, 'input', input)
  const { dim, dtype } = namedArguments<SoftmaxFunctionOptions>(name, given, ['dim'], ['dtype'])
  return operation(input, dim ?? implicitDim(name, input.ndim), { dtype })
}

/**
 * exp(x) / sum(exp(x)) along `dim`. Without `dim` PyTorch's choice is taken, with a warning: 0 for 0, 1 or 3
 * dimensions, else 1.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html
 */
export function softmax(
  input: Tensor,
  dim?: number | null | SoftmaxFunctionOptions,
  options?: Pick<SoftmaxFunctionOptions, 'dtype'>,
): Tensor {
  return along('softmax', soft.softmax, input, [dim, options])
}

/** log(softmax(x)) along `dim`, without overflow. See {@link softmax} for calls without `dim`. */
export function logSoftmax(
  input: Tensor,
  dim?: number | null | SoftmaxFunctionOptions,
  options?: Pick<SoftmaxFunctionOptions, 'dtype'>,
): Tensor {
  return along('log_softmax', soft.logSoftmax, input, [dim, options])
}

/** softmax(-x) along `dim`. See {@link softmax} for calls without `dim`. */
export function softmin(
  input: Tensor,
  dim?: number | null | SoftmaxFunctionOptions,
  options?: Pick<SoftmaxFunctionOptions, 'dtype'>,
): Tensor {
  return along('softmin', (x, own, rest) => soft.softmax(x.neg(), own, rest), input, [dim, options])
}
