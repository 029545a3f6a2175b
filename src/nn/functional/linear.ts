/**
 * `torch.nn.functional.linear`.
 *
 * @module
 */
import { linear as multiply } from '../../ops/matmul.js'
import type { Tensor } from '../../tensor/tensor.js'

/**
 * `input x weight^T + bias` along the last dimension of the input.
 *
 * @param input [..., in]
 * @param weight [out, in], or [in]
 * @param bias [out]
 * @returns [..., out]
 * @throws RuntimeError where shapes or dtypes do not fit, with PyTorch's message
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
 */
export function linear(input: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  return multiply(input, weight, bias)
}
