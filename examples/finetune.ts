/**
 * Gives the trained digit network a new task, odd or even, by training only a new last layer on a few of the digits.
 *
 *     npm run train:mnist && npx tsx examples/finetune.ts
 */
import { manualSeed, nn, noGrad, optim, type Tensor } from 'convforge'
import { loadCheckpoint } from 'convforge/checkpoint'
import { DataLoader, Subset } from 'convforge/data'
import { digits } from './mnist/digits.js'
import { DigitNet } from './mnist/network.js'

manualSeed(0)
const net = new DigitNet()
await loadCheckpoint('out/mnist/checkpoint.safetensors', { model: net })

// what the network has learned to see stays as it is; only the new layer is trained
net.requiresGrad_(false)
net.eval()
net.classifier = new nn.Linear(32 * 3 * 3, 2)

const few = new Subset(
  digits('train'),
  Array.from({ length: 2000 }, (_, i) => i),
)
const optimizer = new optim.AdamW(net.classifier.parameters(), { lr: 3e-3 })
const parity = (labels: Tensor) => labels.remainder(2)

for (let epoch = 1; epoch <= 5; epoch++) {
  let total = 0
  for (const [images, labels] of new DataLoader(few, { batchSize: 50, shuffle: true })) {
    const loss = nn.functional.crossEntropy(net(images), parity(labels))
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    total += loss.item() * labels.numel()
  }
  console.log(`epoch ${epoch}: loss ${(total / few.length).toFixed(4)}`)
}

let right = 0
const test = digits('t10k')
for (const [images, labels] of new DataLoader(test, { batchSize: 500 })) {
  right += noGrad(() => net(images).argmax(1).eq(parity(labels)).sum().item())
}
console.log(
  `odd or even: ${((100 * right) / test.length).toFixed(2)} % of the test digits, after 2,000 training digits`,
)
