/**
 * Calls of modules that give way to others while they compute.
 *
 * @module
 */
import { letEndLater } from '../autograd/modes.js'
import { getBackend, underBackend } from '../backends/registry.js'
import { currentSettings, underSettings } from '../backends/settings.js'
import { getNumThreads, underNumThreads } from '../backends/threads.js'
import { collect, type Orderer, type Surroundings, type Thrown, workOff } from '../tensor/pendingWork.js'

/** Calls a synchronous function whose operations put their work off, which is then done in slices. */
export function callAsync<Result>(body: () => Result): Promise<Result> {
  return letEndLater(run(body))
}

async function run<Result>(body: () => Result): Promise<Result> {
  const call = new Call()
  let result: Result
  try {
    result = collect(call, body)
  } finally {
    void workOff()
  }
  if (result instanceof Promise) {
    result.catch(() => undefined)
    throw new TypeError('forwardAsync() takes a module whose forward is synchronous, but this one returned a Promise')
  }
  await call.finished()
  return result
}

/** The settings in which an operation is ordered: a forward may change them on its way. */
class Circumstances implements Surroundings {
  private readonly backend = getBackend()
  private readonly settings = currentSettings()
  private readonly threads = getNumThreads()

  areCurrent(): boolean {
    return getBackend() === this.backend && currentSettings() === this.settings && getNumThreads() === this.threads
  }

  around(body: () => void): void {
    const { backend, settings, threads } = this
    underBackend(backend, () => underSettings(settings, () => underNumThreads(threads, body)))
  }
}

/** The work of one call. */
class Call implements Orderer {
  private circumstances: Circumstances | null = null
  private left = 0
  private error: Thrown | null = null
  private report: () => void = () => undefined

  put(): Circumstances {
    this.left++
    if (!this.circumstances?.areCurrent()) this.circumstances = new Circumstances()
    return this.circumstances!
  }

  done(error: Thrown | null): void {
    this.error ??= error
    if (--this.left === 0) this.report()
  }

  /** Resolves when all work is done; rejects with the first error there was. */
  async finished(): Promise<void> {
    if (this.left > 0)
      await new Promise<void>(resolve => {
        this.report = resolve
      })
    if (this.error) throw this.error.thrown
  }
}
