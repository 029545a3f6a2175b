/**
 * Trains beside the page, which stays awake.
 *
 * @module
 */
import type { TensorDataset } from 'convforge/data'
import type { Digits } from './digits.js'
import type { Command, News, Phase } from './messages.js'
import { datasetOf, Training } from './training.js'

/** Digits between two tests, and at once in a test. */
const DIGITS_BETWEEN_TESTS = 1500
const TEST_PART = 250
/** Milliseconds between two pictures of the network. */
const VIEW_INTERVAL = 200

let trainSet: TensorDataset | null = null
let testSet: Digits | null = null
let training: Training | null = null
let looked: Uint8Array | null = null
let running = false
let looping = false
let testEvery = 1
let lastView = 0
let speed = 0

const tell = (news: News) => postMessage(news)
const tellPhase = (phase: Phase) => tell({ type: 'phase', phase })
/** Lets the page's commands in. */
const breath = () => new Promise<void>(done => setTimeout(done))

addEventListener('message', ({ data }: MessageEvent<Command>) => {
  obey(data).catch((error: unknown) => {
    running = looping = false
    tell({ type: 'failure', message: error instanceof Error ? error.message : String(error) })
  })
})

async function obey(command: Command): Promise<void> {
  if (command.type === 'load') {
    trainSet = datasetOf(command.digits.train)
    testSet = command.digits.test
  } else if (command.type === 'look') {
    looked = command.pixels
    view()
  } else if (command.type === 'pause') {
    running = false
    if (training && !training.finished) tellPhase(training.step > 0 ? 'paused' : 'ready')
  } else if (command.type === 'reset') {
    running = false
    training = new Training(command.settings, trainSet!)
    testEvery = Math.ceil(DIGITS_BETWEEN_TESTS / command.settings.batch)
    speed = 0
    tell({ type: 'reset', steps: training.totalSteps, parameters: training.parameterCount })
    tellPhase('ready')
    view()
  } else if (training && !training.finished) {
    running = command.type === 'run'
    tellPhase(running ? 'running' : 'paused')
    if (running) await loop()
    else await advance(training)
  }
}

async function loop(): Promise<void> {
  if (looping) return
  looping = true
  while (running && training && !training.finished) {
    await advance(training)
    await breath()
  }
  looping = false
}

async function advance(own: Training): Promise<void> {
  const start = performance.now()
  const { loss, size } = own.advance()
  const now = (1000 * size) / (performance.now() - start)
  // smoothed, so that one can read it
  speed = speed === 0 ? now : 0.8 * speed + 0.2 * now
  tell({ type: 'step', step: own.step, epoch: own.epoch, loss, imagesPerSecond: speed })
  if (!running || own.finished || performance.now() - lastView > VIEW_INTERVAL) view()
  if (own.step % testEvery === 0 || own.finished) await test(own)
  if (own.finished && own === training) {
    running = false
    tellPhase('finished')
  }
}

async function test(own: Training): Promise<void> {
  const { pixels, labels } = testSet!
  const { step } = own
  const size = pixels.length / labels.length
  let right = 0
  for (let from = 0; from < labels.length; from += TEST_PART) {
    const to = Math.min(from + TEST_PART, labels.length)
    right += own.countRight({ pixels: pixels.subarray(from * size, to * size), labels: labels.subarray(from, to) })
    await breath()
    // another network has been asked for, or one more step of this one
    if (own !== training || own.step !== step) return
  }
  tell({ type: 'test', step, accuracy: right / labels.length })
}

function view(): void {
  if (!training || !looked) return
  tell({ type: 'view', ...training.view(looked) })
  lastView = performance.now()
}
