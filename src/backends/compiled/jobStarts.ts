/**
 * Where operands begin, which is written in the jobs of a walk: one plan serves views wherever they are in an array.
 *
 * @module
 */
import { Job, jobLength, OperandJob } from '../../kernel/walk.js'

/** In arrays below this, all distances are fewer than 2^31 bytes: those that jobs count. */
const FEWEST_FAR = 2 ** 27

/** Whether operands in this array can be moved. */
export const isMovable = (data: ArrayLike<unknown>): boolean => data.length < FEWEST_FAR

/** The jobs of several tasks, and where their operands begin now. */
export class JobStarts {
  /**
   * @param walked how many operands a job has; those that move are the first ones
   * @param offsets in elements, of those that move, as they are in the jobs
   * @param bytes of an element of each
   */
  constructor(
    private readonly jobs: Int32Array,
    private readonly walked: number,
    private readonly offsets: number[],
    private readonly bytes: readonly number[],
  ) {}

  /** Lets an operand begin elsewhere. */
  move(operand: number, offset: number): void {
    const distance = offset - this.offsets[operand]!
    if (distance === 0) return
    this.offsets[operand] = offset
    const { jobs } = this
    const first = Job.operands + operand * OperandJob.length + OperandJob.start
    for (let at = first; at < jobs.length; at += jobLength(this.walked)) jobs[at]! += distance * this.bytes[operand]!
  }
}
