/**
 * Does a training loop grow? 2,000 steps of the MNIST network in plain synchronous code, and the resident memory along
 * the way, of the built package in plain Node:
 *
 *     npm run soak
 *
 * Beside it stands what V8 has set aside for young objects: it doubles that once enough of them have outlived a collection,
 * be it after 10 steps or 1,000. `node --max-semi-space-size=4 bench/out/soak.mjs` keeps it as it is after a few steps.
 *
 * Ends with an error if the memory rises by 10 % or more after the first 200 steps.
 */
import { cpus, totalmem } from 'node:os'
import { getHeapSpaceStatistics } from 'node:v8'
import { manualSeed, nn, optim, randint, randn } from 'convforge'
import { DigitNet } from '../examples/mnist/network.js'

const STEPS = 2000
const SETTLED = 200
const ALLOWED_GROWTH = 10

console.log(
  `Node ${process.version}, ${process.platform}, ${cpus().length} x ${cpus()[0]?.model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
)

manualSeed(0)
const net = new DigitNet()
const optimizer = new optim.Adam(net.parameters(), { lr: 1e-3 })
const megabytes = () => process.memoryUsage().rss / 1e6
const youngMegabytes = () => getHeapSpaceStatistics().find(space => space.space_name === 'new_space')!.space_size / 1e6

let settled = 0
let highest = 0
for (let step = 1; step <= STEPS; step++) {
  const loss = nn.functional.crossEntropy(net(randn(64, 1, 28, 28)), randint(0, 10, [64]))
  optimizer.zeroGrad()
  loss.backward()
  optimizer.step()
  if (step === SETTLED) settled = megabytes()
  if (step > SETTLED) highest = Math.max(highest, megabytes())
  if (step % 100 === 0)
    console.log(
      `step ${String(step).padStart(4)}  ${megabytes().toFixed(0).padStart(5)} MB, of it young ${youngMegabytes().toFixed(0).padStart(2)} MB  loss ${loss.item().toFixed(4)}`,
    )
}
const growth = 100 * (highest / settled - 1)
console.log(
  `after step ${SETTLED}: ${settled.toFixed(0)} MB; highest since: ${highest.toFixed(0)} MB (${growth.toFixed(1)} % more)`,
)
if (growth >= ALLOWED_GROWTH) process.exitCode = 1
