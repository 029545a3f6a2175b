/**
 * A training step by step: the network, optimizer and schedule of examples/mnist.
 *
 * @module
 */
import { Generator, manualSeed, nn, noGrad, optim, type Tensor, tensor } from 'convforge'
import { DataLoader, TensorDataset } from 'convforge/data'
import { DigitNet } from '../../../examples/mnist/network.js'
import { type Digits, SIDE } from './digits.js'
import type { View } from './messages.js'
import type { Settings } from './settings.js'

/** Images as [N, 1, 28, 28] with MNIST's mean and standard deviation taken out. */
function normalised(pixels: Uint8Array): Tensor {
  const values = Float32Array.from(pixels, byte => (byte / 255 - 0.1307) / 0.3081)
  return tensor(values, { shape: [pixels.length / (SIDE * SIDE), 1, SIDE, SIDE] })
}

/** Digits and what they are. */
export function datasetOf({ pixels, labels }: Digits): TensorDataset {
  return new TensorDataset(normalised(pixels), tensor(BigInt64Array.from(labels, BigInt), { shape: [labels.length] }))
}

export class Training {
  readonly totalSteps: number
  step = 0
  /** Counts from 0. */
  epoch = -1
  private readonly model: DigitNet
  private readonly optimizer: optim.Adam
  private readonly scheduler: optim.OneCycleLR
  private batches: Iterator<Tensor[]> | null = null

  constructor(
    private readonly settings: Settings,
    private readonly digits: TensorDataset,
  ) {
    manualSeed(settings.seed)
    const stepsPerEpoch = Math.ceil(digits.length / settings.batch)
    this.totalSteps = settings.epochs * stepsPerEpoch
    this.model = new DigitNet()
    this.optimizer = new optim.Adam(this.model.parameters())
    const { rate, epochs } = settings
    this.scheduler = new optim.OneCycleLR(this.optimizer, { maxLr: rate, epochs, stepsPerEpoch })
  }

  get finished(): boolean {
    return this.step >= this.totalSteps
  }

  get parameterCount(): number {
    return [...this.model.parameters()].reduce((sum, own) => sum + own.numel(), 0)
  }

  /** One batch: the loss before the step, and how many digits it had. */
  advance(): { loss: number; size: number } {
    const [images, labels] = this.nextBatch() as [Tensor, Tensor]
    this.model.train()
    const loss = nn.functional.crossEntropy(this.model(images), labels)
    this.optimizer.zeroGrad()
    loss.backward()
    this.optimizer.step()
    this.scheduler.step()
    this.step++
    return { loss: loss.item() as number, size: labels.numel() }
  }

  private nextBatch(): Tensor[] {
    const next = this.batches?.next()
    if (next && !next.done) return next.value
    this.epoch++
    // each epoch has an order of its own
    const generator = new Generator(this.settings.seed + this.epoch)
    const loader = new DataLoader(this.digits, { batchSize: this.settings.batch, shuffle: true, generator })
    this.batches = loader[Symbol.iterator]()
    return this.batches.next().value
  }

  /** How many of the digits are recognised. */
  countRight({ pixels, labels }: Digits): number {
    this.model.eval()
    const guesses = noGrad(() => this.model(normalised(pixels)).argmax(1).tolist()) as number[]
    return guesses.filter((guess, i) => guess === labels[i]).length
  }

  /** What the network makes of one digit. */
  view(pixels: Uint8Array): View {
    this.model.eval()
    return noGrad(() => {
      const image = normalised(pixels)
      const block = this.model.features.get(0) as nn.Sequential
      const convolution = block.get(0) as nn.Conv2d
      const maps = (block.get(2) as nn.ReLU)((block.get(1) as nn.BatchNorm2d)(convolution(image)))
      const [probabilities] = this.model(image).softmax(1).tolist() as number[][]
      return {
        probabilities: probabilities!,
        kernels: channels(convolution.weight, 0),
        maps: channels(maps, 1),
      }
    })
  }
}

/** The numbers of each channel. */
function channels(all: Tensor, dim: number): Float32Array[] {
  return all
    .detach()
    .unbind(dim)
    .map(own => (own.contiguous().dataSync() as Float32Array).slice())
}
