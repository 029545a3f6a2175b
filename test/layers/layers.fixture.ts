/**
 * Runs the cases of fixtures/pool_interpolate_norm.py, which real PyTorch answered.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { isHalf } from '../../src/tensor/dtype.js'
import { decode, type EncodedTensor, expectClose } from '../ops/cases.fixture.js'

export interface LayerCase {
  call: string
  inputs: (EncodedTensor | null)[]
  args: unknown[]
  options: Record<string, unknown>
  /** The first input, and so the first output, has channels last in memory. */
  channelsLast?: boolean
  outputs: EncodedTensor[]
  cotangent?: EncodedTensor
  gradients?: (EncodedTensor | null)[]
  /** The inputs from the second on that are buffers, after the call. */
  after?: EncodedTensor[]
}

/** How a case is called here: the function, given the inputs, the arguments behind them, and the options. */
export type Caller = (inputs: (Tensor | null)[], args: unknown[], options: Record<string, unknown>) => Tensor | Tensor[]

export function readLayerCases<T = LayerCase[]>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as T
}

/** The cases of each function. */
export function byCall(cases: readonly LayerCase[]): [call: string, LayerCase[]][] {
  return [...new Set(cases.map(one => one.call))].map(call => [call, cases.filter(one => one.call === call)])
}

export function layerTitle({ call, inputs, args, options, channelsLast }: LayerCase): string {
  const tensors = inputs.map(one =>
    one ? `${one.dtype}[${one.shape}]${channelsLast ? ' channels_last' : ''}` : 'null',
  )
  return `${call}(${[...tensors, ...args.map(arg => JSON.stringify(arg)), JSON.stringify(options)].join('; ')})`
}

/** @param places how many of the dtype's last places the largest element may be off */
export function runLayerCase(one: LayerCase, caller: Caller, places = 16): void {
  const inputs = one.inputs.map(input => input && decode(input))
  if (one.channelsLast) inputs[0] = inputs[0]!.contiguous({ memoryFormat: 'channels_last' })
  const leaves = one.gradients ? inputs.filter((_, i) => one.gradients![i]) : []
  for (const leaf of leaves) leaf!.requiresGrad = true
  const result = caller(inputs, one.args, one.options)
  const outputs = Array.isArray(result) ? result : [result]
  expect(outputs).toHaveLength(one.outputs.length)
  for (const [i, output] of outputs.entries()) expectClose(output, one.outputs[i]!, places)
  if (one.channelsLast) {
    for (const output of outputs) expect(output.isContiguous({ memoryFormat: 'channels_last' })).toBe(true)
  }
  for (const [i, buffer] of (one.after ?? []).entries()) {
    expectClose(inputs.slice(1).filter((input, at) => input !== null && !one.gradients?.[at + 1])[i]!, buffer, places)
  }
  if (!one.cotangent) return
  const expected = one.gradients!.filter(gradient => gradient !== null)
  for (const createGraph of [false, true]) {
    const found = grad(outputs[0]!, leaves as Tensor[], decode(one.cotangent), { retainGraph: true, createGraph })
    // a recorded backward pass of 16-bit numbers rounds after every step
    const own = createGraph && isHalf(outputs[0]!.dtype) ? 64 * places : 8 * places
    for (const [i, gradient] of found.entries()) expectClose(gradient!, expected[i]!, own)
  }
}
