/**
 * Where threads meet: the first bytes of the arena, as 32-bit numbers by index. Those that different threads write stand on
 * different cache lines.
 *
 * @module
 */

/** `[next task | generation]`, 64 bits: a thread claims a task by adding one to it, atomically. Idle workers wait for the generation. */
export const HEAD = 0
export const GENERATION = 1

/** How many tasks the current phase has, and the address of its first record. */
export const COUNT = 16
export const RECORDS = 17
export const ARGUMENTS = 18
/** The threads' scratch memories: the address of the first, and how far they are apart. */
export const SCRATCH = 19
export const SCRATCH_STEP = 20
/** How many threads may take part, the caller among them. */
export const LIMIT = 21
/** A number that no other code has; where its module's bytes are, and how many. */
export const CODE = 22
export const CODE_START = 23
export const CODE_LENGTH = 24
/** Not 0: a kernel of the current phase failed in a worker. */
export const FAILED = 25

/** How many tasks of the current phase are done. */
export const DONE = 32

/** How many workers sleep, or are about to. */
export const SLEEPERS = 48

/** Never changes: to wait for it is to sleep for some time. */
export const NOTHING = 64
