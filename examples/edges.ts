/**
 * Learns a 3x3 kernel from a picture and the picture of its edges, and finds Sobel's.
 *
 *     npx tsx examples/edges.ts
 */
import { readFileSync } from 'node:fs'
import { manualSeed, nn, optim, tensor } from 'convforge'
import { toTensor } from 'convforge/data'
import { PNG } from 'pngjs'

const SOBEL = tensor([
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
])
const STEPS = 500

// a grey picture with mean 0 and standard deviation 1, as networks like it
const photo = toTensor(PNG.sync.read(readFileSync(new URL('../photos/chelsea-half.png', import.meta.url))))
const grey = photo.narrow(0, 0, 3).mean(0)
const picture = grey.sub(grey.mean()).div(grey.std())

// its edges, from shifted pictures and without a convolution: nothing of the answer comes from what has to find it
const [height, width] = picture.shape as [number, number]
const shifted = (y: number, x: number) => picture.narrow(0, y, height - 2).narrow(1, x, width - 2)
const left = shifted(0, 0).add(shifted(1, 0).mul(2)).add(shifted(2, 0))
const right = shifted(0, 2).add(shifted(1, 2).mul(2)).add(shifted(2, 2))

manualSeed(0)
const input = picture.reshape(1, 1, height, width)
const target = right.sub(left).reshape(1, 1, height - 2, width - 2)
const conv = new nn.Conv2d(1, 1, 3, { bias: false })
const optimizer = new optim.Adam(conv.parameters(), { lr: 0.1 })
const scheduler = new optim.CosineAnnealingLR(optimizer, { tMax: STEPS })

for (let step = 1; step <= STEPS; step++) {
  const loss = nn.functional.mseLoss(conv(input), target)
  optimizer.zeroGrad()
  loss.backward()
  optimizer.step()
  scheduler.step()
  if (step % 100 === 0) console.log(`step ${step}: loss ${loss.item().toExponential(2)}`)
}

const learned = conv.weight.detach().squeeze()
console.log('learned kernel:')
for (const row of learned.tolist() as number[][]) {
  console.log(row.map(weight => weight.toFixed(3).padStart(7)).join(' '))
}
console.log(`largest difference from Sobel's: ${learned.sub(SOBEL).abs().max().item().toFixed(4)}`)
