/**
 * Gives the trained digit network a new task, odd or even, by training only a new last layer on a few of the digits.
 *
 *     npm run train:mnist
 *     npx tsx examples/finetune.ts [--checkpoint FILE] [--train-digits 2000] [--test-digits 10000]
 */
import { parseArgs } from 'node:util'
import { manualSeed, nn, noGrad, optim, type Tensor } from 'convforge'
import { loadCheckpoint } from 'convforge/checkpoint'
import { DataLoader } from 'convforge/data'
import { digits } from './mnist/digits.js'
import { DigitNet } from './mnist/network.js'

const { values } = parseArgs({
  options: {
    checkpoint: { type: 'string', default: 'out/mnist/checkpoint.safetensors' },
    'train-digits': { type: 'string', default: '2000' },
    'test-digits': { type: 'string', default: '10000' },
  },
})
const trainSet = digits('train', Number(values['train-digits']))
const testSet = digits('t10k', Number(values['test-digits']))
const parity = (labels: Tensor) => labels.remainder(2)

manualSeed(0)
const net = new DigitNet()
await loadCheckpoint(values.checkpoint, { model: net })

// what the network has learned to see stays as it is, batch norm included; only the new layer is trained
net.eval()
net.requiresGrad_(false)
net.classifier = new nn.Linear(net.classifier.inFeatures, 2)
const optimizer = new optim.AdamW(net.classifier.parameters(), { lr: 3e-3 })

for (let epoch = 1; epoch <= 5; epoch++) {
  let total = 0
  for (const [images, labels] of new DataLoader(trainSet, { batchSize: 50, shuffle: true })) {
    const loss = nn.functional.crossEntropy(net(images), parity(labels))
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    total += loss.item() * labels.numel()
  }
  console.log(`epoch ${epoch}: loss ${(total / trainSet.length).toFixed(4)}`)
}

let right = 0
for (const [images, labels] of new DataLoader(testSet, { batchSize: 500 })) {
  right += noGrad(() => net(images).argmax(1).eq(parity(labels)).sum().item())
}
const percent = ((100 * right) / testSet.length).toFixed(2)
console.log(`odd or even: ${percent} % of ${testSet.length} test digits, after ${trainSet.length} training digits`)
