import { nn, type Tensor } from 'convforge'

/** Convolution, batch norm, ReLU, and half the size. */
function block(inChannels: number, outChannels: number): nn.Sequential {
  return new nn.Sequential(
    new nn.Conv2d(inChannels, outChannels, 3, { padding: 1, bias: false }),
    new nn.BatchNorm2d(outChannels),
    new nn.ReLU(),
    new nn.MaxPool2d(2),
  )
}

/** Three blocks and a linear layer: 28 -> 14 -> 7 -> 3 pixels, about 9,000 parameters. */
export class DigitNet extends nn.Module {
  features = new nn.Sequential(block(1, 8), block(8, 16), block(16, 32))
  classifier = new nn.Linear(32 * 3 * 3, 10)

  forward(images: Tensor): Tensor {
    return this.classifier(this.features(images).flatten(1))
  }
}
