/**
 * From shapes and strides to walks (see `walk.ts`), and from a walk to the jobs of several tasks.
 *
 * @module
 */
import { coalesce, type Strided } from '../tensor/iterate.js'
import type { Shape } from '../tensor/layout.js'
import { Job, jobLength, OperandJob } from './walk.js'

/** How far an operand's elements are apart, in elements. */
export interface Steps {
  readonly start: number
  readonly outer: number
  readonly row: number
  readonly along: boolean
}

/** Everything that is walked. */
export interface WalkPlan {
  readonly outer: number
  readonly rows: number
  readonly run: number
  readonly operands: readonly Steps[]
}

/**
 * The walk along operands of one shape, or `null` if their elements lie in another way.
 *
 * @param leading the operand whose order in memory is that of the walk
 */
export function planWalk(shape: Shape, operands: readonly Strided[], leading: number): WalkPlan | null {
  const { shape: sizes, strides } = coalesce(...inMemoryOrder(shape, operands, leading))
  if (sizes.length > 3) return null
  const lead = 3 - sizes.length
  const [outer, rows, run] = [...new Array<number>(lead).fill(1), ...sizes] as [number, number, number]
  const steps: Steps[] = []
  for (const [i, { offset }] of operands.entries()) {
    const own = [...new Array<number>(lead).fill(0), ...strides[i]!] as [number, number, number]
    if (own[2] !== 1 && own[2] !== 0) return null
    steps.push({ start: offset, outer: own[0], row: own[1], along: own[2] === 1 })
  }
  return { outer, rows, run, operands: steps }
}

/** The dimensions with the largest strides of one operand first: memory is walked in order. */
function inMemoryOrder(shape: Shape, operands: readonly Strided[], leading: number): [Shape, readonly Strided[]] {
  const { strides } = operands[leading]!
  const sorted = strides.every((stride, dim) => dim === 0 || shape[dim] === 1 || stride <= strides[dim - 1]!)
  if (sorted) return [shape, operands]
  const order = shape.map((_, dim) => dim).sort((a, b) => strides[b]! - strides[a]!)
  const pick = (list: Shape) => order.map(dim => list[dim]!)
  return [pick(shape), operands.map(({ offset, strides: own }) => ({ offset, strides: pick(own) }))]
}

/** Jobs count bytes in 32 bits. */
const MOST_BYTES = 2 ** 31 - 1

/** What jobs depend on besides the walk. */
export interface JobShape {
  /** Bytes of an element of each operand. */
  readonly bytes: readonly number[]
  /** Elements of a block. */
  readonly block: number
  /** Of the machine. */
  readonly lanes: number
  readonly tasks: number
  /** In which dimension tasks share the walk: 0 is outer, 1 rows, 2 the run. */
  readonly split: number
  /** Operands that each task has of its own, so many elements behind those of the task before. */
  readonly apart?: { readonly operands: readonly number[]; readonly elements: number }
  /** Whether a task walks down the rows for one block of the run after the other, not along one row after the other. */
  readonly columns?: boolean
}

/** How many parts each dimension has for tasks to share. */
export function unitsOf({ outer, rows, run }: WalkPlan, block: number): readonly [number, number, number] {
  return [outer, rows, Math.ceil(run / block)]
}

/** The outermost dimension of those given that has enough parts for all tasks, else that with the most. */
export function splitOf(units: readonly number[], tasks: number, dimensions: readonly number[]): number {
  const enough = dimensions.find(dimension => units[dimension]! >= tasks)
  return enough ?? dimensions.reduce((best, dimension) => (units[dimension]! > units[best]! ? dimension : best))
}

/**
 * Writes the jobs of several tasks, which share the walk among them.
 *
 * @returns false if the operands are too large for jobs
 */
export function writeJobs(jobs: Int32Array, plan: WalkPlan, shape: JobShape): boolean {
  const { outer, rows, run, operands } = plan
  const { bytes, block, lanes, tasks, split, apart, columns = false } = shape
  const units = unitsOf(plan, block)
  for (let task = 0; task < tasks; task++) {
    const first = Math.floor((task * units[split]!) / tasks)
    const end = Math.floor(((task + 1) * units[split]!) / tasks)
    const at = task * jobLength(operands.length)
    const own = [outer, rows, run]
    own[split] = split < 2 ? end - first : Math.min(run, end * block) - first * block
    const vectors = Math.floor(own[2]! / lanes)
    jobs[at + Job.outer] = own[0]!
    jobs[at + Job.rows] = own[1]!
    jobs[at + Job.blocks] = Math.floor((vectors * lanes) / block)
    jobs[at + Job.vectors] = vectors % (block / lanes)
    jobs[at + Job.rest] = own[2]! % lanes
    // no arrays on the way: this is done for each operation anew
    for (let i = 0; i < operands.length; i++) {
      const steps = operands[i]!
      const unit = split === 0 ? steps.outer : split === 1 ? steps.row : steps.along ? block : 0
      const skipped = unit * first
      const ofTask = apart?.operands.includes(i) ? task * apart.elements : 0
      const walked = steps.along ? vectors * lanes : 0
      const start = (steps.start + skipped + ofTask) * bytes[i]!
      const rowStep = (steps.row - (columns ? 0 : walked)) * bytes[i]!
      const outerStep = (steps.outer - (columns ? walked : own[1]! * steps.row)) * bytes[i]!
      const back = -own[1]! * steps.row * bytes[i]!
      const most = Math.max(Math.abs(start), Math.abs(rowStep), Math.abs(outerStep), Math.abs(back))
      if (most > MOST_BYTES) return false
      const place = at + Job.operands + i * OperandJob.length
      jobs[place + OperandJob.start] = start
      jobs[place + OperandJob.rowStep] = rowStep
      jobs[place + OperandJob.outerStep] = outerStep
      jobs[place + OperandJob.back] = back
    }
  }
  return true
}
