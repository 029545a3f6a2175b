/**
 * The training of the tab Learn by the library alone, on the same digits.
 */
import { Generator, manualSeed, nn, noGrad, optim, type Tensor, tensor } from 'convforge'
import { DataLoader } from 'convforge/data'
import { digits } from '../../../examples/mnist/digits.js'
import { DigitNet } from '../../../examples/mnist/network.js'

const DIGITS = 6000

export interface Settings {
  readonly batch: number
  readonly rate: number
  readonly epochs: number
  readonly seed: number
}

/** The network after so many steps, which are fewer than an epoch, and the losses on the way. */
export function train({ batch, rate, epochs, seed }: Settings, count: number): { model: DigitNet; losses: number[] } {
  manualSeed(seed)
  const model = new DigitNet()
  const optimizer = new optim.Adam(model.parameters())
  const stepsPerEpoch = Math.ceil(DIGITS / batch)
  const scheduler = new optim.OneCycleLR(optimizer, { maxLr: rate, epochs, stepsPerEpoch })
  const generator = new Generator(seed)
  const losses: number[] = []
  for (const [images, labels] of new DataLoader(digits('train', DIGITS), {
    batchSize: batch,
    shuffle: true,
    generator,
  })) {
    if (losses.length === count) break
    const loss = nn.functional.crossEntropy(model(images), labels)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    losses.push(loss.item() as number)
  }
  return { model, losses }
}

/** Ten probabilities for a digit of 784 bytes. */
export function recognise(model: DigitNet, pixels: ArrayLike<number>): number[] {
  model.eval()
  const values = Float32Array.from(pixels, byte => (byte / 255 - 0.1307) / 0.3081)
  const image: Tensor = tensor(values, { shape: [1, 1, 28, 28] })
  return noGrad(() => (model(image).softmax(1).tolist() as number[][])[0]!)
}

/** The part of the first thousand test digits that is recognised. */
export function accuracy(model: DigitNet): number {
  model.eval()
  const [images, labels] = digits('t10k', 1000).tensors as [Tensor, Tensor]
  return noGrad(() => model(images).argmax(1).eq(labels).sum().item() as number) / 1000
}
