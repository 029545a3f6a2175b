/**
 * Ends, in the way that the parameter names, after programs have run on four threads; prints what it saw on the way.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { setNumThreads } from '../../../src/backends/threads.js'
import { installCode } from '../../../src/backends/x64/runtime/index.js'
import { Counting, countingKernel } from './kernels.js'
import { mappings, poolThreads } from './maps.js'

const THREADS = 4
/** A size that nothing else has. */
const SCRATCH_BYTES = 9 * 2 ** 20 + 4096
const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

setNumThreads(THREADS)
const counting = new Counting(countingKernel(), [Array(30).fill(300), [5, 5, 5]], SCRATCH_BYTES)

function runPrograms(runs: number): void {
  for (let run = 0; run < runs; run++) counting.run()
  const faults = counting.faults()
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

/** Waits for what other threads do in their own time, for half a minute at most. */
async function until(holds: () => boolean): Promise<boolean> {
  for (let i = 0; i < 3000 && !holds(); i++) await pause(10)
  return holds()
}

/** How many blocks of scratch memory are mapped. */
const scratchBlocks = () =>
  mappings().filter(({ start, end, access }) => access === 'rw-p' && end - start === SCRATCH_BYTES).length

/** Starts a worker isolate with an ending of its own, and waits until it has run programs. */
async function startWorker(ending: string): Promise<{ worker: Worker; exit: Promise<number> }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: ending })
  const exit = new Promise<number>(resolve => worker.once('exit', resolve))
  worker.on('error', error => {
    if (error.message !== 'on purpose') console.log(error)
  })
  // process.exit() may be faster than the message
  await Promise.race([new Promise(resolve => worker.once('message', resolve)), exit])
  return { worker, exit }
}

async function inWorker(ending: string): Promise<void> {
  // code that only the end of the thread can free
  for (let i = 0; i < 20; i++) installCode(new Uint8Array(5000))
  runPrograms(100)
  parentPort!.postMessage('ready')
  if (ending === 'exit') process.exit(3)
  if (ending === 'throw') throw new Error('on purpose')
  if (ending === 'busy') for (;;) runPrograms(1)
  if (ending === 'parked') await pause(100_000)
}

const endings: Record<string, () => unknown> = {
  natural: () => console.log(poolThreads()),
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('on purpose')
  },
  async parked() {
    await pause(200)
    process.exit(4)
  },
  async idle() {
    // parked after a few milliseconds
    await pause(300)
    const before = process.cpuUsage()
    await pause(1500)
    const { user, system } = process.cpuUsage(before)
    console.log(poolThreads(), (user + system) / 1000)
  },
  // a worker isolate ends while the main one goes on with threads of its own
  async workers() {
    const own = poolThreads()
    for (const ending of ['natural', 'exit', 'busy', 'parked', 'throw']) {
      const { worker, exit } = await startWorker(ending)
      runPrograms(50)
      if (ending === 'busy' || ending === 'parked') await worker.terminate()
      const code = await exit
      const gone = await until(() => poolThreads() === own)
      runPrograms(50)
      console.log(ending, code, gone)
    }
    console.log('scratch blocks', scratchBlocks())
  },
  async exitWithWorkers() {
    await Promise.all([startWorker('busy'), startWorker('parked')])
    runPrograms(200)
    process.exit(5)
  },
  async together() {
    const workers = [startWorker('natural'), startWorker('natural'), startWorker('natural')]
    for (let i = 0; i < 20; i++) {
      runPrograms(100)
      await pause(1)
    }
    const codes = await Promise.all(workers.map(async started => (await started).exit))
    console.log(codes.join())
  },
}

if (isMainThread) {
  runPrograms(100)
  await endings[process.argv[2]!]!()
} else await inWorker(workerData)
