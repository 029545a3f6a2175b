/**
 * Checks of calls that were checked before: networks call the same layers with the same shapes over and over, and the
 * checks would take longer than a small convolution.
 *
 * @module
 */
import { isSameShape, type Shape } from '../tensor/layout.js'
import type { CheckedConvolution, ConvArguments } from './validate.js'

interface Remembered {
  readonly call: ConvArguments
  readonly checked: CheckedConvolution
}

/** Calls by the weight's shape, a list that is never changed: layers that are alike have the same. */
const calls = new WeakMap<Shape, Remembered[]>()

/** Layers are called with few shapes; what comes after is not remembered any longer. */
const MOST = 16

/** `check`, but for a call like one that passed. */
export function remembering(
  check: (call: ConvArguments) => CheckedConvolution,
): (call: ConvArguments) => CheckedConvolution {
  return call => {
    const { shape } = call.weight
    const known = calls.get(shape)
    const found = known?.find(own => isLike(own.call, call))
    if (found) return found.checked
    const checked = check(call)
    // lists that the caller may change are no key
    if (!Object.isFrozen(shape) || !isFixed(call)) return checked
    const own: Remembered = { call: withoutTensors(call), checked }
    if (known === undefined) calls.set(shape, [own])
    else known.splice(MOST - 1, known.length, own)
    return checked
  }
}

/** Whether all lists of the call are frozen, so that the same list is the same numbers. */
function isFixed({ stride, padding, dilation, transposed }: ConvArguments): boolean {
  const fixed = (value: unknown) => typeof value !== 'object' || Object.isFrozen(value)
  return fixed(stride) && fixed(padding) && fixed(dilation) && fixed(transposed?.outputPadding)
}

/** The call with what was checked of its tensors, so that the tensors themselves are not kept. */
function withoutTensors(call: ConvArguments): ConvArguments {
  const own = ({ shape, dtype }: ConvArguments['input']) => ({ shape, dtype })
  return { ...call, input: own(call.input), weight: own(call.weight), bias: call.bias && own(call.bias) }
}

function isLike(a: ConvArguments, b: ConvArguments): boolean {
  return (
    a.operation === b.operation &&
    isSame(a.stride, b.stride) &&
    isSame(a.padding, b.padding) &&
    isSame(a.dilation, b.dilation) &&
    a.groups === b.groups &&
    a.paddingMode === b.paddingMode &&
    isSame(a.transposed?.outputPadding, b.transposed?.outputPadding) &&
    a.weight.dtype === b.weight.dtype &&
    a.input.dtype === b.input.dtype &&
    a.bias?.dtype === b.bias?.dtype &&
    isSameShape(a.input.shape, b.input.shape) &&
    (a.bias === b.bias || (a.bias !== null && b.bias !== null && isSameShape(a.bias.shape, b.bias.shape)))
  )
}

/** Whether arguments are the same number, text or list of numbers. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && isSameShape(a, b))
}
