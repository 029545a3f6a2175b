/**
 * Cross entropy of probabilities that something is so, or not.
 *
 * @module
 */
import type { Backward } from '../../autograd/node.js'
import { RuntimeError, ValueError } from '../../errors.js'
import { BINARY_CROSS_ENTROPY, WEIGHTED_BINARY_CROSS_ENTROPY } from '../../kernel/losses.js'
import { dtypeInfo, isFloating } from '../../tensor/dtype.js'
import { broadcastShapes, formatShape } from '../../tensor/layout.js'
import type { Tensor } from '../../tensor/tensor.js'
import { mul } from '../elementwise/arithmetic.js'
import { type ElementFunctions, mapElements, savedIf } from '../elementwise/map.js'
import { checkTensor, promote } from '../elementwise/operand.js'
import { softplus } from '../elementwise/smoothActivation.js'
import { inPlace } from '../inplace.js'
import { type Reduction, recordLoss, refuseGradient } from './lossReduction.js'

const mul_ = inPlace(mul)

/** Multiplies the losses of elements, off the tape, by a weight that broadcasts. */
function weigh(operation: string, elements: Tensor, weight: Tensor | null): Tensor {
  if (weight === null) return elements
  refuseGradient(operation, 'weight', checkTensor(operation, 'weight', weight))
  return mul_(elements, weight.detach())
}

/** A weight for the derivative, in whose place a placeholder is saved if there is none. */
function saved(weight: Tensor | null): Tensor {
  return savedIf(weight !== null, weight?.detach() as Tensor)
}

function checkSizes(input: Tensor, target: Tensor, message: (target: string, input: string) => string): void {
  const [own, other] = [target, input].map(({ shape }) => `torch.Size(${formatShape(shape)})`) as [string, string]
  if (own !== other) throw new ValueError(message(own, other))
}

/** - t log(x) - (1 - t) log(1 - x), with logarithms of at least -100. */
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null = null,
  reduction: Reduction = 'mean',
): Tensor {
  const name = 'binary_cross_entropy'
  checkTensor(name, 'input', input)
  checkTensor(name, 'target', target)
  checkSizes(
    input,
    target,
    (own, other) =>
      `Using a target size (${own}) that is different to the input size (${other}) is deprecated. Please ensure they have the same size.`,
  )
  if (target.dtype !== input.dtype) {
    const [found, expected] = [target, input].map(({ dtype }) => dtypeInfo(dtype).scalarName)
    throw new RuntimeError(`Found dtype ${found} but expected ${expected}`)
  }
  const functions: ElementFunctions = { number: (x, t) => lossOf(x!, t!) }
  const options = { compute: input.dtype, kinds: ['float'] as const }
  const elements = weigh(name, mapElements(name, [input, target], functions, options), weight)
  const inputs = [input, target]
  const derivative: Backward = (g, { saved: [x, t, w], needs }) => {
    const scaled = weight === null ? g : g.mul(w!)
    const variance = () => x!.neg().add(1).mul(x!).clampMin(1e-12)
    return [
      needs[0] ? scaled.mul(x!.sub(t!)).div(variance()) : null,
      needs[1] ? scaled.mul(x!.neg().log1p().sub(x!.log())) : null,
    ]
  }
  return recordLoss('BinaryCrossEntropyBackward0', elements, reduction, inputs, derivative, [saved(weight)])
}

function lossOf(x: number, t: number): number {
  if (!(x >= 0 && x <= 1)) throw new RuntimeError(`all elements of input should be between 0 and 1, but found ${x}`)
  return (t - 1) * Math.max(Math.log1p(-x), -100) - t * Math.max(Math.log(x), -100)
}

/** log(1 + e^-x) without overflow: minus the log of the sigmoid. */
const softplusOfNegative = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(-x, 0)

/** {@link binaryCrossEntropy} of sigmoid(x), without its overflow; `posWeight` multiplies the part of t = 1. */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null = null,
  posWeight: Tensor | null = null,
  reduction: Reduction = 'mean',
): Tensor {
  const name = 'binary_cross_entropy_with_logits'
  checkTensor(name, 'input', input)
  checkTensor(name, 'target', target)
  checkSizes(input, target, (own, other) => `Target size (${own}) must be the same as input size (${other})`)
  for (const { dtype } of [target, input]) {
    if (isFloating(dtype)) continue
    const found = dtypeInfo(dtype).scalarName
    throw new RuntimeError(`result type Float can't be cast to the desired output type ${found}`)
  }
  if (posWeight !== null) checkPosWeight(name, input, posWeight)
  const operands = posWeight === null ? [input, target] : [input, target, posWeight.detach()]
  const functions: ElementFunctions = {
    number:
      posWeight === null
        ? (x, t) => (1 - t!) * x! + softplusOfNegative(x!)
        : (x, t, p) => (1 - t!) * x! + (1 + (p! - 1) * t!) * softplusOfNegative(x!),
    vector: posWeight === null ? BINARY_CROSS_ENTROPY : WEIGHTED_BINARY_CROSS_ENTROPY,
  }
  const elements = weigh(name, mapElements(name, operands, functions, { compute: promote(operands) }), weight)
  const derivative: Backward = (g, { saved: [x, t, w, p], needs }) => {
    const scaled = weight === null ? g : g.mul(w!)
    if (posWeight === null) {
      return [needs[0] ? scaled.mul(x!.sigmoid().sub(t!)) : null, needs[1] ? scaled.mul(x!).neg() : null]
    }
    const positive = t!.mul(p!)
    const other = () => softplus(x!.neg(), { threshold: Number.POSITIVE_INFINITY })
    return [
      needs[0] ? scaled.mul(positive.sub(t!).add(1).mul(x!.sigmoid()).sub(positive)) : null,
      needs[1] ? scaled.mul(p!.sub(1).mul(other()).sub(x!)) : null,
    ]
  }
  const node = 'BinaryCrossEntropyWithLogitsBackward0'
  return recordLoss(node, elements, reduction, [input, target], derivative, [saved(weight), saved(posWeight)])
}

function checkPosWeight(name: string, input: Tensor, posWeight: Tensor): void {
  refuseGradient(name, 'pos_weight', checkTensor(name, 'pos_weight', posWeight))
  const broadcast = formatShape(broadcastShapes(posWeight.shape, input.shape))
  if (broadcast === formatShape(input.shape)) return
  throw new RuntimeError(
    `output with shape ${formatShape(input.shape)} doesn't match the broadcast shape ${broadcast} of pos_weight`,
  )
}
