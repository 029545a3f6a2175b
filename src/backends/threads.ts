/**
 * How many threads convolutions use (`backends` in the public API). The setting exists everywhere; backends that compute on
 * one thread take no notice.
 *
 * @module
 */
import { RuntimeError, ValueError } from '../errors.js'
import { processorsToUse } from './x64/runtime/processors.js'

let threads: number | undefined

/**
 * How many threads convolutions use, the calling one among them. Default: the environment variable
 * `CONVFORGE_NUM_THREADS`, else the physical cores that the process may use. As PyTorch's `torch.get_num_threads()`.
 */
export function getNumThreads(): number {
  threads ??= fromEnvironment() ?? processorsToUse()
  return threads
}

/**
 * Sets how many threads convolutions use, the calling one among them, from the next one on. Results do not depend on it.
 * As PyTorch's `torch.set_num_threads()`.
 *
 * @param count a whole number of at least 1; it may exceed the number of cores
 * @throws {TypeError} if it is not a whole number
 * @throws {RuntimeError} if it is less than 1
 *
 * @example
 * setNumThreads(1)
 * getNumThreads() // 1
 */
export function setNumThreads(count: number): void {
  if (!Number.isSafeInteger(count))
    throw new TypeError(`set_num_threads expects an int, but got ${String(count)} (setNumThreads(count))`)
  if (count < 1)
    throw new RuntimeError(`set_num_threads expects a positive integer, but got ${count} (setNumThreads(count))`)
  threads = count
}

/** Runs `body` with a number of threads that has been set before. */
export function underNumThreads(count: number, body: () => void): void {
  const before = threads
  threads = count
  try {
    body()
  } finally {
    threads = before
  }
}

function fromEnvironment(): number | null {
  const text = (globalThis as { process?: Partial<NodeJS.Process> }).process?.env?.CONVFORGE_NUM_THREADS
  if (text === undefined || text === '') return null
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new ValueError(`CONVFORGE_NUM_THREADS must be a positive whole number (or not set), but is '${text}'`)
  return Number(text)
}
