/**
 * Trainings against PyTorch: a small network, 12 steps, by 8 optimizers and schedulers, in float32 and float64.
 * data/README.md states how close is right.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noGrad } from '../../src/autograd/modes.js'
import { describeBackends, getBackend, setBackend } from '../../src/backends/registry.js'
import { crossEntropy } from '../../src/nn/functional/crossEntropy.js'
import { Module } from '../../src/nn/module.js'
import { LeakyReLU, ReLU, SiLU } from '../../src/nn/modules/activation.js'
import { AdaptiveAvgPool2d } from '../../src/nn/modules/adaptivePooling.js'
import { BatchNorm2d } from '../../src/nn/modules/batchNorm.js'
import { Conv2d } from '../../src/nn/modules/conv.js'
import { Linear } from '../../src/nn/modules/linear.js'
import { AvgPool2d, MaxPool2d } from '../../src/nn/modules/pooling.js'
import { Sequential } from '../../src/nn/modules/sequential.js'
import type { Parameter } from '../../src/nn/parameter.js'
import { fromTypedArray } from '../../src/ops/creation/fromData.js'
import type { Tensor } from '../../src/ops/tensor.js'
import {
  Adam,
  AdamW,
  CosineAnnealingLR,
  type LRScheduler,
  OneCycleLR,
  type Optimizer,
  RMSprop,
  SGD,
  StepLR,
} from '../../src/optim/index.js'
import type { DType } from '../../src/tensor/dtype.js'
import { goldenFile, readSafetensors } from './read.js'

interface Run {
  key: string
  optimizer: string
  dtype: 'float32' | 'float64'
  losses: number[]
  lrs: number[]
}

const { steps, runs } = JSON.parse(readFileSync(goldenFile('train-dev.json'), 'utf8')) as { steps: number; runs: Run[] }
const golden = readSafetensors(goldenFile('train-dev.safetensors'))

/** The network that train-dev.json describes. */
class Network extends Module {
  features = new Sequential(
    new Conv2d(1, 8, 3, { padding: 1, bias: false }),
    new BatchNorm2d(8),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(8, 16, 3, { padding: 'same', dilation: 2, groups: 2 }),
    new LeakyReLU(0.1),
    new AvgPool2d(2),
    new Conv2d(16, 16, 3, { padding: 1, paddingMode: 'reflect' }),
    new SiLU(),
    new AdaptiveAvgPool2d(2),
  )
  classifier = new Linear(64, 10)

  override forward(input: Tensor): Tensor {
    return this.classifier(this.features(input).flatten(1))
  }
}

const schedule = (optimizer: Optimizer, scheduler?: LRScheduler) => ({ optimizer, scheduler })

const SETUPS: Record<string, (params: Iterable<Parameter>) => { optimizer: Optimizer; scheduler?: LRScheduler }> = {
  'SGD(lr=0.1)': params => schedule(new SGD(params, { lr: 0.1 })),
  'SGD(lr=0.05, momentum=0.9, weight_decay=0.0005, nesterov=True)': params =>
    schedule(new SGD(params, { lr: 0.05, momentum: 0.9, weightDecay: 0.0005, nesterov: true })),
  'Adam(lr=0.01)': params => schedule(new Adam(params, { lr: 0.01 })),
  'AdamW(lr=0.01, weight_decay=0.05)': params => schedule(new AdamW(params, { lr: 0.01, weightDecay: 0.05 })),
  'RMSprop(lr=0.005, momentum=0.5)': params => schedule(new RMSprop(params, { lr: 0.005, momentum: 0.5 })),
  'SGD(lr=0.1) + OneCycleLR(max_lr=0.2, total_steps=12)': params => {
    const optimizer = new SGD(params, { lr: 0.1 })
    return schedule(optimizer, new OneCycleLR(optimizer, { maxLr: 0.2, totalSteps: 12 }))
  },
  'SGD(lr=0.1) + CosineAnnealingLR(T_max=12)': params => {
    const optimizer = new SGD(params, { lr: 0.1 })
    return schedule(optimizer, new CosineAnnealingLR(optimizer, { tMax: 12 }))
  },
  'SGD(lr=0.1) + StepLR(step_size=4, gamma=0.1)': params => {
    const optimizer = new SGD(params, { lr: 0.1 })
    return schedule(optimizer, new StepLR(optimizer, { stepSize: 4, gamma: 0.1 }))
  },
}

