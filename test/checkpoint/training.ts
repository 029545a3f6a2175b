/**
 * A small training with everything that has a state: momentum, a schedule, dropout, batch norm, shuffling, augmentation.
 *
 * @module
 */
import { DataLoader, randomHorizontalFlip, TensorDataset } from '../../src/data/index.js'
import { crossEntropy } from '../../src/nn/functional/crossEntropy.js'
import { Module } from '../../src/nn/module.js'
import { BatchNorm2d } from '../../src/nn/modules/batchNorm.js'
import { Conv2d } from '../../src/nn/modules/conv.js'
import { Dropout } from '../../src/nn/modules/dropout.js'
import { Linear } from '../../src/nn/modules/linear.js'
import { randint, randn } from '../../src/ops/creation/random.js'
import type { Tensor } from '../../src/ops/tensor.js'
import {
  Adam,
  OneCycleLR,
  type Optimizer,
  ReduceLROnPlateau,
  RMSprop,
  type Scheduler,
  SGD,
  StepLR,
} from '../../src/optim/index.js'
import { Generator } from '../../src/tensor/random/generator.js'

export class Network extends Module {
  conv = new Conv2d(1, 3, 3)
  norm = new BatchNorm2d(3)
  dropout = new Dropout(0.3)
  linear = new Linear(3 * 3 * 2, 4)
  override forward(input: Tensor): Tensor {
    return this.linear(this.dropout(this.norm(this.conv(input)).relu()).flatten(1))
  }
}

const source = new Generator(1)
const dataset = new TensorDataset(randn([22, 1, 5, 4], { generator: source }), randint(4, [22], { generator: source }))

export type Kind = 'SGD' | 'Adam' | 'RMSprop'

export interface Training {
  model: Network
  optimizer: Optimizer
  scheduler: Scheduler & { step(metric: number): void }
  /** Of the augmentation. */
  augmentation: Generator
}

export function setUp(kind: Kind): Training {
  const model = new Network()
  const params = model.namedParameters()
  if (kind === 'SGD') {
    const optimizer = new SGD(params, { lr: 0.1, momentum: 0.9 })
    return { model, optimizer, scheduler: new StepLR(optimizer, { stepSize: 5 }), augmentation: new Generator(2) }
  }
  if (kind === 'Adam') {
    const optimizer = new Adam(params, { lr: 0.01, amsgrad: true })
    const scheduler = new OneCycleLR(optimizer, { maxLr: 0.05, totalSteps: 24 })
    return { model, optimizer, scheduler, augmentation: new Generator(2) }
  }
  const optimizer = new RMSprop(params, { lr: 0.01, momentum: 0.5, centered: true })
  const scheduler = new ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.5, factor: 0.7 })
  return { model, optimizer, scheduler, augmentation: new Generator(2) }
}

/** Trains for some epochs, drawing from the default generator and one of its own. Returns every loss. */
export function train({ model, optimizer, scheduler, augmentation }: Training, epochs: number): number[] {
  const losses: number[] = []
  const flip = randomHorizontalFlip(0.5, { generator: augmentation })
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [images, labels] of new DataLoader(dataset, { batchSize: 4, shuffle: true })) {
      optimizer.zeroGrad()
      const loss = crossEntropy(model(flip(images)), labels)
      loss.backward()
      optimizer.step()
      losses.push(Number(loss.item()))
      scheduler.step(losses.at(-1)!)
    }
  }
  return losses
}
