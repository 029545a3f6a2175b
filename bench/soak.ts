/**
 * Does a training loop grow? 2,000 steps of the MNIST network in plain synchronous code, and the resident memory along
 * the way:
 *
 *     npx tsx bench/soak.ts
 */
import { manualSeed, nn, optim, randint, randn } from 'convforge'
import { DigitNet } from '../examples/mnist/network.js'

const STEPS = 2000
const SETTLED = 200

manualSeed(0)
const net = new DigitNet()
const optimizer = new optim.Adam(net.parameters(), { lr: 1e-3 })
const megabytes = () => process.memoryUsage().rss / 1e6

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
      `step ${String(step).padStart(4)}  ${megabytes().toFixed(0).padStart(5)} MB  loss ${loss.item().toFixed(4)}`,
    )
}
const growth = 100 * (highest / settled - 1)
console.log(
  `after step ${SETTLED}: ${settled.toFixed(0)} MB; highest since: ${highest.toFixed(0)} MB (${growth.toFixed(1)} % more)`,
)
