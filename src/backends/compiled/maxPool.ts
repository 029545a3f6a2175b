/**
 * Max pooling by compiled kernels.
 *
 * @module
 */

import { MaxPoolJob, type MaxPoolShape, writeMaxPool } from '../../kernel/maxPool.js'
import { maxPoolTables } from '../../kernel/maxPoolTables.js'
import { ProgramBuilder } from '../../kernel/programBuilder.js'
import { partOf } from '../../tensor/freedMemory.js'
import { NumbersKey, NumbersMap } from '../../tensor/numbersMap.js'
import { BoundedCache } from '../boundedCache.js'
import type { MaxPoolCall } from '../maxPool.js'
import { FEWEST_FOR_THREADS, TASKS } from './elementwise.js'
import type { RunProgram, Target } from './target.js'

/** Larger windows would make long kernels. */
const MOST_IN_WINDOW = 32

/** What depends on nothing but sizes and windows. */
interface Planned {
  readonly variant: string
  /** The jobs of all tasks, and behind them the tables. */
  readonly tables: Uint8Array
  readonly run: RunProgram
}

/** What has been planned for windows, which are the same objects for poolings that come again. */
type Plans = WeakMap<MaxPoolCall['windows'], NumbersMap<Planned>>

const MOST_PLANS_OF_WINDOWS = 16

const key = new NumbersKey()

/** Finds the largest elements of windows, or returns false. */
export function maxPoolOperation(target: Target): (call: MaxPoolCall) => boolean {
  const prepared = new BoundedCache<string, RunProgram>(256)
  const plans: Plans = new WeakMap()
  return call => runOn(target.current(), plans, prepared, call)
}

function runOn(target: Target, plans: Plans, prepared: BoundedCache<string, RunProgram>, call: MaxPoolCall): boolean {
  const { input, output, places, planes, spatial, windows } = call
  if (!(input instanceof Float32Array && output instanceof Float32Array)) return false
  const size = spatial[0] * spatial[1] * spatial[2]
  if (planes * size < target.fewestElements) return false
  const results = planes * windows[0].count * windows[1].count * windows[2].count
  if (4 * planes * size >= 2 ** 31 || input.length < planes * size || output.length < results) return false
  const planned = planOf(target, plans, prepared, call)
  if (planned === null) return false
  // only what there is to read and to write, where arrays are copied
  const used = <Own extends Float32Array | Int32Array>(array: Own, length: number) =>
    target.copies ? partOf(array, 0, length) : array
  const [from, to] = [used(input, planes * size), used(output, results)]
  planned.run(places ? [planned.tables, from, to, used(places, results)] : [planned.tables, from, to])
  return true
}

function planOf(
  target: Target,
  plans: Plans,
  prepared: BoundedCache<string, RunProgram>,
  call: MaxPoolCall,
): Planned | null {
  const { windows, planes, places, spatial } = call
  let known = plans.get(windows)
  if (known === undefined) {
    known = new NumbersMap(MOST_PLANS_OF_WINDOWS)
    plans.set(windows, known)
  }
  key.clear().add(planes).addAll(spatial)
  key.add(places === null ? 0 : 1)
  const found = known.get(key)
  if (found !== undefined && found.variant === target.variant()) return found
  const made = planCall(target, prepared, call)
  if (made !== null) known.set(key, made)
  return made
}

/** `null` for windows that are too large. */
function planCall(
  target: Target,
  prepared: BoundedCache<string, RunProgram>,
  { planes, spatial, windows, places }: MaxPoolCall,
): Planned | null {
  const { lanes } = target.machine('float32')
  const tables = maxPoolTables(windows, spatial, lanes)
  if (tables === null || tables.rows * tables.columns > MOST_IN_WINDOW) return null
  const size = spatial[0] * spatial[1] * spatial[2]
  const [rows, width] = [windows[0].count * windows[1].count, windows[2].count]
  const tasks = planes * rows * width < FEWEST_FOR_THREADS ? 1 : TASKS
  const jobs = new Int32Array(tasks * MaxPoolJob.length)
  const rowTable = jobs.byteLength
  const blockTable = rowTable + tables.rowTable.length
  for (let task = 0; task < tasks; task++) {
    const [first, end] = [task, task + 1].map(edge => Math.floor((edge * planes) / tasks)) as [number, number]
    const at = task * MaxPoolJob.length
    jobs[at + MaxPoolJob.planes] = end - first
    jobs[at + MaxPoolJob.rows] = rows
    jobs[at + MaxPoolJob.blocks] = Math.floor(width / lanes)
    jobs[at + MaxPoolJob.rest] = width % lanes
    jobs[at + MaxPoolJob.first] = Math.min(lanes, spatial[2])
    jobs[at + MaxPoolJob.second] = Math.min(lanes, Math.max(0, spatial[2] - lanes))
    jobs[at + MaxPoolJob.rowTable] = rowTable
    jobs[at + MaxPoolJob.blockTable] = blockTable
    jobs[at + MaxPoolJob.input] = 4 * first * size
    jobs[at + MaxPoolJob.output] = 4 * first * rows * width
    jobs[at + MaxPoolJob.inputPlane] = 4 * size
  }
  const all = new Uint8Array(blockTable + tables.blockTable.length)
  all.set(new Uint8Array(jobs.buffer))
  all.set(tables.rowTable, rowTable)
  all.set(tables.blockTable, blockTable)
  const run = prepare(target, prepared, { rows: tables.rows, columns: tables.columns, places: places !== null }, tasks)
  return { variant: target.variant(), tables: all, run }
}

function prepare(
  target: Target,
  prepared: BoundedCache<string, RunProgram>,
  shape: MaxPoolShape,
  tasks: number,
): RunProgram {
  const text = `${target.variant()} ${tasks} ${shape.rows} ${shape.columns} ${shape.places}`
  return prepared.of(text, () => {
    const builder = new ProgramBuilder()
    const kernel = builder.kernel(text, machine => writeMaxPool(machine, shape))
    for (let task = 0; task < tasks; task++) builder.task(kernel, [4 * MaxPoolJob.length * task])
    return target.compile(builder.finish(), 'float32', { results: { 2: 'whole', 3: 'whole' } })
  })
}
