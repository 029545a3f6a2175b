/**
 * The queue of work that has been put off: done in its order, in slices between which others have their turn, or at once as
 * far as somebody needs it.
 *
 * @module
 */
import type { PendingWork, Storage } from './storage.js'
import { nextTurn } from './turn.js'

/** How long work goes on before others have their turn. A page that stays smooth draws a frame every 16 ms. */
const SLICE_MILLISECONDS = 8

/**
 * Work that can be interrupted after each step; a step says whether there is nothing to do but wait for other threads. It ends
 * early, by `return`, if what it is part of fails.
 */
export type Steps = Generator<boolean, void>

/** In what work was put off. */
export interface Surroundings {
  /** Does the work as if it were still so. */
  around(body: () => void): void
}

/** Who has put work off. */
export interface Orderer {
  /** A piece of the work has been put off. */
  put(): Surroundings
  /** A piece of the work is done, or has thrown. */
  done(error: Thrown | null): void
}

export interface Thrown {
  readonly thrown: unknown
}

/** Who is putting work off. */
let orderer: Orderer | null = null

let first: Work | null = null
let last: Work | null = null
/** Whether a piece of work is being done: what it works on is its own, as all work before it is done. */
let isBusy = false
/** Whether the operation that is being done may leave steps for later. */
let mayLeave = false
/** What the first work of the queue has left: steps, and what follows them. */
let rest: { readonly steps: Steps; readonly follow: (() => void)[] } | null = null
let isWorkingOff = false

/** Whether operations put their work off. */
export const isDeferring = (): boolean => orderer !== null

/** Runs `body`, whose operations put their work off; with no orderer they compute at once. */
export function collect<T>(own: Orderer | null, body: () => T): T {
  const before = orderer
  orderer = own
  try {
    return body()
  } finally {
    orderer = before
  }
}

/** A piece of work, at the end of the queue. */
export class Work implements PendingWork {
  private next: Work | null = null
  private isDone = false
  private orderer: Orderer | null = orderer
  private readonly surroundings: Surroundings

  /**
   * @param body what is to be done
   * @param storages what it reads and writes
   * @param result the storage that has no elements if it fails
   * @param isStage whether later work does what this has not done, and throws in its place
   */
  constructor(
    private body: (() => void) | null,
    private storages: readonly Storage[],
    private result: Storage | null = null,
    private readonly isStage = false,
  ) {
    for (const storage of storages) storage.pending = this
    if (last) last.next = this
    else first = this
    last = this
    this.surroundings = this.orderer!.put()
  }

  finish(): void {
    if (!isBusy) while (!this.isDone) first!.advance(false)
  }

  /** Does this work, which is the first of the queue, or some of it; gives whether there is nothing to do but wait. */
  advance(inSlices: boolean): boolean {
    const before = orderer
    let waits = false
    let error: Thrown | null = null
    orderer = null
    isBusy = true
    mayLeave = inSlices
    try {
      if (this.body) this.begin(this.body)
      else if (inSlices) waits = step()
      if (!inSlices) finishSteps()
    } catch (thrown) {
      error = { thrown }
      dropSteps()
    }
    mayLeave = false
    isBusy = false
    orderer = before
    if (rest === null) this.end(error)
    return waits
  }

  private begin(body: () => void): void {
    this.body = null
    this.surroundings.around(body)
  }

  /** Lets go of everything: the next work may be the only one that has it. */
  private end(error: Thrown | null): void {
    this.isDone = true
    for (const storage of this.storages) if (storage.pending === this) storage.pending = null
    if (error) this.result?.fail(error.thrown)
    first = this.next
    if (first === null) last = null
    const own = this.orderer!
    this.next = this.orderer = this.result = null
    this.storages = []
    own.done(this.isStage ? null : error)
  }
}

/** One step; behind the last one, what follows. */
function step(): boolean {
  if (rest === null) return false
  const { done, value } = rest.steps.next()
  if (!done) return value
  const { follow } = rest
  rest = null
  for (const body of follow) body()
  return false
}

/** Gives up the steps that a failed operation has left. */
function dropSteps(): void {
  const own = rest
  rest = null
  own?.steps.return()
}

/** Whether the operation that is being done may {@link leaveSteps}. */
export const mayLeaveSteps = (): boolean => mayLeave

/**
 * Leaves steps for later, but for the first. They are the last that the operation does, besides what it gives to
 * {@link afterSteps}; what does not last as long as they do is for the first step.
 */
export function leaveSteps(steps: Steps): void {
  finishSteps()
  rest = { steps, follow: [] }
  step()
}

/** Does what comes after the steps that the operation has left: now, if it has left none. */
export function afterSteps(body: () => void): void {
  if (mayLeave && rest) rest.follow.push(body)
  else body()
}

/** Takes all steps that have been left: somebody else needs what they work with. */
export function finishSteps(): void {
  if (rest === null) return
  if (isBusy) while (rest) step()
  else first!.advance(false)
}

/** Does all work there is, giving way in between. */
export async function workOff(): Promise<void> {
  if (isWorkingOff) return
  isWorkingOff = true
  while (first !== null) {
    await nextTurn()
    const end = performance.now() + SLICE_MILLISECONDS
    let waits = false
    while (first !== null && !waits && performance.now() < end) waits = first.advance(true)
  }
  isWorkingOff = false
}
