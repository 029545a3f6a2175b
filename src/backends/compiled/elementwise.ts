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
import { elementOf, isWithin, narrowed } from './operands.js'
import type { RunProgram, Target } from './target.js'

/** As many as can be shared evenly among any usual number of threads; more would cost more than they gain. */
export const TASKS = 16

/** Below this many elements other threads are not worth waking. */
export const FEWEST_FOR_THREADS = 32768

/** A kernel for a formula and for how operands lie. */
interface Prepared {
  readonly run: RunProgram
  readonly jobs: Int32Array
  readonly scalars: Float32Array | Float64Array
  readonly lanes: number
  /** Which operands are read or written by address; the others are single numbers, given as scalars. */
  readonly addressed: readonly number[]
}

/** Does an elementwise pass, or returns false. */
export function elementwiseOperation(target: Target): (call: ElementwiseCall) => boolean {
  const prepared = new BoundedCache<string, Prepared>(512)
  return call => run(target.current(), prepared, call)
}

function run(target: Target, prepared: BoundedCache<string, Prepared>, call: ElementwiseCall): boolean {
  const { shape, formula, scalars = [] } = call
  const elements = call.operands.map(({ data }) => elementOf(data))
  if (elements.includes(null) || call.operands.some(own => !isWithin(own, shape))) return false
  const operands = call.operands.map(own => narrowed(target, shape, own))
  const plan = planWalk(shape, operands, operands.length - 1)
  if (plan === null) return false
  if (formula.isFloat32Only && call.into.some(i => elements[i] !== 'float32')) return false
  const machine = machineElement(formula.precision, elements as Element[])
  if (machine === null) return false
  const count = plan.outer * plan.rows * plan.run
  const own = prepare(
    target,
    prepared,
    call,
    plan,
    elements as Element[],
    machine,
    count < FEWEST_FOR_THREADS ? 1 : TASKS,
  )
  if (own === null) return false
  const { addressed, jobs, lanes } = own
  const { outer, rows, run } = plan
  const walked = { outer, rows, run, operands: addressed.map(i => plan.operands[i]!) }
  const block = lanes * ELEMENTWISE_BLOCK
  const tasks = jobs.length / jobLength(addressed.length)
  const bytes = addressed.map(i => (elements[i] === 'float64' ? 8 : 4))
  const split = splitOf(unitsOf(plan, block), tasks, [0, 1, 2])
  if (!writeJobs(jobs, walked, { bytes, block, lanes, tasks, split })) return false
  let at = 0
  for (; at < scalars.length; at++) own.scalars[at] = scalars[at]!
  for (const [i, { data, offset }] of operands.entries())
    if (!addressed.includes(i)) own.scalars[at++] = data[offset] as number
  own.run([jobs, own.scalars, ...addressed.map(i => operands[i]!.data)], true, call.isLast)
  return true
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
  { formula, into, scalars = [] }: ElementwiseCall,
  plan: WalkPlan,
  elements: readonly Element[],
  machine: Element,
  tasks: number,
): Prepared | null {
  const isSingle = ({ outer, row, along }: WalkPlan['operands'][number], i: number) =>
    outer === 0 && row === 0 && !along && !into.includes(i)
  const lie = plan.operands.map((steps, i) => (isSingle(steps, i) ? '.' : `${elements[i]}${steps.along ? '+' : '='}`))
  const key = `${target.variant()} ${machine} ${tasks} ${scalars.length} ${lie} ${into} ${formula.text}`
  return prepared.of(key, () => {
    const addressed = [...plan.operands.keys()].filter(i => lie[i] !== '.')
    if (addressed.length > MOST_OPERANDS) return null
    if (into.some(i => !plan.operands[i]!.along)) return null
    const named = namesOf(lie, addressed, scalars.length)
    const isRounded = into.some(i => elements[i] === 'float32')
    const values = rewrite(formula.values, part => {
      if (part.kind === 'operand') return named[part.index]!
      return part.kind === 'unary' && part.operation === 'round' && !isRounded ? part.a : part
    })
    const shape = {
      operands: addressed.map((i): ElementOperand => ({ element: elements[i]!, along: plan.operands[i]!.along })),
      results: values.map((value, i) => ({ operand: addressed.indexOf(into[i]!), value })),
    }
    const builder = new ProgramBuilder()
    const kernel = builder.kernel(key, own => writeElementwise(own, shape))
    const length = jobLength(addressed.length)
    for (let task = 0; task < tasks; task++) builder.task(kernel, [4 * length * task])
    const numbers = scalars.length + elements.length
    // behind the jobs and the scalars; a view leaves what lies between its elements
    const results = Object.fromEntries(into.map(i => [2 + addressed.indexOf(i), 'part' as const]))
    return {
      run: target.compile(builder.finish(), machine, { results }),
      jobs: new Int32Array(tasks * length),
      scalars: machine === 'float64' ? new Float64Array(numbers) : new Float32Array(numbers),
      lanes: target.machine(machine).lanes,
      addressed,
    }
  })
}

/** What the formula's operands are to the kernel: operands with an address, or scalars behind the formula's own. */
function namesOf(lie: readonly string[], addressed: readonly number[], scalars: number): Expression[] {
  let next = scalars
  return lie.map((own, i) => (own === '.' ? scalar(next++) : operand(addressed.indexOf(i))))
}
