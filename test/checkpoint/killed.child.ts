/**
 * A training that is killed while it saves: `node killed.js PATH MOMENT`. Saves a first checkpoint of 24 MB, which takes
 * two writes, and then a second one, in the middle of which the process ends as `kill -9` ends it. MOMENT is the number
 * of the write, `sync` for the flush after them, `end` for after the save, or `never`: it saves again and again then, until
 * it is killed from outside.
 */
import { writeSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { saveCheckpoint } from '../../src/checkpoint/index.js'
import { Module } from '../../src/nn/module.js'
import { Parameter } from '../../src/nn/parameter.js'
import { full } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'

class Weight extends Module {
  weight: Parameter
  constructor(value: number) {
    super()
    this.weight = new Parameter(full([6_000_000], value))
  }
  override forward(): Tensor {
    return this.weight
  }
}

const [path, moment] = process.argv.slice(2) as [string, string]
const kill = () => process.kill(process.pid, 'SIGKILL')

async function save(epoch: number): Promise<void> {
  await saveCheckpoint(path, { model: new Weight(epoch), epoch })
  writeSync(1, `saved ${epoch}\n`)
}

await save(1)
for (let epoch = 2; moment === 'never'; epoch++) await save(epoch)
const handle = await open(path)
await handle.close()
const methods = Object.getPrototypeOf(handle) as FileHandle
if (moment === 'sync') {
  methods.sync = async () => {
    kill()
  }
} else if (moment !== 'end') {
  const { writeFile } = methods
  let writes = 0
  methods.writeFile = async function (this: FileHandle, data: Uint8Array) {
    const last = String(++writes) === moment
    // half of it gets to the disk
    await writeFile.call(this, last ? data.subarray(0, data.length / 2) : data)
    if (last) kill()
  } as FileHandle['writeFile']
}
await save(2)
kill()
