/**
 * Normalisation as a differentiable operation: what batch, instance, group and layer norm have in common.
 *
 * With x^ = (x - mean) / sqrt(variance + eps), the result is y = weight x^ + bias. For a gradient g of y, and u = weight g:
 *
 *     dweight = sum(g x^)    dbias = sum(g)    dx = (u - mean(u) - x^ mean(u x^)) / sqrt(variance + eps)
 *
 * the means being taken over the group; where the statistics are given rather than computed from x, dx is just
 * u / sqrt(variance + eps). The ordinary backward pass computes these in two loops; one that is itself recorded
 * computes them with differentiable operations, so that any order works.
 *
 * @module
 */

import { isGradEnabled } from '../../autograd/modes.js'
import { type Backward, record } from '../../autograd/node.js'
import { convert, toFloat64 } from '../../tensor/copy.js'
import { deferred, isDeferring } from '../../tensor/deferral.js'
import { type DType, isHalf } from '../../tensor/dtype.js'
import { partOf } from '../../tensor/freedMemory.js'
import { hasFormat, type MemoryFormat, type Shape } from '../../tensor/layout.js'
import type { Storage } from '../../tensor/storage.js'
import { allocate, allocateUnwritten, type Tensor, wrapArray } from '../../tensor/tensor.js'
import { operationName, timed } from '../../tensor/timed.js'
import type { Floats } from '../pooling/planes.js'
import { reshape } from '../views/view.js'
import { gradientInto, sumGradients } from './gradientLoops.js'
import { type Grouping, groupMoments, type Moments } from './groups.js'
import { type Affine, normalizeInto } from './loops.js'

/** What is to be normalised, and how. */
export interface Normalizing {
  readonly input: Tensor
  readonly weight: Tensor | null
  readonly bias: Tensor | null
  /** The elements in row-major order. */
  readonly grouping: Grouping
  /** The elements in the order of `memoryFormat`. */
  readonly inMemory: Grouping
  readonly memoryFormat: MemoryFormat
  readonly eps: number
  /** Statistics to use instead of the input's own. */
  readonly fixed?: Moments
  /** PyTorch's name of the operation, e.g. `NativeBatchNorm`. */
  readonly operation: string
}

/** Stands in for a weight or a bias that is not there. */
const NONE = allocate([0], 'float32')

/** What a normalisation has found out. */
interface Found {
  readonly moments: Moments
  readonly affine: Affine
}

/** The same for one that may have been put off: then there is nothing before there is the output, which is promised. */
interface Findings {
  found: Found | null
  promised: Storage | null
}

function findingsOf(findings: Findings): Found {
  if (findings.promised) void findings.promised.data
  return findings.found!
}

/** The normalised tensor, and what gives the statistics that were used (none on the meta device). */
export const normalize = timed(({ operation }) => operationName(operation), normalizeGroups)

function normalizeGroups(call: Normalizing): { output: Tensor; moments: () => Moments | null } {
  const { input, memoryFormat } = call
  const { shape, dtype } = input
  const weight = call.weight ?? NONE
  const bias = call.bias ?? NONE
  const inputs = [input, weight, bias]
  const named = `${call.operation}Backward0`
  if (inputs.some(isOnMeta)) {
    const output = allocate(shape, dtype, { device: 'meta', memoryFormat })
    const onMeta = (tensor: Tensor) => allocate(tensor.shape, tensor.dtype, { device: 'meta' })
    return { output: record(output, named, inputs, [], () => inputs.map(onMeta)), moments: () => null }
  }
  const findings: Findings = { found: null, promised: null }
  const output = isDeferring() ? normalizedLater(call, findings) : normalized(call, findings)
  const derivative = backward(derivativeOf(call), findings)
  return {
    output: record(output, named, inputs, [input, weight], derivative),
    moments: () => findingsOf(findings).moments,
  }
}

const isOnMeta = ({ device }: Tensor) => device === 'meta'

function normalizedLater(call: Normalizing, findings: Findings): Tensor {
  const { input, weight, bias, memoryFormat } = call
  const { shape, dtype } = input
  const parameters = [weight, bias].filter(own => own !== null)
  const output = deferred([input, ...parameters], { shape, dtype, memoryFormat }, ([x, ...rest]) =>
    normalized({ ...call, input: x!, weight: weight && rest.shift()!, bias: bias && rest.shift()! }, findings),
  )
  findings.promised = output.storage
  return output
}

/** The normalised tensor, off the tape. */
function normalized(call: Normalizing, findings: Findings): Tensor {
  const { input, memoryFormat, inMemory, fixed, eps } = call
  const { shape, dtype } = input
  const x = elements(input, memoryFormat)
  const moments = fixed ?? groupMoments(x, inMemory)
  const affine: Affine = {
    mean: moments.mean,
    inverse: inverseDeviations(moments.variance, eps),
    weight: parameter(call.weight, 1, inMemory),
    bias: parameter(call.bias, 0, inMemory),
  }
  const wide = allocateUnwritten(shape, isHalf(dtype) ? 'float32' : dtype, memoryFormat)
  normalizeInto(wide.storage.data as Floats, x, inMemory, affine)
  findings.found = { moments, affine }
  findings.promised = null
  return wide.dtype === dtype ? wide : convert(wide, dtype)
}

