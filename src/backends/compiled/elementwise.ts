/**
 * Elementwise operations by compiled kernels.
 *
 * @module
 */
import { ELEMENTWISE_BLOCK, writeElementwise } from '../../kernel/elementwise.js'
import { type Expression, operand, rewrite, scalar } from '../../kernel/expression.js'
import type { Element } from '../../kernel/machine.js'
import { ProgramBuilder } from '../../kernel/programBuilder.js'
import { type ElementOperand, jobLength, MOST_OPERANDS } from '../../kernel/walk.js'
import { planWalk, splitOf, unitsOf, type WalkPlan, writeJobs } from '../../kernel/walkPlan.js'
import { BoundedCache } from '../boundedCache.js'
import type { ElementwiseCall } from '../vectorOperations.js'
import { JobStarts } from './jobStarts.js'
import { elementOf, extent, isDense, isWithin, narrowed, reaches } from './operands.js'
import { RepeatedCalls } from './repeatedCalls.js'
import type { Operand, RunProgram, Target } from './target.js'

/** As many as can be shared evenly among any usual number of threads; more would cost more than they gain. */
export const TASKS = 16

/** Below this many elements other threads are not worth waking. */
export const FEWEST_FOR_THREADS = 32768

/** A kernel for a formula and for how operands lie. */
interface Prepared {
  readonly run: RunProgram
  readonly scalars: Float32Array | Float64Array
  readonly lanes: number
  /** Which operands are read or written by address; the others are single numbers, given as scalars. */
  readonly addressed: readonly number[]
  readonly single: readonly number[]
}

/** What a call has in common with the next one of the same shapes, strides and dtypes. */
interface Repeated {
  readonly prepared: Prepared
  readonly jobs: Int32Array
  readonly starts: JobStarts
  /** How far the last element of each operand is from its first. */
  readonly extents: readonly number[]
}

const NO_SCALARS: readonly number[] = []

/** Does an elementwise pass, or returns false. */
export function elementwiseOperation(target: Target): (call: ElementwiseCall) => boolean {
  const prepared = new BoundedCache<string, Prepared>(512)
  const calls = new RepeatedCalls<ElementwiseCall, Repeated>(
    (key, { shape, into, scalars = NO_SCALARS }) => key.add(scalars.length).addAll(shape).addAll(into),
    (current, call) => planCall(current, prepared, call),
  )
  return call => {
    const current = target.current()
    const plan = calls.planOf(current, call)
    return plan !== null && run(current, plan, call)
  }
}

// of a call that comes again, nothing is made here but the list of operands
function run(target: Target, { prepared, jobs, starts, extents }: Repeated, call: ElementwiseCall): boolean {
  const { operands, scalars = NO_SCALARS } = call
  const { single, addressed } = prepared
  for (let i = 0; i < operands.length; i++) if (!reaches(operands[i]!, extents[i]!)) return false
  let at = 0
  for (; at < scalars.length; at++) prepared.scalars[at] = scalars[at]!
  for (let i = 0; i < single.length; i++) {
    const { data, offset } = operands[single[i]!]!
    prepared.scalars[at++] = data[offset] as number
  }
  // of its final length: an array that grows asks for far more
  const given = new Array<Operand>(2 + addressed.length)
  given[0] = jobs
  given[1] = prepared.scalars
  for (let i = 0; i < addressed.length; i++) {
    const operand = operands[addressed[i]!]!
    if (!target.copies) starts.move(i, operand.offset)
    given[2 + i] = narrowed(target, operand, extents[addressed[i]!]!)
  }
  prepared.run(given, true, call.isLast)
  return true
}

