/**
 * Runs the cases of fixtures/tensors.py, which real PyTorch answered.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { grad } from '../../src/autograd/engine.js'
import { fromTypedArray, tensor } from '../../src/ops/creation/fromData.js'
import { addmm, linear } from '../../src/ops/matrices/matmul.js'
import { cat, stack } from '../../src/ops/rearrangement/join.js'
import { Tensor } from '../../src/ops/tensor.js'
import { toFloat64 } from '../../src/tensor/copy.js'
import { type DType, dtypeInfo, isDifferentiable, isHalf, type TypedArray } from '../../src/tensor/dtype.js'

export interface EncodedTensor {
  dtype: DType
  shape: number[]
  /** The elements times 64, or integers as they are. */
  n?: number[]
  /** Otherwise the bytes, little endian, in base64. */
  data?: string
  /** Method calls that make a strided view. */
  steps?: [string, ...unknown[]][]
}

export interface Case {
  call: string
  inputs: EncodedTensor[]
  args: unknown[]
  options?: Record<string, unknown>
  output?: EncodedTensor
  outputs?: EncodedTensor[]
  strides?: number[]
  error?: string
  gradFn?: string
  cotangents?: EncodedTensor[]
  gradients?: (EncodedTensor | null)[]
}

export function readCases(name: string): Case[] {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Case[]
}

/** A short name that tells a case from its neighbours. */
export function title({ call, inputs, args, options }: Case): string {
  const texts = inputs.map(({ dtype, shape, steps }) => `${dtype}[${shape}]${steps ? ` ${JSON.stringify(steps)}` : ''}`)
  return `${call}(${[...texts, ...args.map(arg => JSON.stringify(arg)), ...(options ? [JSON.stringify(options)] : [])].join('; ')})`
}

export function decode({ dtype, shape, n, data }: EncodedTensor): Tensor {
  if (data !== undefined) {
    const bytes = Uint8Array.from(Buffer.from(data, 'base64'))
    return fromTypedArray(new (dtypeInfo(dtype).array)(bytes.buffer) as TypedArray, { shape, dtype })
  }
  const scaled = Float64Array.from(n!, x => x / (isDifferentiable(dtype) ? 64 : 1))
  return tensor(scaled, { shape, dtype })
}

type Method = (...args: unknown[]) => unknown

function call(name: string, self: Tensor, args: unknown[]): unknown {
  if (name === 'contiguousChannelsLast') return self.contiguous({ memoryFormat: 'channels_last' })
  return (self[name as keyof Tensor] as Method).call(self, ...args)
}

function invoke(
  name: string,
  tensors: Tensor[],
  args: unknown[],
  options: Record<string, unknown> | undefined,
): unknown {
  if (name === 'cat' || name === 'stack') return (name === 'cat' ? cat : stack)(tensors, ...(args as [number]))
  if (name === 'linear') return linear(tensors[0]!, tensors[1]!, tensors[2])
  if (name === 'addmm') return addmm(tensors[0]!, tensors[1]!, tensors[2]!)
  const rest = [...args.map(arg => (/^-?Infinity$/.test(String(arg)) ? Number(arg) : arg)), ...tensors.slice(1)]
  // options follow `dim`, which a call without one leaves out
  if (options) rest.push(...new Array<undefined>(Math.max((name === 'norm' ? 2 : 1) - rest.length, 0)), options)
  return call(name, tensors[0]!, rest)
}

/** The result as a list: one tensor, several, or { values, indices }. */
function asList(result: unknown): Tensor[] {
  if (result instanceof Tensor) return [result]
  return Array.isArray(result) ? (result as Tensor[]) : (Object.values(result as object) as Tensor[])
}

/** Compares elements; `places` are how many of the last places of the largest element (at least 1) they may be off. */
export function expectClose(actual: Tensor, expected: EncodedTensor, places: number): void {
  expect({ dtype: actual.dtype, shape: [...actual.shape] }).toEqual({ dtype: expected.dtype, shape: expected.shape })
  if (!isDifferentiable(actual.dtype)) {
    expect(actual.dataSync()).toEqual(decode(expected).dataSync())
    return
  }
  const [found, wanted] = [toFloat64(actual), toFloat64(decode(expected))]
  const largest = wanted.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0)
  const bits = isHalf(actual.dtype)
    ? actual.dtype === 'float16'
      ? 10
      : 7
    : ({ float32: 23, complex64: 23 }[actual.dtype as string] ?? 52)
  const bound = places * 2 ** -bits * Math.max(largest, 1)
  for (let i = 0; i < wanted.length; i++) {
    const same = Object.is(found[i], wanted[i]) || Math.abs(found[i]! - wanted[i]!) <= bound
    if (!same) expect.fail(`element ${i}: got ${found[i]}, PyTorch has ${wanted[i]} (bound ${bound})`)
  }
}

export interface RunOptions {
  places?: number
  /** PyTorch's text where ours differs on purpose. */
  message?: (text: string) => string | RegExp
  /** Compare the strides of the (first) output as well. */
  strides?: boolean
  /** Our name of a node, where it differs from PyTorch 1.13's; `null` where versions of PyTorch differ. */
  gradFn?: (name: string) => string | null
}

export function runCase(
  one: Case,
  { places = 16, message = text => text, strides = false, gradFn = name => name }: RunOptions = {},
): void {
  const leaves = one.inputs.map(decode)
  let wanted: Tensor[] = []
  if (one.gradients) {
    wanted = leaves.filter(leaf => isDifferentiable(leaf.dtype))
    for (const leaf of wanted) leaf.requiresGrad = true
  }
  const inputs = leaves.map((leaf, i) =>
    (one.inputs[i]!.steps ?? []).reduce((view, [name, ...args]) => call(name, view, args) as Tensor, leaf),
  )
  if (one.error !== undefined) {
    expect(() => invoke(one.call, inputs, one.args, one.options)).toThrow(message(one.error))
    return
  }
  const outputs = asList(invoke(one.call, inputs, one.args, one.options))
  const expected = one.outputs ?? [one.output!]
  expect(outputs).toHaveLength(expected.length)
  outputs.forEach((output, i) => {
    expectClose(output, expected[i]!, places)
  })
  if (strides && outputs[0] && outputs[0].numel() > 0) {
    const free = (list: readonly number[]) => list.filter((_, dim) => outputs[0]!.shape[dim] !== 1)
    expect(free(outputs[0].strides)).toEqual(free(one.strides!))
  }
  if (!one.gradients) return
  const node = gradFn(one.gradFn!)
  if (node !== null) expect(outputs[0]!.gradFn!.name).toBe(node)
  const differentiable = outputs.filter(output => output.requiresGrad)
  const found = grad(differentiable, wanted, one.cotangents!.map(decode), { allowUnused: true })
  found.forEach((gradient, i) => {
    const own = one.gradients![i]
    if (own) expectClose(gradient!, own, 4 * places)
    else expect(gradient === null || toFloat64(gradient).every(x => x === 0)).toBe(true)
  })
}
