import { describe, expect, test } from 'vitest'
import * as functions from '../../src/nn/functional/normalization.js'
import type { Module } from '../../src/nn/module.js'
import * as batchNorms from '../../src/nn/modules/batchNorm.js'
import * as groupNorms from '../../src/nn/modules/groupNorm.js'
import * as instanceNorms from '../../src/nn/modules/instanceNorm.js'
import * as layerNorms from '../../src/nn/modules/layerNorm.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { decode, type EncodedTensor, expectClose } from '../ops/cases.fixture.js'
import { byCall, type Caller, type LayerCase, layerTitle, readLayerCases, runLayerCase } from './layers.fixture.js'

interface ModuleRun {
  name: string
  args: unknown[]
  options: Record<string, unknown>
  text: string
  keys: string[]
  parameters: Record<string, EncodedTensor>
  steps: { training: boolean; input: EncodedTensor; output: EncodedTensor; state: Record<string, EncodedTensor> }[]
}

const { cases, modules } = readLayerCases<{ cases: LayerCase[]; modules: ModuleRun[] }>('norm')

const CALLERS: Record<string, Caller> = {
  batchNorm: ([x, mean, variance, weight, bias], _, options) =>
    functions.batchNorm(x!, mean, variance, weight, bias, options),
  instanceNorm: ([x, mean, variance, weight, bias], _, options) =>
    functions.instanceNorm(x!, mean, variance, weight, bias, options),
  groupNorm: ([x, weight, bias], [groups], options) => functions.groupNorm(x!, groups as number, weight, bias, options),
  layerNorm: ([x, weight, bias], [shape], options) => functions.layerNorm(x!, shape as number[], weight, bias, options),
  localResponseNorm: ([x], [size], options) => functions.localResponseNorm(x!, size as number, options),
}

describe.each(byCall(cases))('%s is PyTorch’s', (call, own) => {
  test.each(own.map(one => [layerTitle(one), one] as const))('%s', (_, one) => {
    runLayerCase(one, CALLERS[call]!)
  })
})

const CLASSES = { ...batchNorms, ...groupNorms, ...instanceNorms, ...layerNorms } as unknown as Record<
  string,
  new (
    ...args: unknown[]
  ) => Module & ((input: Tensor) => Tensor)
>

describe('modules over several batches', () => {
  test.each(modules.map(run => [`${run.text} on [${run.steps[0]!.input.shape}]`, run] as const))('%s', (_, run) => {
    const module = new CLASSES[run.name]!(...run.args, run.options)
    const call = module as unknown as (input: Tensor) => Tensor
    expect(String(module)).toBe(run.text)
    expect(Object.keys(module.stateDict())).toEqual(run.keys)
    const parameters = Object.fromEntries(Object.entries(run.parameters).map(([key, value]) => [key, decode(value)]))
    module.loadStateDict({ ...module.stateDict(), ...parameters })
    for (const { training, input, output, state } of run.steps) {
      module.train(training)
      expectClose(call(decode(input)), output, 16)
      const found = module.stateDict()
      for (const [key, value] of Object.entries(state)) expectClose(found[key]!, value, 4)
    }
  })
})