/** All that depends on where operands lie, or `null` if this is no work for a kernel. */
function planCall(target: Target, prepared: BoundedCache<string, Prepared>, call: ElementwiseCall): Repeated | null {
  const { shape, formula } = call
  const elements = call.operands.map(({ data }) => elementOf(data))
  if (elements.includes(null) || call.operands.some(own => !isWithin(own, shape))) return null
  const operands = call.operands.map(({ offset, strides }) => ({ offset: target.copies ? 0 : offset, strides }))
  const plan = planWalk(shape, operands, operands.length - 1)
  if (plan === null) return null
  if (formula.isFloat32Only && call.into.some(i => elements[i] !== 'float32')) return null
  const machine = machineElement(formula.precision, elements as Element[])
  if (machine === null) return null
  const { outer, rows, run } = plan
  const tasks = outer * rows * run < FEWEST_FOR_THREADS ? 1 : TASKS
  const own = prepare(target, prepared, call, plan, elements as Element[], machine, tasks)
  if (own === null) return null
  const { addressed, lanes } = own
  const walked = { outer, rows, run, operands: addressed.map(i => plan.operands[i]!) }
  const block = lanes * ELEMENTWISE_BLOCK
  const bytes = addressed.map(i => (elements[i] === 'float64' ? 8 : 4))
  const split = splitOf(unitsOf(plan, block), tasks, [0, 1, 2])
  const jobs = new Int32Array(tasks * jobLength(addressed.length))
  if (!writeJobs(jobs, walked, { bytes, block, lanes, tasks, split })) return null
  const extents = operands.map(({ strides }) => extent(shape, strides))
  const offsets = addressed.map(i => operands[i]!.offset)
  return { prepared: own, jobs, starts: new JobStarts(jobs, addressed.length, offsets, bytes), extents }
}

/** The type to compute in, or `null` where the operands are none for this formula. */
function machineElement(precision: 'element' | 'double', elements: readonly Element[]): Element | null {
  if (precision === 'double') return 'float64'
  const [first] = elements
  return elements.every(element => element === first) ? first! : null
}

function prepare(
  target: Target,
  prepared: BoundedCache<string, Prepared>,
  { shape: walked, operands, formula, into, scalars = [] }: ElementwiseCall,
  plan: WalkPlan,
  elements: readonly Element[],
  machine: Element,
  tasks: number,
): Prepared | null {
  const whole = into.filter(i => isDense(walked, operands[i]!.strides))
  const isSingle = ({ outer, row, along }: WalkPlan['operands'][number], i: number) =>
    outer === 0 && row === 0 && !along && !into.includes(i)
  const lie = plan.operands.map((steps, i) => (isSingle(steps, i) ? '.' : `${elements[i]}${steps.along ? '+' : '='}`))
  const text = `${target.variant()} ${machine} ${tasks} ${scalars.length} ${lie} ${into} ${whole} ${formula.text}`
  return prepared.of(text, () => {
    const addressed = [...plan.operands.keys()].filter(i => lie[i] !== '.')
    if (addressed.length > MOST_OPERANDS) return null
    if (into.some(i => !plan.operands[i]!.along)) return null
    const named = namesOf(lie, addressed, scalars.length)
    const isRounded = into.some(i => elements[i] === 'float32')
    const read = new Set<number>()
    const values = rewrite(formula.values, part => {
      if (part.kind === 'operand') {
        read.add(part.index)
        return named[part.index]!
      }
      return part.kind === 'unary' && part.operation === 'round' && !isRounded ? part.a : part
    })
    const shape = {
      operands: addressed.map((i): ElementOperand => ({ element: elements[i]!, along: plan.operands[i]!.along })),
      results: values.map((value, i) => ({ operand: addressed.indexOf(into[i]!), value })),
    }
    const builder = new ProgramBuilder()
    const kernel = builder.kernel(text, own => writeElementwise(own, shape))
    const length = jobLength(addressed.length)
    for (let task = 0; task < tasks; task++) builder.task(kernel, [4 * length * task])
    const numbers = scalars.length + elements.length
    // behind the jobs and the scalars; a view leaves what lies between its elements
    const use = (i: number) => (whole.includes(i) && !read.has(i) ? 'whole' : 'part')
    const results = Object.fromEntries(into.map(i => [2 + addressed.indexOf(i), use(i)] as const))
    return {
      run: target.compile(builder.finish(), machine, { results }),
      scalars: machine === 'float64' ? new Float64Array(numbers) : new Float32Array(numbers),
      lanes: target.machine(machine).lanes,
      addressed,
      single: [...plan.operands.keys()].filter(i => lie[i] === '.'),
    }
  })
}

/** What the formula's operands are to the kernel: operands with an address, or scalars behind the formula's own. */
function namesOf(lie: readonly string[], addressed: readonly number[], scalars: number): Expression[] {
  let next = scalars
  return lie.map((own, i) => (own === '.' ? scalar(next++) : operand(addressed.indexOf(i))))
}