function inverseDeviations(variance: Float64Array, eps: number): Float64Array {
  const inverse = new Float64Array(variance.length)
  for (let g = 0; g < inverse.length; g++) inverse[g] = 1 / Math.sqrt(variance[g]! + eps)
  return inverse
}

function derivativeOf({ weight, bias, grouping, inMemory, memoryFormat, eps, fixed }: Normalizing): Derivative {
  const parameterShape = (weight ?? bias)?.shape ?? [grouping.channels]
  return { grouping, inMemory, memoryFormat, eps, fixed, hasWeight: weight !== null, parameterShape }
}

/** The elements in the order of the memory format; 16-bit floats as float32. */
function elements(tensor: Tensor, format: MemoryFormat): Floats {
  const { shape, strides, dtype } = tensor
  const asItIs = !isHalf(dtype) && hasFormat(shape, strides, format)
  const dense = asItIs ? tensor : convert(tensor, isHalf(dtype) ? 'float32' : dtype, format)
  const data = dense.storage.data as Floats
  return dense.offset === 0 ? data : partOf(data, dense.offset)
}

function parameter(tensor: Tensor | null, fallback: number, { channels }: Grouping): Float64Array {
  return tensor ? toFloat64(tensor) : new Float64Array(channels).fill(fallback)
}

/** What the derivative knows of the call: not its tensors, which the tape lets go of after backward. */
interface Derivative extends Pick<Normalizing, 'grouping' | 'inMemory' | 'memoryFormat' | 'eps' | 'fixed'> {
  readonly hasWeight: boolean
  readonly parameterShape: Shape
}

function backward(how: Derivative, findings: Findings): Backward {
  const { inMemory, memoryFormat, fixed } = how
  return (gradient, { saved: [input, weight], needs }) => {
    if (isGradEnabled() && input!.numel() > 0) return composedGradients(gradient, input!, weight!, how)
    const { affine } = findingsOf(findings)
    const [g, x] = [elements(gradient, memoryFormat), elements(input!, memoryFormat)]
    const sums = fixed && !needs[1] && !needs[2] ? null : sumGradients(g, x, inMemory, affine)
    let inputGradient: Tensor | null = null
    if (needs[0]) {
      const working = isHalf(gradient.dtype) ? 'float32' : gradient.dtype
      inputGradient = allocateUnwritten(input!.shape, working, memoryFormat)
      const out = inputGradient.storage.data as Floats
      if (fixed) {
        // a normalisation about 0, without a bias
        const zeros = { mean: new Float64Array(inMemory.groups), bias: new Float64Array(inMemory.channels) }
        normalizeInto(out, g, inMemory, { ...affine, ...zeros })
      } else gradientInto(out, g, x, inMemory, affine, sums!)
    }
    if (sums === null) return [inputGradient, null, null]
    const ofParameter = (sum: Float64Array) =>
      parameterGradient(sum, weight!.dtype, inMemory.channels, how.parameterShape)
    return [inputGradient, ofParameter(sums.weight), ofParameter(sums.bias)]
  }
}

function parameterGradient(sums: Float64Array, dtype: DType, channels: number, shape: Shape): Tensor {
  const isSingle = dtype === 'float32'
  const gradient = isSingle ? new Float32Array(channels) : new Float64Array(channels)
  for (let c = 0; c < channels; c++) gradient[c] = sums[c]!
  return wrapArray(gradient, shape, isSingle ? 'float32' : 'float64')
}

/** The derivative in differentiable operations. */
function composedGradients(gradient: Tensor, input: Tensor, weight: Tensor, how: Derivative): Tensor[] {
  const { grouping, eps, fixed, hasWeight, parameterShape: shape } = how
  const { outer, groups, sub, run, channels } = grouping
  const wide = (tensor: Tensor) => (isHalf(tensor.dtype) ? tensor.to('float32') : tensor)
  const seen: Shape = [outer, groups, sub, run]
  const repeats = (groups * sub) / channels
  const [g, x] = [reshape(wide(gradient), seen), reshape(wide(input), seen)]
  const mean = (tensor: Tensor) => tensor.mean([0, 2, 3], true)
  const constant = (values: Float64Array) => wrapArray(values, [1, groups, 1, 1], 'float64').to(x.dtype)
  const centred = x.sub(fixed ? constant(fixed.mean) : mean(x))
  const inverse = (fixed ? constant(fixed.variance) : mean(centred.square())).add(eps).rsqrt()
  const normal = centred.mul(inverse)
  const perRun = (w: Tensor) => reshape(reshape(w, [1, channels]).expand(repeats, channels), [1, groups, sub, 1])
  const u = hasWeight ? g.mul(perRun(wide(weight))) : g
  const inner = fixed ? u : u.sub(mean(u)).sub(normal.mul(mean(u.mul(normal))))
  const perChannel = (tensor: Tensor) => reshape(reshape(tensor.sum([0, 3]), [repeats, channels]).sum(0), shape)
  return [reshape(inner.mul(inverse), input.shape), perChannel(g.mul(normal)), perChannel(g)]
}
