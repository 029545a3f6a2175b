/**
 * A shortened run of the MNIST example: that training works from the pixels to the answers, on real digits.
 */
import { manualSeed, nn, optim } from 'convforge'
import { DataLoader } from 'convforge/data'
import { expect, test } from 'vitest'
import { digits } from '../../examples/mnist/digits.js'
import { DigitNet } from '../../examples/mnist/network.js'
import { accuracy, answers } from '../../examples/mnist/report.js'

const STEPS = 200

test(`${STEPS} steps reach 94 % on digits not seen`, { timeout: 300_000 }, async () => {
  manualSeed(0)
  const trainSet = digits('train', 64 * STEPS)
  const testSet = digits('t10k', 2000)
  const net = new DigitNet()
  const optimizer = new optim.Adam(net.parameters(), { lr: 1e-2 })
  const scheduler = new optim.OneCycleLR(optimizer, { maxLr: 1e-2, totalSteps: STEPS })
  for (const [images, labels] of new DataLoader(trainSet, { batchSize: 64, shuffle: true })) {
    const loss = nn.functional.crossEntropy(net(images), labels)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    scheduler.step()
  }
  expect(accuracy(await answers(net, testSet))).toBeGreaterThan(0.94)
})
