/**
 * Random programs of Winograd's method. What a program gives on ordinary memory is what it must give on guarded memory, to
 * the bit; that it is right is for test/differential.
 *
 * @module
 */
import { type ConvSpec, describeSpec, inputShape, outputShape, weightShape } from '../../../src/conv/spec.js'
import { type PixelPass, sidesOf } from '../../../src/kernel/convolutionPlan.js'
import { planWinograd } from '../../../src/kernel/winogradPlan.js'
import { contiguousData } from '../../../src/tensor/copy.js'
import { numelOf } from '../../../src/tensor/layout.js'
import { integer, pick, type Random } from '../../differential/support/specs.js'
import { numbers } from '../../property/support/numbers.js'
import { type Case, type Drawn, floats, garbage, NO_BIAS, read, write } from './case.js'

/** A convolution that Winograd's method can compute; odd sizes. Half of the kernels are 3x3, with stride 1. */
function specOf(next: Random, pass: PixelPass): ConvSpec {
  const groups = pick(next, [1, 1, 2, 3])
  const size = () => pick(next, [3, 4, 5, 6, 7, integer(next, 8, 30), integer(next, 20, 75)])
  const distance = () => pick(next, [1, 1, 1, 2, 3, 4, 7])
  const dilation = [1, distance(), distance()] as const
  const isPlain = next() < 0.5
  const taps = () => (isPlain ? 3 : integer(next, 2, 8))
  const kernel = [1, taps(), taps()] as const
  // a gradient needs taps for all of its results
  const reachesAll = (apart: number, taps: number, distance: number) =>
    apart === 1 || pass === 'forward' || (apart <= taps && distance % apart > 0)
  const apart = (axis: 1 | 2) =>
    isPlain
      ? 1
      : pick(
          next,
          [1, 2, 3, 5].filter(own => reachesAll(own, kernel[axis], dilation[axis])),
        )
  const stride = [1, apart(1), apart(2)] as const
  const input = [1, size() + (kernel[1] - 1) * dilation[1], size() + (kernel[2] - 1) * dilation[2]] as const
  const [before, after] = [0, 1].map(() => [0, integer(next, 0, 2), integer(next, 0, 2)] as const)
  const output = (axis: 1 | 2) => {
    const room = input[axis] + before![axis] + after![axis] - (kernel[axis] - 1) * dilation[axis] - 1
    return Math.floor(room / stride[axis]) + 1
  }
  return {
    ...{ spatialRank: 2, batch: integer(next, 1, 3), groups, input, kernel },
    ...{ inChannels: groups * integer(next, 1, 40), outChannels: groups * integer(next, 1, 40) },
    output: [1, output(1), output(2)],
    ...{ stride, dilation, padBefore: before!, padAfter: after! },
    paddingMode: 'zeros',
  }
}

function winogradPlan({ next, element, target, machine }: Drawn) {
  const pass: PixelPass = pick(next, ['forward', 'inputGradient'])
  const spec = specOf(next, pass)
  const bias = next() < 0.5
  const caches = { l2: pick(next, [2 ** 14, 2 ** 18, 2 ** 21]), l3: 2 ** 22, bytesPerProduct: 32 }
  const threads = pick(next, [1, 2, 5])
  const plan = planWinograd(machine, spec, pass, { bias, threads, caches })
  const weight = contiguousData(numbers(integer(next, 0, 2 ** 30), weightShape(spec), { dtype: element }))
  const transformed = floats(element, plan.weights.length)
  target.run(plan.weights.program, element, [weight, transformed])
  const text = `${pass} ${element}, ${threads} threads${bias ? ', bias' : ''}: ${describeSpec(spec)}`
  return { spec, pass, bias, plan, weight, transformed, text }
}

export function winogradWeights(drawn: Drawn): Case {
  const { plan, weight, transformed, text } = winogradPlan(drawn)
  return {
    text: `Winograd's weights ${text}`,
    precision: drawn.element,
    program: plan.weights.program,
    operands: [read('weight', weight), write('transformed weight', garbage(drawn.element, transformed.length))],
    expected: transformed,
  }
}

export function winograd(drawn: Drawn): Case {
  const { element, target, next } = drawn
  const { spec, pass, bias, plan, transformed, text } = winogradPlan(drawn)
  const source = pass === 'forward' ? inputShape(spec) : outputShape(spec)
  const input = contiguousData(numbers(integer(next, 0, 2 ** 30), source, { dtype: element }))
  const { groups, resultChannels, result } = sidesOf(spec, pass)
  const biases = bias ? floats(element, groups * resultChannels).map(() => integer(next, -9, 9)) : null
  const expected = floats(element, spec.batch * groups * resultChannels * numelOf(result))
  target.run(plan.program, element, [input, transformed, biases ?? input, expected])
  return {
    text: `Winograd ${text}`,
    precision: element,
    program: plan.program,
    operands: [
      read('input', input),
      read('transformed weight', transformed),
      biases ? read('bias', biases) : NO_BIAS,
      write('output', garbage(element, expected.length)),
    ],
    expected,
  }
}
