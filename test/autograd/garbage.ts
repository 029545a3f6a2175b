/**
 * The garbage collector, called by hand, and what it leaves of the memory under tensors.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Storage } from '../../src/tensor/storage.js'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** Collects garbage. What a weak reference was asked for stays until the task is over, so that a new one is begun first. */
export async function collectGarbage(): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  collect()
}

/** Weak references to all the memory that tensors got while `body` ran. */
export function watchMemory<T>(body: () => T): { result: T; memory: WeakRef<Storage>[] } {
  const { allocate, unwritten, wrap } = Storage
  const memory: WeakRef<Storage>[] = []
  const watched =
    <Args extends unknown[]>(make: (...args: Args) => Storage) =>
    (...args: Args) => {
      const storage = make.apply(Storage, args)
      memory.push(new WeakRef(storage))
      return storage
    }
  Storage.allocate = watched(allocate)
  Storage.unwritten = watched(unwritten)
  Storage.wrap = watched(wrap)
  try {
    return { result: body(), memory }
  } finally {
    Object.assign(Storage, { allocate, unwritten, wrap })
  }
}
