/**
 * The negative log likelihood: minus the input's element at the target's class.
 *
 * It is linear in the input. Writing F for the loss and G for its derivative, which puts a gradient back at those
 * elements, each is the derivative of the other; that gives derivatives of any order.
 *
 * @module
 */
import { record } from '../../autograd/node.js'
import { NotImplementedError } from '../../errors.js'
import { contiguousData, convert, toFloat64 } from '../../tensor/copy.js'
import { dtypeInfo, isFloating } from '../../tensor/dtype.js'
import { allocate, type Tensor, wrapArray } from '../../tensor/tensor.js'
import { timed } from '../../tensor/timed.js'
import { checkTensor } from '../elementwise/operand.js'
import { type ClassTargetOptions, type ClassTargets, readClassTargets } from './classTargets.js'

/** The loss of logarithms of probabilities, [N, C], [C] or [N, C, d1, ...], at classes [N], [] or [N, d1, ...]. */
export function nllLoss(input: Tensor, target: Tensor, options: ClassTargetOptions): Tensor {
  checkTensor('nll_loss', 'input', input)
  const targets = readClassTargets('nll_loss_forward', input, target, options)
  if (!isFloating(input.dtype)) {
    throw new NotImplementedError(`"nll_loss_out_frame" not implemented for '${dtypeInfo(input.dtype).scalarName}'`)
  }
  return pick(input, targets)
}

/** F: from the shape of the input to the loss. */
const pick = timed('aten::nll_loss', pickLosses)

function pickLosses(input: Tensor, targets: ClassTargets): Tensor {
  const { labels, weights, places, classes } = targets
  let out = allocate(targets.reduction === 'none' ? targets.shape : [], input.dtype, { device: input.device })
  if (out.device !== 'meta') {
    const x = toFloat64(input)
    const losses = Float64Array.from(labels, (label, i) =>
      label < 0 ? 0 : -weights[label]! * x[(Math.trunc(i / places) * classes + label) * places + (i % places)]!,
    )
    out = reduceLosses(losses, targets, input)
  }
  const name = targets.inputShape.length > 2 ? 'NllLoss2DBackward0' : 'NllLossBackward0'
  return record(out, name, [input], [], gradient => [putBack(gradient, targets)])
}

/** G: from the shape of the loss to that of the input. */
function putBack(gradient: Tensor, targets: ClassTargets): Tensor {
  const { inputShape, labels, weights, places, classes, scale } = targets
  const out = allocate(inputShape, gradient.dtype, { device: gradient.device })
  if (out.device !== 'meta') {
    const wide = new Float64Array(out.numel())
    const each = gradientOfPlaces(gradient, targets)
    for (const [i, label] of labels.entries()) {
      if (label < 0) continue
      wide[(Math.trunc(i / places) * classes + label) * places + (i % places)] = -weights[label]! * each(i) * scale
    }
    ;(contiguousData(out) as Float64Array).set(
      contiguousData(convert(wrapArray(wide, inputShape, 'float64'), out.dtype)) as Float64Array,
    )
  }
  const name = 'NllLossBackwardBackward0'
  return record(out, name, [gradient], [], g => [pick(g, targets)])
}

/** The losses of all places as the result, in the input's dtype. */
export function reduceLosses(
  losses: Float64Array,
  { reduction, shape, scale }: ClassTargets,
  { dtype }: Tensor,
): Tensor {
  if (reduction === 'none') return convert(wrapArray(losses, shape, 'float64'), dtype)
  let total = 0
  for (const loss of losses) total += loss
  return convert(wrapArray(Float64Array.of(total * scale), [], 'float64'), dtype)
}

/** The gradient of the loss of one place, before it is scaled. */
export function gradientOfPlaces(gradient: Tensor, { reduction }: ClassTargets): (place: number) => number {
  const values = toFloat64(gradient)
  return reduction === 'none' ? place => values[place]! : () => values[0]!
}