function tensor(name: string, dtype: DType): Tensor {
  const { data, shape, dtype: own } = golden[name]!
  const made = fromTypedArray(data, { shape: [...shape], dtype: own })
  return own === 'int64' ? made : made.to(dtype)
}

/** The tensors `prefix.*`, named without the prefix. */
const state = (prefix: string, dtype: DType): Record<string, Tensor> =>
  Object.fromEntries(
    Object.keys(golden)
      .filter(name => name.startsWith(`${prefix}.`))
      .map(name => [name.slice(prefix.length + 1), tensor(name, dtype)]),
  )

/** Sample `index` of a batch tensor. */
const at = (name: string, index: number, dtype: DType): Tensor => tensor(name, dtype).select(0, index)

const farthest = (actual: Tensor, expected: Tensor): number => {
  expect(actual.shape).toEqual(expected.shape)
  return Number(actual.detach().to('float64').sub(expected.to('float64')).abs().max().item())
}

test('every set-up of the golden file is trained', () => {
  expect(runs.map(({ key }) => key).sort()).toEqual(
    Object.keys(SETUPS)
      .flatMap(name => [`${name} float32`, `${name} float64`])
      .sort(),
  )
})

interface Training {
  readonly network: Network
  readonly losses: readonly number[]
  readonly lrs: readonly number[]
}

/** Trains as the golden run did. */
function train({ optimizer: name, dtype }: Run): Training {
  const network = new Network().to(dtype)
  network.loadStateDict(state('initial', dtype))
  const { optimizer, scheduler } = SETUPS[name]!(network.parameters())
  const seen = { losses: [] as number[], lrs: [] as number[] }
  for (let step = 0; step < steps; step++) {
    seen.lrs.push(optimizer.paramGroups[0]!.lr)
    seen.losses.push(takeStep(network, optimizer, step, dtype))
    scheduler?.step()
  }
  return { network, ...seen }
}

/** One step; its loss. */
function takeStep(network: Network, optimizer: Optimizer, step: number, dtype: DType): number {
  optimizer.zeroGrad()
  const loss = crossEntropy(network(at('inputs', step, dtype)), at('targets', step, dtype), { labelSmoothing: 0.1 })
  loss.backward()
  optimizer.step()
  return Number(loss.item())
}

const BOUNDS = {
  float64: { loss: 1e-9, state: 1e-9, output: 1e-9 },
  float32: { loss: 2e-5, state: 5e-5, output: 5e-5 },
}

const others = describeBackends().filter(({ name, available }) => available && name !== 'reference')

describe.each(others)('on $name', ({ name: backend }) => {
  const before = getBackend()
  beforeAll(() => setBackend(backend))
  afterAll(() => setBackend(before))

  describe.each(runs)('$key', run => {
    const { key, dtype } = run
    const bound = BOUNDS[dtype]
    let trained: Training
    beforeAll(() => {
      trained = train(run)
    })

    test('learning rates', () => {
      expect(trained.lrs.length).toBe(run.lrs.length)
      trained.lrs.forEach((lr, i) => {
        expect(Math.abs(lr - run.lrs[i]!)).toBeLessThanOrEqual(4e-15 * run.lrs[i]!)
      })
    })

    test('losses', () => {
      const off = trained.losses.map((loss, i) => Math.abs(loss - run.losses[i]!))
      expect(Math.max(...off)).toBeLessThanOrEqual(bound.loss)
    })

    test('the state after the last step, batch norm statistics included', () => {
      const found = trained.network.stateDict()
      const expected = state(`final.${key}`, dtype)
      expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort())
      for (const [entry, tensor] of Object.entries(expected)) {
        expect(found[entry]!.dtype, entry).toBe(tensor.dtype)
        expect(farthest(found[entry]! as Tensor, tensor), entry).toBeLessThanOrEqual(bound.state)
      }
    })

    test('the output in eval mode', () => {
      const { network } = trained
      network.eval()
      const output = noGrad(() => network(at('inputs', 0, dtype)))
      network.train()
      expect(farthest(output, tensor(`eval.${key}`, dtype))).toBeLessThanOrEqual(bound.output)
    })
  })
})
