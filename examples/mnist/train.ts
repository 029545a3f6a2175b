/**
 * Trains a small network on the 60,000 MNIST digits and tests it on the other 10,000.
 *
 *     npm run train:mnist              from the start
 *     npm run train:mnist -- --resume  from where the last run stopped
 */
import { mkdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { defaultGenerator, fromTypedArray, manualSeed, nn, noGrad, optim, type Tensor, tools } from 'convforge'
import { loadCheckpoint, saveCheckpoint } from 'convforge/checkpoint'
import { DataLoader } from 'convforge/data'
import { drawCurve, type Point } from './curve.js'
import { digits } from './digits.js'
import { DigitNet } from './network.js'
import { Progress } from './progress.js'
import { accuracy, answers, confusionMatrix, drawWorst } from './report.js'

const EPOCHS = 2
const BATCH = 64
const FOLDER = 'out/mnist'
const CHECKPOINT = `${FOLDER}/checkpoint.safetensors`

mkdirSync(FOLDER, { recursive: true })
manualSeed(0)
const trainSet = digits('train')
const testSet = digits('t10k')
const model = new DigitNet()
const loader = new DataLoader(trainSet, { batchSize: BATCH, shuffle: true })
const optimizer = new optim.Adam(model.parameters(), { lr: 1e-2 })
const scheduler = new optim.OneCycleLR(optimizer, { maxLr: 1e-2, epochs: EPOCHS, stepsPerEpoch: loader.length })
const training = { model, optimizer, scheduler, generator: defaultGenerator }

/** How far the training is: batches of this epoch that are done, and the generator before the epoch was shuffled. */
let [firstEpoch, done] = [0, 0]
let shuffledFrom = defaultGenerator.getState()
let curve: Point[] = []
let tests: { step: number; accuracy: number }[] = []

if (process.argv.includes('--resume')) {
  const { epoch, extra } = await loadCheckpoint(CHECKPOINT, training)
  const kept = extra as { done: number; shuffledFrom: Tensor; curve: Point[]; tests: typeof tests }
  firstEpoch = epoch ?? 0
  ;({ done, curve, tests } = kept)
  shuffledFrom = kept.shuffledFrom.dataSync() as Uint8Array
  console.log(`going on in epoch ${firstEpoch + 1} after ${done} batches`)
}

const save = (epoch: number) =>
  saveCheckpoint(CHECKPOINT, {
    ...training,
    epoch,
    extra: { done, shuffledFrom: fromTypedArray(shuffledFrom), curve, tests },
  })

let stopping = false
process.once('SIGINT', () => {
  stopping = true
})

console.log(String(tools.summary(model, [BATCH, 1, 28, 28])))

for (let epoch = firstEpoch; epoch < EPOCHS; epoch++) {
  const progress = new Progress(`epoch ${epoch + 1}/${EPOCHS}`, trainSet.length)
  // a resumed epoch is shuffled again from the same state, and goes on behind the batches that are done
  const now = defaultGenerator.getState()
  if (done > 0) defaultGenerator.setState(shuffledFrom)
  else shuffledFrom = now
  const batches = loader[Symbol.iterator]()
  for (let i = 0; i < done; i++) batches.next()
  if (done > 0) defaultGenerator.setState(now)
  progress.skip(done * BATCH)

  model.train()
  for (const [images, labels] of batches) {
    const output = model(images)
    const loss = nn.functional.crossEntropy(output, labels)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    scheduler.step()

    const right = noGrad(() => output.argmax(1).eq(labels).sum().item())
    progress.update(labels.numel(), loss.item(), right)
    done++
    if (done % 20 === 0)
      curve.push({ step: epoch * loader.length + done, loss: loss.item(), accuracy: right / labels.numel() })
    await setImmediate() // lets Ctrl-C in
    if (stopping) {
      progress.stop()
      await save(epoch)
      console.log(`\nstopped; go on with: npm run train:mnist -- --resume`)
      process.exit(130)
    }
  }
  progress.stop()
  done = 0
  const found = accuracy(answers(model, testSet))
  tests.push({ step: (epoch + 1) * loader.length, accuracy: found })
  console.log(`epoch ${epoch + 1}: test accuracy ${(100 * found).toFixed(2)} %`)
  await save(epoch + 1)
}

const all = answers(model, testSet)
drawCurve(`${FOLDER}/curve.svg`, curve, tests)
const worst = await drawWorst(`${FOLDER}/worst.png`, all, testSet)
console.log(`\nrows: digits, columns: answers\n${confusionMatrix(all)}`)
console.log(
  `\ntest accuracy ${(100 * accuracy(all)).toFixed(2)} %, ${all.filter(a => a.guess !== a.label).length} wrong`,
)
console.log(
  `the most wrong: ${worst
    .slice(0, 10)
    .map(({ label, guess }) => `${label} taken for ${guess}`)
    .join(', ')}`,
)
console.log(`${FOLDER}/curve.svg, ${FOLDER}/worst.png, ${CHECKPOINT}`)
