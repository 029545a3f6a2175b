/**
 * Cross entropy of scores, in one pass: what `nllLoss(logSoftmax(x))` is, with label smoothing.
 *
 * At one place, with p = softmax(x), the loss is a sum over the classes, L = - sum q[c] log p[c]. For a target class t of
 * C classes with weights w and a smoothing of s,
 *
 *     q[c] = (1 - s) w[t] [c = t] + s / C w[c]
 *
 * and with Q = sum q[c] the gradient is dL/dx[c] = Q p[c] - q[c].
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { NotImplementedError, RuntimeError } from '../../errors.js'
import { convert } from '../../tensor/copy.js'
import { dtypeInfo, isFloating } from '../../tensor/dtype.js'
import { formatShape, isSameShape, normalizeDim } from '../../tensor/layout.js'
import { allocate, type Tensor } from '../../tensor/tensor.js'
import { checkTensor } from '../elementwise/operand.js'
import { sum } from '../reductions/reduce.js'
import { logSoftmax, softmax } from '../softmax/softmax.js'
import { unsqueeze } from '../views/view.js'
import { type ClassTargetOptions, type ClassTargets, readClassTargets } from './classTargets.js'
import { rawCrossEntropy, rawCrossEntropyGradient } from './crossEntropyLoops.js'

/** How {@link crossEntropy} reads its target. */
export interface CrossEntropyOptions extends ClassTargetOptions {
  /** How much of the target is spread evenly over all classes, from 0 to 1. */
  readonly labelSmoothing: number
}

/** Scores [N, C], [C] or [N, C, d1, ...] against classes [N], [] or [N, d1, ...], or against probabilities of all classes. */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  checkTensor('cross_entropy_loss', 'input', input)
  checkTensor('cross_entropy_loss', 'target', target)
  const { labelSmoothing } = options
  const sameShape = isSameShape(input.shape, target.shape)
  if (sameShape) checkProbabilities(target, options)
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new RuntimeError(`label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`)
  }
  normalizeDim(input.ndim === 1 ? 0 : 1, input.ndim)
  if (!isFloating(input.dtype)) {
    const found = dtypeInfo(input.dtype).scalarName
    throw new NotImplementedError(`"log_softmax_lastdim_kernel_impl" not implemented for '${found}'`)
  }
  if (sameShape) return ofProbabilities(input, target, options)
  return ofClasses(input, readClassTargets('cross_entropy_loss', input, target, options), labelSmoothing)
}

function checkProbabilities(target: Tensor, { ignoreIndex }: CrossEntropyOptions): void {
  if (!isFloating(target.dtype)) {
    const found = dtypeInfo(target.dtype).scalarName
    throw new RuntimeError(`Expected floating point type for target with class probabilities, got ${found}`)
  }
  if (ignoreIndex < 0) return
  throw new RuntimeError(`ignore_index is not supported for floating point target, but got ignore_index=${ignoreIndex}`)
}

/** q is the target, smoothed and weighed. */
function ofProbabilities(input: Tensor, target: Tensor, options: CrossEntropyOptions): Tensor {
  const { weight, labelSmoothing, reduction } = options
  const dim = input.ndim === 1 ? 0 : 1
  const classes = input.shape[dim]!
  const smoothed = labelSmoothing === 0 ? target : target.mul(1 - labelSmoothing).add(labelSmoothing / classes)
  let terms = logSoftmax(input, dim).mul(smoothed)
  if (weight !== null) {
    if (weight.ndim !== 1 || weight.numel() !== classes) {
      throw new RuntimeError(
        `cross_entropy: weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatShape(weight.shape)}`,
      )
    }
    terms = terms.mul(weight.reshape(input.shape.map((size, i) => (i === dim ? size : 1))))
  }
  if (reduction === 'none') return sum(terms, dim).neg()
  const total = sum(terms).neg()
  return reduction === 'sum' ? total : total.div(input.numel() / classes)
}

function ofClasses(input: Tensor, targets: ClassTargets, smoothing: number): Tensor {
  const out = rawCrossEntropy(input, targets, smoothing)
  const name = targets.inputShape.length > 2 ? 'NllLoss2DBackward0' : 'NllLossBackward0'
  return record(out, name, [input], [input], (gradient, { saved: [x] }) => [
    inputGradient(gradient, x!, targets, smoothing),
  ])
}

/** The gradient for the scores, (Q p - q) times that of the loss, as an operation of both. */
function inputGradient(gradient: Tensor, input: Tensor, targets: ClassTargets, smoothing: number): Tensor {
  const { dim, reduction, labels } = targets
  // the mean over no label is no number; its gradient is 0
  const scale = labels.every(label => label < 0) ? 0 : targets.scale
  const out = rawCrossEntropyGradient(gradient, input, targets, smoothing)
  const inputs = [gradient, input]
  return record(out, 'NllLossBackwardBackward0', inputs, inputs, (g, { saved: [own, x], needs }) => {
    const p = softmax(x!, dim)
    const q = coefficients(x!, targets, smoothing)
    const total = sum(q, dim, true)
    const outer = () => (reduction === 'none' ? unsqueeze(own!, dim) : own!).mul(scale)
    const inner = g.mul(total.mul(p).sub(q)).mul(scale)
    return [
      needs[0] ? (reduction === 'none' ? sum(inner, dim) : sum(inner)) : null,
      needs[1]
        ? outer()
            .mul(total)
            .mul(p.mul(g.sub(sum(p.mul(g), dim, true))))
        : null,
    ]
  })
}

/** q, in the shape of the scores. */
function coefficients({ dtype, device }: Tensor, targets: ClassTargets, smoothing: number): Tensor {
  const { inputShape, labels, weights, classes, places } = targets
  if (device === 'meta') return allocate(inputShape, dtype, { device })
  const q = allocate(inputShape, 'float64')
  const values = q.storage.dataToWrite as Float64Array
  for (const [i, label] of labels.entries()) {
    if (label < 0) continue
    const start = Math.trunc(i / places) * classes * places + (i % places)
    for (let c = 0; c < classes; c++) values[start + c * places] = (smoothing / classes) * weights[c]!
    values[start + label * places]! += (1 - smoothing) * weights[label]!
  }
  return convert(q, dtype)
}
