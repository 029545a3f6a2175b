/**
 * Trains a small network on the 60,000 MNIST digits and tests it on the other 10,000.
 *
 *     npm run train:mnist              from the start
 *     npm run train:mnist -- --resume  from where the last run stopped
 *     npm run train:mnist -- --help    what else there is
 */
import { existsSync, mkdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { defaultGenerator, Generator, manualSeed, nn, noGrad, optim, tools } from 'convforge'
import { loadCheckpoint, saveCheckpoint } from 'convforge/checkpoint'
import { DataLoader } from 'convforge/data'
import { drawCurve, type Point } from './curve.js'
import { digits } from './digits.js'
import { DigitNet } from './network.js'
import { readOptions, type Settings } from './options.js'
import { Progress } from './progress.js'
import { type Answer, accuracy, answers, confusionMatrix } from './report.js'
import { drawWorst } from './worst.js'

const BATCH = 64
const percent = (part: number) => `${(100 * part).toFixed(2)} %`

const { out, resume, ...wanted } = readOptions()
const checkpoint = `${out}/checkpoint.safetensors`
if (resume && !existsSync(checkpoint)) {
  console.error(`there is no ${checkpoint} to resume from`)
  process.exit(1)
}
mkdirSync(out, { recursive: true })

/** How far a training is, besides the state of its network, optimizer and scheduler. */
interface Progressed {
  settings: Settings
  /** Batches of this epoch that are done. */
  done: number
  curve: Point[]
  tests: { step: number; accuracy: number }[]
}
let epoch = 0
let progressed: Progressed = { settings: wanted, done: 0, curve: [], tests: [] }
if (resume) {
  const saved = await loadCheckpoint(checkpoint)
  epoch = saved.epoch!
  progressed = saved.extra as Progressed
}
const { epochs, trainDigits, testDigits } = progressed.settings

manualSeed(0)
const trainSet = digits('train', trainDigits)
const testSet = digits('t10k', testDigits)
const stepsPerEpoch = Math.ceil(trainSet.length / BATCH)
const model = new DigitNet()
const optimizer = new optim.Adam(model.parameters())
const scheduler = new optim.OneCycleLR(optimizer, { maxLr: 1e-2, epochs, stepsPerEpoch })
const training = { model, optimizer, scheduler, generator: defaultGenerator }
if (resume) await loadCheckpoint(checkpoint, training)
const save = () => saveCheckpoint(checkpoint, { ...training, epoch, extra: progressed })

const ctrlC = new AbortController()
process.on('SIGINT', () => ctrlC.abort())

console.log(String(tools.summary(model, [BATCH, 1, 28, 28])))
if (resume) console.log(`going on in epoch ${epoch + 1} after ${progressed.done} batches`)

let progress: Progress | null = null
let tested: Answer[] | null = null
try {
  while (epoch < epochs) {
    progress = new Progress(`epoch ${epoch + 1}/${epochs}`, trainSet.length, progressed.done * BATCH)
    // each epoch has an order of its own, in which a resumed one finds its place
    const loader = new DataLoader(trainSet, { batchSize: BATCH, shuffle: true, generator: new Generator(epoch) })
    let batch = 0
    model.train()
    for await (const [images, labels] of loader) {
      if (batch++ < progressed.done) continue
      const output = model(images)
      const loss = nn.functional.crossEntropy(output, labels)
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      scheduler.step()
      progressed.done++

      const right = noGrad(() => output.argmax(1).eq(labels).sum().item())
      progress.update(labels.numel(), loss.item(), right)
      progressed.curve.push({
        step: epoch * stepsPerEpoch + batch,
        loss: loss.item(),
        accuracy: right / labels.numel(),
      })
      await setImmediate(undefined, ctrlC) // lets Ctrl-C in, and throws then
    }
    progress.stop()
    tested = await answers(model, testSet, ctrlC.signal)
    epoch++
    progressed.tests.push({ step: epoch * stepsPerEpoch, accuracy: accuracy(tested) })
    progressed.done = 0
    console.log(`epoch ${epoch}: test accuracy ${percent(accuracy(tested))}`)
    await save()
  }
} catch (error) {
  progress?.stop()
  if (!ctrlC.signal.aborted) throw error
  await save()
  const folder = out === 'out/mnist' ? '' : ` --out ${out}`
  console.log(`\nstopped, and saved in ${checkpoint}; go on with: npm run train:mnist -- --resume${folder}`)
  process.exit()
}

// a training that was at its end already is tested once more
const all = tested ?? (await answers(model, testSet))
drawCurve(`${out}/curve.svg`, progressed.curve, progressed.tests)
const worst = await drawWorst(`${out}/worst.png`, all, testSet)
console.log(`\nrows: digits, columns: answers\n${confusionMatrix(all)}`)
const wrong = all.filter(({ label, guess }) => guess !== label).length
console.log(`\ntest accuracy ${percent(accuracy(all))}, ${wrong} wrong`)
const mistakes = worst.slice(0, 10).map(({ label, guess }) => `${label} taken for ${guess}`)
console.log(`the most wrong: ${mistakes.join(', ')}`)
console.log(`${out}/curve.svg, ${out}/worst.png, ${checkpoint}`)
