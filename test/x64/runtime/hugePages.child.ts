/**
 * Makes tensors in a worker and then in the main thread, and prints, for each, how many mappings are to come by huge pages, and
 * which of them are no memory of tensors.
 */
import { readFileSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'
import { zeros } from '../../../src/index.js'

/** The first line of each mapping that is advised so: addresses, access, offset, device, inode, path. */
function advised(): string[] {
  const mappings = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
  return mappings.filter(text => /^VmFlags:.* hg/m.test(text)).map(text => text.split('\n')[0]!)
}

function makeTensors(): void {
  zeros(1200, 1200).add(1)
  const all = advised()
  // a tensor's memory can be read and written, and is no file's
  const foreign = all.filter(line => !/^\S+ rw-p \S+ \S+ 0 +(\[heap\])?$/.test(line))
  console.log(JSON.stringify({ isMainThread, any: all.length > 0, foreign }))
}

if (isMainThread) new Worker(new URL(import.meta.url)).once('exit', makeTensors)
else makeTensors()
