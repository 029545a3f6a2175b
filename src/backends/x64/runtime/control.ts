/**
 * The block of memory through which the caller of a program and the worker threads meet, and the layout of a program.
 *
 * The fields of the control block that different threads write stand on different cache lines.
 *
 * @module
 */

/** `[generation : 32 | next chunk : 32]`. A thread claims a chunk by adding one to it, atomically. */
export const HEAD = 0

/** The upper half of the head; also the futex on which idle workers sleep. */
export const GENERATION = 4

/** How many chunks the current phase has, where its records are, and the arguments of the run. */
export const COUNT = 64
export const RECORDS = 72
export const ARGUMENTS_BLOCK = 80

/** How many threads may take part, the caller among them; 0 at the end. Also the futex on which surplus workers sleep. */
export const LIMIT = 88

/** Set once, before the limit becomes 0: surplus workers shall end. */
export const STOP = 92

/** The number of the processor that the caller ran on when it opened the phase. */
export const CALLER_PROCESSOR = 96

/** How many chunks of the current phase are finished. */
export const DONE = 128

/** How many workers sleep, or are about to, until the next generation. */
export const SLEEPERS = 192

/** For each thread, the address of its scratch memory. Thread 0 is the caller. */
export const SCRATCH = 256

/** As many threads as there can be in one pool. */
export const MAXIMUM_THREADS = 1024

export const CONTROL_BYTES = SCRATCH + 8 * MAXIMUM_THREADS

/** A task record: the address of a function, then seven parameters for it. */
export const RECORD_BYTES = 64

/** The head's lower half when nothing can be claimed; no phase has as many chunks. */
export const CLOSED = 0x7fffffff

/** Layout of a program, in bytes: all its records one after the other, how many in all, the arguments. */
export const PROGRAM_RECORDS = 0
export const PROGRAM_COUNT = 8
export const PROGRAM_ARGUMENTS = 16

/** How many threads the next run may use. */
export const PROGRAM_THREADS = 24

/** The number of records of each phase, then 0. */
export const PROGRAM_PHASES = 32
