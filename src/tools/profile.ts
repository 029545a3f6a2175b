/**
 * Where the time goes: a table of the operations that a function runs.
 *
 * @see https://pytorch.org/tutorials/recipes/recipes/profiler_recipe.html
 * @module
 */
import { describe, RuntimeError } from '../errors.js'
import { listen, type OperationListener } from '../tensor/timed.js'
import { layoutProfile, type TableOptions } from './profileTable.js'

/** All calls of one operation. Times are in milliseconds. */
export interface ProfileRow {
  /** `aten::relu`, `ConvolutionBackward0`, `Optimizer.step#SGD.step`, ... */
  readonly name: string
  /** The backend and algorithm that served it, e.g. `portable/direct`; `null` where there is no choice. */
  readonly algorithm: string | null
  readonly calls: number
  /** Without the operations called within. The rows' own times and `outside` add up to `total`. */
  readonly selfTime: number
  /** With the operations called within; an operation within another of the same row counts once. */
  readonly totalTime: number
  /** `selfTime` and `totalTime` as parts of the whole, from 0 to 1. */
  readonly selfShare: number
  readonly totalShare: number
  /** `totalTime / calls` */
  readonly averageTime: number
}

/** What {@link profile} found; printed, it is the table. */
export interface Profile {
  /** Those with the most time of their own first. */
  readonly rows: readonly ProfileRow[]
  /** From the call to its end, in milliseconds. */
  readonly total: number
  /** What part of `total` was inside no operation: the program's own work, layers, checks, views, waiting. */
  readonly outside: number
  /** The table, as text. */
  table(options?: TableOptions): string
  toString(): string
}

/**
 * Runs a function and tells how often each operation ran in it, and how long.
 *
 * - Forward: the loops, by PyTorch's names (`aten::relu`). An operation composed of others (`linear`, a loss) shows as
 *   these; views have no loop and no row. A convolution is named by its pass, `forward`, `inputGradient` or
 *   `weightGradient` (a transposed convolution's forward pass is an input gradient), and has its algorithm beside it.
 *   `convolution plan` is the choice of the algorithm, made once for each problem.
 * - Backward: the nodes, by their names; a derivative with loops of its own shows them as time of its own.
 *   `autograd::engine` is the walk with all nodes in it.
 * - Optimizers by class, loaders as `enumerate(DataLoader)#...` (without the time spent waiting for promises).
 *
 * The first calls of anything are slower than later ones, which V8 has compiled: call the function once before.
 * Listening takes a tenth of a microsecond or so for each operation. With an asynchronous function, whatever else runs until its promise is fulfilled is counted too.
 *
 * @returns a promise if the function returns one
 * @throws RuntimeError within another call of `profile`; what the function throws
 * @see https://pytorch.org/docs/stable/profiler.html
 * @example
 * const step = () => {
 *   optimizer.zeroGrad()
 *   F.crossEntropy(model(x), y).backward()
 *   optimizer.step()
 * }
 * step()
 * const found = tools.profile(step)
 * console.log(found.table({ sortBy: 'totalTime', rowLimit: 10 }))
 */
export function profile<Result>(run: () => Result): Result extends PromiseLike<unknown> ? Promise<Profile> : Profile {
  if (typeof run !== 'function')
    throw new TypeError(`profile(): argument 'run' must be a function, not ${describe(run)}`)
  const recorder = new Recorder()
  const before = listen(recorder)
  if (before !== null) {
    listen(before)
    throw new RuntimeError('profile() is running already: call it once, around all that is to be measured')
  }
  const stop = () => void listen(null)
  let result: unknown
  try {
    result = run()
  } catch (error) {
    stop()
    throw error
  }
  const finished = isPromise(result)
    ? Promise.resolve(result)
        .then(() => recorder.finish())
        .finally(stop)
    : recorder.finish()
  if (!isPromise(result)) stop()
  return finished as ReturnType<typeof profile<Result>>
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}

/** What share of the whole it is; of nothing, none. */
function part(time: number, total: number): number {
  return total === 0 ? 0 : time / total
}

/** A row while it is counted. */
interface Counter {
  readonly name: string
  readonly algorithm: string | null
  calls: number
  selfTime: number
  totalTime: number
  /** How many of its calls are running. */
  open: number
}

/** Keeps the operations that are running on a stack, and adds up those that have ended. */
class Recorder implements OperationListener {
  private readonly counters = new Map<string, Counter>()
  private readonly running: { counter: Counter; start: number; inner: number }[] = []
  /** Time in operations that no other contains. */
  private inside = 0
  private readonly start = performance.now()

  begin(name: string, algorithm: string | null): void {
    const key = algorithm === null ? name : `${name} ${algorithm}`
    let counter = this.counters.get(key)
    if (counter === undefined) {
      counter = { name, algorithm, calls: 0, selfTime: 0, totalTime: 0, open: 0 }
      this.counters.set(key, counter)
    }
    counter.open++
    this.running.push({ counter, start: performance.now(), inner: 0 })
  }

  end(): void {
    const { counter, start, inner } = this.running.pop()!
    const time = performance.now() - start
    counter.calls++
    counter.selfTime += time - inner
    counter.open--
    if (counter.open === 0) counter.totalTime += time
    const around = this.running.at(-1)
    if (around) around.inner += time
    else this.inside += time
  }

  finish(): Profile {
    const total = performance.now() - this.start
    const rows = [...this.counters.values()]
      .map(({ open, ...row }) => ({
        ...row,
        selfShare: part(row.selfTime, total),
        totalShare: part(row.totalTime, total),
        averageTime: row.totalTime / row.calls,
      }))
      .sort((a, b) => b.selfTime - a.selfTime)
    const found = { rows, total, outside: total - this.inside }
    const table = (options?: TableOptions) => layoutProfile(found, options)
    return { ...found, table, toString: () => table() }
  }
}
