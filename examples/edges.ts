/**
 * Learns an edge-detecting kernel from a picture and its edges, and finds Sobel's.
 *
 *     npx tsx examples/edges.ts
 */
import { readFileSync } from 'node:fs'
import { manualSeed, nn, optim, tensor } from 'convforge'
import { PNG } from 'pngjs'

const { width, height, data } = PNG.sync.read(readFileSync(new URL('../photos/chelsea-half.png', import.meta.url)))
const grey = Float32Array.from({ length: width * height }, (_, i) => {
  const [red, green, blue] = data.subarray(4 * i, 4 * i + 3)
  return (0.299 * red! + 0.587 * green! + 0.114 * blue!) / 255
})

// the edges are computed here, by hand, so that nothing of the library is in the answer it has to find
const SOBEL = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
]
const edges = new Float32Array((width - 2) * (height - 2))
for (let y = 0; y < height - 2; y++) {
  for (let x = 0; x < width - 2; x++) {
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) edges[y * (width - 2) + x]! += SOBEL[i]![j]! * grey[(y + i) * width + x + j]!
    }
  }
}

const STEPS = 3000
manualSeed(0)
const picture = tensor(grey, { shape: [1, 1, height, width] })
const target = tensor(edges, { shape: [1, 1, height - 2, width - 2] })
const conv = new nn.Conv2d(1, 1, 3, { bias: false })
const optimizer = new optim.Adam(conv.parameters(), { lr: 0.1 })
const scheduler = new optim.CosineAnnealingLR(optimizer, { tMax: STEPS })

for (let step = 1; step <= STEPS; step++) {
  const loss = nn.functional.mseLoss(conv(picture), target)
  optimizer.zeroGrad()
  loss.backward()
  optimizer.step()
  scheduler.step()
  if (step % 500 === 0) console.log(`step ${step}: loss ${loss.item().toExponential(2)}`)
}

const learned = conv.weight.detach().squeeze()
console.log(`learned kernel:\n${learned}`)
console.log(`largest difference from Sobel's: ${learned.sub(tensor(SOBEL)).abs().max().item().toFixed(4)}`)
