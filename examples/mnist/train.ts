/**
 * Trains a small network on the 60,000 MNIST digits and tests it on the other 10,000.
 *
 *     npm run train:mnist              from the start
 *     npm run train:mnist -- --resume  from the last checkpoint
 */
import { mkdirSync } from 'node:fs'
import { manualSeed, nn, noGrad, optim, tools } from 'convforge'
import { loadCheckpoint, saveCheckpoint } from 'convforge/checkpoint'
import { DataLoader } from 'convforge/data'
import { drawCurve, type Point } from './curve.js'
import { digits } from './digits.js'
import { DigitNet } from './network.js'
import { Progress } from './progress.js'
import { report, test } from './report.js'

const EPOCHS = 2
const BATCH = 64
const FOLDER = 'out/mnist'
const CHECKPOINT = `${FOLDER}/checkpoint.safetensors`

mkdirSync(FOLDER, { recursive: true })
manualSeed(0)
const trainSet = digits('train')
const testSet = digits('t10k')
const net = new DigitNet()
console.log(String(tools.summary(net, [BATCH, 1, 28, 28])))

const loader = new DataLoader(trainSet, { batchSize: BATCH, shuffle: true })
const optimizer = new optim.Adam(net.parameters(), { lr: 1e-2 })
const scheduler = new optim.OneCycleLR(optimizer, { maxLr: 1e-2, epochs: EPOCHS, stepsPerEpoch: loader.length })
const curve: Point[] = []

for (let epoch = 0; epoch < EPOCHS; epoch++) {
  const progress = new Progress(`epoch ${epoch + 1}/${EPOCHS}`, trainSet.length)
  net.train()
  for (const [images, labels] of loader) {
    const output = net(images)
    const loss = nn.functional.crossEntropy(output, labels)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    scheduler.step()
    const right = noGrad(() => output.argmax(1).eq(labels).sum().item())
    progress.update(images.shape[0]!, loss.item(), right)
  }
  progress.stop()
  const accuracy = test(net, testSet)
  console.log(`test accuracy ${(100 * accuracy).toFixed(2)} %`)
}
