/**
 * A shortened run of the MNIST example: that training works from the pixels to the answers, on real digits.
 */
import { manualSeed, nn, optim } from 'convforge'
import { DataLoader, Subset } from 'convforge/data'
import { expect, test } from 'vitest'
import { digits } from '../../examples/mnist/digits.js'
import { DigitNet } from '../../examples/mnist/network.js'
import { accuracy, answers } from '../../examples/mnist/report.js'

const STEPS = 200

test(`${STEPS} steps reach 94 % on digits not seen`, { timeout: 300_000 }, () => {
  manualSeed(0)
  const trainSet = new Subset(
    digits('train'),
    Array.from({ length: 64 * STEPS }, (_, i) => i),
  )
  const testSet = new Subset(
    digits('t10k'),
    Array.from({ length: 2000 }, (_, i) => i),
  )
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
  expect(accuracy(answers(net, testSet))).toBeGreaterThan(0.94)
})
