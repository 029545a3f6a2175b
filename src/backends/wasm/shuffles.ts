/**
 * Moving elements between the lanes of several vectors.
 *
 * @module
 */
import type { FunctionBuilder, Local } from './assembler/index.js'

/** The bytes of some elements among those of two vectors, which are numbered one after the other. */
export function bytesOf(elements: readonly number[], bytes: number): number[] {
  return elements.flatMap(element => Array.from({ length: bytes }, (_, i) => element * bytes + i))
}

/** to = elements of a and b by their numbers. */
export function shuffle(
  code: FunctionBuilder,
  bytes: number,
  to: Local,
  a: Local,
  b: Local,
  elements: readonly number[],
): void {
  code.get(a)
  code.get(b)
  code.shuffle(bytesOf(elements, bytes))
  code.set(to)
}

/**
 * A square transposition in stages of butterflies: each takes two vectors to two others, in place (under other names) with
 * one variable to spare.
 */
export function transpose(
  code: FunctionBuilder,
  bytes: number,
  rows: readonly Local[],
  spare: Local,
): { columns: Local[]; left: Local } {
  const at = [...rows]
  let free = spare
  const stage = (distance: number, low: readonly number[], high: readonly number[]): void => {
    for (let i = 0; i < at.length; i++) {
      if ((i & distance) !== 0) continue
      const [a, b] = [at[i]!, at[i + distance]!]
      shuffle(code, bytes, free, a, b, low)
      shuffle(code, bytes, b, a, b, high)
      ;[at[i], at[i + distance], free] = [free, b, a]
    }
  }
  if (bytes === 8) {
    stage(1, [0, 2], [1, 3])
    return { columns: at, left: free }
  }
  // a0 b0 a1 b1 and a2 b2 a3 b3, then halves of these
  stage(1, [0, 4, 1, 5], [2, 6, 3, 7])
  stage(2, [0, 1, 4, 5], [2, 3, 6, 7])
  // columns 0 and 2 came of the low parts of the first stage
  return { columns: [at[0]!, at[2]!, at[1]!, at[3]!], left: free }
}
