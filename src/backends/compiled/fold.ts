/**
 * Reductions by compiled kernels.
 *
 * @module
 */
import { type FoldShape, foldBlock, writeFold } from '../../kernel/fold.js'
import { type FoldPlan, planFold } from '../../kernel/foldPlan.js'
import type { Element } from '../../kernel/machine.js'
import { ProgramBuilder } from '../../kernel/programBuilder.js'
import { jobLength, MOST_OPERANDS } from '../../kernel/walk.js'
import { splitOf, unitsOf, type WalkPlan, writeJobs } from '../../kernel/walkPlan.js'
import { numelOf } from '../../tensor/layout.js'
import { BoundedCache } from '../boundedCache.js'
import type { FoldCall } from '../vectorOperations.js'
import { FEWEST_FOR_THREADS, TASKS } from './elementwise.js'
import { JobStarts } from './jobStarts.js'
import { elementOf, extent, isWithin, narrowed, reaches } from './operands.js'
import { RepeatedCalls } from './repeatedCalls.js'
import type { Operand, RunProgram, Target } from './target.js'

interface Prepared {
  readonly run: RunProgram
  /** Vectors of a block. */
  readonly block: number
  readonly lanes: number
}

/** What a call has in common with the next one of the same shapes, strides and dtypes. */
interface Repeated {
  readonly run: RunProgram
  readonly jobs: Int32Array
  readonly starts: JobStarts
  readonly extents: readonly number[]
  /** How many results each value has. */
  readonly groups: number
  /** How many tasks have results of their own. */
  readonly parts: number
}

const NO_SCALARS = new Float64Array(1)

/** Puts elements together, or returns `null`. */
export function foldOperation(target: Target): (call: FoldCall) => Float64Array | null {
  const prepared = new BoundedCache<string, Prepared>(256)
  const calls = new RepeatedCalls<FoldCall, Repeated>(
    (key, { shape, kept, operation }) => {
      key.add(operation === 'add' ? 0 : 1).addAll(shape)
      for (let i = 0; i < kept.length; i++) key.add(kept[i] ? 1 : 0)
    },
    (current, call) => planCall(current, prepared, call),
  )
  return call => {
    const current = target.current()
    const plan = calls.planOf(current, call)
    return plan && run(current, plan, call)
  }
}

// of a call that comes again, nothing is made here but the list of operands and the results
function run(target: Target, plan: Repeated, call: FoldCall): Float64Array | null {
  const { formula, operands, operation } = call
  const { jobs, starts, extents, groups, parts } = plan
  for (let i = 0; i < operands.length; i++) if (!reaches(operands[i]!, extents[i]!)) return null
  const values = formula.values.length
  const size = values * groups
  const results = new Float64Array(parts * size)
  const given = new Array<Operand>(2 + operands.length + values)
  given[0] = jobs
  given[1] = NO_SCALARS
  for (let i = 0; i < operands.length; i++) {
    if (!target.copies) starts.move(i, operands[i]!.offset)
    given[2 + i] = narrowed(target, operands[i]!, extents[i]!)
  }
  // the jobs say where in it each value's results begin
  given.fill(results, 2 + operands.length)
  plan.run(given)
  for (let part = 1; part < parts; part++)
    for (let i = 0; i < size; i++) results[i] = together(operation, results[i]!, results[part * size + i]!)
  return parts === 1 ? results : results.slice(0, size)
}

/** All that depends on where operands lie, or `null` if this is no work for a kernel. */
function planCall(target: Target, prepared: BoundedCache<string, Prepared>, call: FoldCall): Repeated | null {
  const { shape, kept, formula } = call
  const elements = call.operands.map(({ data }) => elementOf(data))
  if (elements.includes(null) || call.operands.some(own => !isWithin(own, shape))) return null
  const operands = call.operands.map(({ offset, strides }) => ({ offset: target.copies ? 0 : offset, strides }))
  if (formula.isFloat32Only && elements.includes('float64')) return null
  if (operands.length + formula.values.length > MOST_OPERANDS) return null
  const plan = planFold(shape, kept, operands)
  if (plan === null) return null
  // sharing by the shape alone, whatever the number of threads: sums are put together in the same order
  const tasks = numelOf(shape) < FEWEST_FOR_THREADS ? 1 : TASKS
  const own = prepare(target, prepared, call, plan, elements as Element[], tasks)
  const groups = numelOf(shape.filter((_, dim) => kept[dim]))
  const values = formula.values.length
  const { dimension, apart } = share(plan, own, tasks)
  const { block, lanes } = own
  const jobs = new Int32Array(tasks * jobLength(operands.length + values))
  const bytes = elements.map(element => (element === 'float64' ? 8 : 4))
  const isWritten = writeJobs(jobs, withResults(plan.walk, values, groups), {
    bytes: [...bytes, ...new Array<number>(values).fill(8)],
    block: block * lanes,
    lanes,
    tasks,
    split: dimension,
    columns: plan.way === 'columns',
    apart: apart
      ? { operands: [...formula.values.keys()].map(i => operands.length + i), elements: values * groups }
      : undefined,
  })
  if (!isWritten) return null
  const extents = operands.map(({ strides }) => extent(shape, strides))
  const offsets = operands.map(({ offset }) => offset)
  const starts = new JobStarts(jobs, operands.length + values, offsets, bytes)
  return { run: own.run, jobs, starts, extents, groups, parts: apart ? tasks : 1 }
}

const together = (operation: FoldCall['operation'], a: number, b: number) =>
  operation === 'add' ? a + b : Math.max(a, b)

/** In which dimension tasks share the walk, and whether each has results of its own, to be put together. */
function share({ walk, way }: FoldPlan, { block, lanes }: Prepared, tasks: number) {
  const units = unitsOf(walk, block * lanes)
  const ofGroups = way === 'rows' ? [0] : [0, 2]
  const others = way === 'rows' ? [1, 2] : [1]
  const dimension = splitOf(units, tasks, [...ofGroups, ...others])
  return { dimension, apart: tasks > 1 && others.includes(dimension) }
}

/** The plan's operands with the results behind the others, each value's behind that of the value before. */
function withResults(walk: WalkPlan, values: number, groups: number): WalkPlan {
  const [result, ...others] = walk.operands
  const results = Array.from({ length: values }, (_, i) => ({ ...result!, start: i * groups }))
  return { ...walk, operands: [...others, ...results] }
}

function prepare(
  target: Target,
  prepared: BoundedCache<string, Prepared>,
  { formula, operation }: FoldCall,
  { walk, way }: FoldPlan,
  elements: readonly Element[],
  tasks: number,
): Prepared {
  const [, ...steps] = walk.operands
  const lie = steps.map(({ along }, i) => `${elements[i]}${along ? '+' : '='}`)
  const text = `${target.variant()} ${operation} ${way} ${tasks} ${lie} ${formula.text}`
  return prepared.of(text, () => {
    const results = formula.values.map(() => ({ element: 'float64' as const, along: way === 'columns' }))
    const shape: FoldShape = {
      operands: [...steps.map(({ along }, i) => ({ element: elements[i]!, along })), ...results],
      values: formula.values,
      operation,
      way,
    }
    const machine = target.machine('float64')
    const builder = new ProgramBuilder()
    const kernel = builder.kernel(text, own => writeFold(own, shape))
    const length = jobLength(shape.operands.length)
    for (let task = 0; task < tasks; task++) builder.task(kernel, [4 * length * task])
    return {
      run: target.compile(builder.finish(), 'float64', { results: { [2 + steps.length]: 'whole' } }),
      block: foldBlock(machine, shape),
      lanes: machine.lanes,
    }
  })
}
