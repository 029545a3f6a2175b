/**
 * What worker threads run, as text: there is no file that a page would have to serve, and no bundler changes it.
 *
 * @module
 */
import * as control from './control.js'
import { RECORD_BYTES } from './records.js'

/** How long a worker looks for tasks before it sleeps, in milliseconds; and after how many looks it asks for the time. */
const SPIN_MILLISECONDS = 1
const LOOKS = 500

/** Modules that a worker keeps, at most. */
const MODULES_KEPT = 512

/**
 * A worker is told its number and the memory, and never hears of anything else: so it may sleep without listening.
 *
 * What it reads of a phase belongs to the generation in the head, or else the exchange of the head fails. The bytes of a
 * module are good if the generation has not changed since: nothing moves while a program runs.
 */
export const WORKER_SOURCE = `
'use strict'
const work = (memory, thread) => {
  const codes = new Map()
  const words = new Int32Array(memory.buffer)
  const heads = new BigInt64Array(memory.buffer)
  const kernelsOf = (code, generation) => {
    const known = codes.get(code)
    if (known) return known
    const start = words[${control.CODE_START}]
    const end = start + words[${control.CODE_LENGTH}]
    // the buffer of a memory that another thread has grown grows some time later
    if (memory.buffer.byteLength < end) return null
    const bytes = new Uint8Array(memory.buffer).slice(start, end)
    if (Atomics.load(words, ${control.GENERATION}) !== generation) return null
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
    if (codes.size >= ${MODULES_KEPT}) codes.clear()
    codes.set(code, exports)
    return exports
  }
  const takeTasks = () => {
    for (;;) {
      const head = Atomics.load(heads, ${control.HEAD})
      const [next, generation] = [Number(head & 0xffffffffn), Number(head >> 32n)]
      const [records, args] = [words[${control.RECORDS}], words[${control.ARGUMENTS}]]
      const scratch = words[${control.SCRATCH}] + thread * words[${control.SCRATCH_STEP}]
      if (next >= words[${control.COUNT}] || thread >= words[${control.LIMIT}]) return generation
      const kernels = kernelsOf(words[${control.CODE}], generation)
      if (!kernels || Atomics.compareExchange(heads, ${control.HEAD}, head, head + 1n) !== head) continue
      try {
        const record = records + next * ${RECORD_BYTES}
        kernels[kernels.kernelOf(record)](args, record, scratch)
      } catch {
        Atomics.store(words, ${control.FAILED}, 1)
      }
      Atomics.add(words, ${control.DONE}, 1)
    }
  }
  for (;;) {
    const generation = takeTasks()
    const end = performance.now() + ${SPIN_MILLISECONDS}
    let looks = 0
    while (Atomics.load(words, ${control.GENERATION}) === generation)
      if (++looks % ${LOOKS} === 0 && performance.now() > end) {
        Atomics.add(words, ${control.SLEEPERS}, 1)
        Atomics.wait(words, ${control.GENERATION}, generation)
        Atomics.sub(words, ${control.SLEEPERS}, 1)
      }
  }
}
`

/** In Node, by the worker's data; in browsers, by its first message. */
export const NODE_SOURCE = `${WORKER_SOURCE}
const { workerData } = require('node:worker_threads')
work(workerData.memory, workerData.thread)
`

export const BROWSER_SOURCE = `${WORKER_SOURCE}
onmessage = ({ data }) => work(data.memory, data.thread)
`
