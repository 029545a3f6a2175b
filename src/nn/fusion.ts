/**
 * Layers put together for use after training: `torch.nn.utils.fusion`.
 *
 * @module
 */
import { noGrad } from '../autograd/modes.js'
import { describe, RuntimeError } from '../errors.js'
import { zeros } from '../ops/creation/fromSizes.js'
import type { Tensor } from '../ops/tensor.js'
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from './modules/batchNorm.js'
import { Conv1d, Conv2d, Conv3d } from './modules/conv.js'
import type { ConvNd } from './modules/convNd.js'
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from './modules/convTranspose.js'
import { Parameter } from './parameter.js'

type Convolution = Conv1d | Conv2d | Conv3d | ConvTranspose1d | ConvTranspose2d | ConvTranspose3d
type BatchNorm = BatchNorm1d | BatchNorm2d | BatchNorm3d

const CONVOLUTIONS = [Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d]
const BATCH_NORMS = [BatchNorm1d, BatchNorm2d, BatchNorm3d]

/**
 * A convolution that gives what `bn(conv(x))` gives after training, up to rounding. With running mean m, running variance v,
 * and the norm's weight g and bias b, its numbers are
 *
 *     weight(o) = conv.weight(o) * g(o) / sqrt(v(o) + eps)
 *     bias(o) = (conv.bias(o) - m(o)) / sqrt(v(o) + eps) * g(o) + b(o)
 *
 * The new layer has parameters of its own and no hooks; `conv` and `bn` stay as they are. In a Sequential
 * in eval mode the same happens by itself where no gradient is needed; here each step is rounded as in PyTorch.
 *
 * @param conv Conv1d to Conv3d or ConvTranspose1d to ConvTranspose3d, after `eval()`
 * @param bn a batch norm of as many features as `conv` has output channels, with running statistics, after `eval()`
 * @throws TypeError for other modules; RuntimeError in training, without running statistics, or where the sizes do not fit
 * @see https://pytorch.org/docs/1.13/_modules/torch/nn/utils/fusion.html
 * @example
 * const fused = nn.fuseConvBnEval(net.conv1.eval(), net.bn1.eval())
 */
export function fuseConvBnEval<Conv extends Convolution>(conv: Conv, bn: BatchNorm): Conv {
  checkModules(conv, bn)
  const { running_mean: mean, running_var: variance } = bn
  if (!mean || !variance) {
    throw new RuntimeError('fuseConvBnEval(): the batch norm has no running statistics (trackRunningStats=false)')
  }
  if (bn.numFeatures !== conv.outChannels) {
    throw new RuntimeError(
      `fuseConvBnEval(): the batch norm has ${bn.numFeatures} features, but the convolution ${conv.outChannels} output channels`,
    )
  }
  return noGrad(() => {
    const inverse = variance.add(bn.eps).rsqrt()
    const factor = bn.weight ? bn.weight.mul(inverse) : inverse
    const centred = (conv.bias ?? zeros(mean.shape, { dtype: mean.dtype, device: mean.device })).sub(mean)
    const scaled = bn.weight ? centred.mul(inverse).mul(bn.weight) : centred.mul(inverse)
    const fused = copyOf(conv)
    fused.weight = new Parameter(scaledChannels(conv, factor))
    fused.bias = new Parameter(bn.bias ? scaled.add(bn.bias) : scaled)
    return fused
  })
}

function checkModules(conv: unknown, bn: unknown): void {
  const isOne = (classes: readonly unknown[], module: unknown) =>
    classes.includes((module as { constructor?: unknown } | null)?.constructor)
  if (!isOne(CONVOLUTIONS, conv))
    throw new TypeError(
      `fuseConvBnEval(): argument 'conv' must be Conv1d ... ConvTranspose3d, but got ${describe(conv)}`,
    )
  if (!isOne(BATCH_NORMS, bn))
    throw new TypeError(`fuseConvBnEval(): argument 'bn' must be BatchNorm1d ... BatchNorm3d, but got ${describe(bn)}`)
  if ((conv as Convolution).training || (bn as BatchNorm).training) throw new RuntimeError('Fusion only for eval!')
}

/** The weight times a factor for each output channel. */
function scaledChannels({ weight, transposed, groups }: ConvNd, factor: Tensor): Tensor {
  const kernel = weight.shape.slice(2)
  const ones = kernel.map(() => 1)
  if (!transposed) return weight.mul(factor.reshape([-1, 1, ...ones]))
  // [C_in, C_out / groups, ...]: which output channels a row has depends on its group
  const [rows, columns] = weight.shape as [number, number]
  const grouped = weight.reshape([groups, rows / groups, columns, ...kernel])
  return grouped.mul(factor.reshape([groups, 1, columns, ...ones])).reshape(weight.shape)
}

/** A layer like this one, whose parameters cost nothing and are to be replaced. */
function copyOf<Conv extends Convolution>(conv: Conv): Conv {
  const { inChannels, outChannels, kernelSize, stride, padding, outputPadding, dilation, groups, paddingMode } = conv
  const shared = { stride, dilation, groups, paddingMode, device: 'meta' }
  const options = conv.transposed ? { ...shared, padding, outputPadding } : { ...shared, padding }
  const Own = conv.constructor as new (...call: unknown[]) => Conv
  const copy = new Own(inChannels, outChannels, kernelSize, options)
  copy.eval()
  return copy
}
