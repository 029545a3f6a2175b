/**
 * Worker threads: Node's, or a browser's.
 *
 * @module
 */
import { BROWSER_SOURCE, NODE_SOURCE } from './workerSource.js'

type Host = {
  process?: Partial<NodeJS.Process>
  crossOriginIsolated?: boolean
  Worker?: typeof Worker
  SharedArrayBuffer?: typeof SharedArrayBuffer
}

/** What is told to a worker. */
interface Start {
  readonly memory: WebAssembly.Memory
  readonly thread: number
}

/** Ends a worker. */
export type EndWorker = () => void

const isNode = ({ process }: Host) => typeof process?.getBuiltinModule === 'function'

/** `null` if there can be worker threads that share memory, else a sentence that says why not. */
export function withoutThreads(host: Host = globalThis as Host): string | null {
  if (isNode(host)) return null
  if (host.SharedArrayBuffer && host.Worker && host.crossOriginIsolated === true) return null
  if (host.Worker && host.crossOriginIsolated === false) {
    return (
      'this page is not cross-origin isolated, so WebAssembly computes on one thread; for more, serve it with the headers ' +
      '"Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp"'
    )
  }
  return 'this runtime has no workers that share memory, so WebAssembly computes on one thread'
}

/** Starts a worker, which begins to work when it is there; it keeps no process alive. */
export function startWorker(start: Start): EndWorker {
  const host = globalThis as Host
  return isNode(host) ? startInNode(host.process!, start) : startInBrowser(start)
}

function startInNode(process: Partial<NodeJS.Process>, start: Start): EndWorker {
  const { Worker } = process.getBuiltinModule!('node:worker_threads')
  // without the loaders of the program: the source needs none
  const worker = new Worker(NODE_SOURCE, { eval: true, workerData: start, execArgv: [], name: 'convforge' })
  worker.unref()
  // a worker that cannot run takes no tasks, so nobody waits for it
  worker.on('error', () => undefined)
  return () => void worker.terminate()
}

let url: string | undefined

function startInBrowser(start: Start): EndWorker {
  url ??= URL.createObjectURL(new Blob([BROWSER_SOURCE], { type: 'text/javascript' }))
  const worker = new Worker(url, { name: 'convforge' })
  worker.addEventListener('error', event => event.preventDefault())
  worker.postMessage(start)
  return () => worker.terminate()
}
