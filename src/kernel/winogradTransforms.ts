/**
 * Winograd's transforms for F(4x4, 3x3), along one axis; applied along both axes of a tile they are its transforms.
 *
 *     result = A^T [ (G weight G^T) * (B^T input B) ] A        (* multiplies element by element)
 *
 * A tile of 4x4 results takes 36 products instead of 144. Source: Lavin and Gray, "Fast Algorithms for Convolutional
 * Neural Networks" (arXiv:1509.09308), with the points 0, 1, -1, 2, -2 and infinity. The factors 2, 4 and 5 of B and A
 * make the sums of a tile larger than those of its results, so its rounding errors are some times those of direct sums.
 *
 * @module
 */
import type { Place, Vector, VectorMachine } from './machine.js'

/** Results of a tile along an axis, what they read, and how many taps there are. */
export const TILE = 4
export const TILE_INPUT = 6
export const TAPS = 3
/** Products of a tile. */
export const POSITIONS = TILE_INPUT * TILE_INPUT

/** A value in a register or in memory. */
export type Operand = Vector | Place

function fetch(machine: VectorMachine, to: Vector, from: Operand): void {
  if ('vector' in from) machine.move(to, from)
  else machine.load(to, from)
}

/** Runs the body with constants in registers. */
export function withConstants(
  machine: VectorMachine,
  values: readonly number[],
  body: (constants: readonly Vector[]) => void,
): void {
  const constants = values.map(value => {
    const vector = machine.vector()
    machine.constant(vector, value)
    return vector
  })
  body(constants)
  machine.release(...constants)
}

/** The constants of {@link transformInput}. */
export const INPUT_CONSTANTS = [4, -4, -5] as const

/** Results of {@link transformInput} that are computed together. */
export const INPUT_PAIRS = [
  [0, 5],
  [1, 2],
  [3, 4],
] as const

/**
 * Two of the six results of B^T, in new registers:
 *
 *     4 d0 - 5 d2 + d4                      4 d1 - 5 d3 + d5
 *     (d4 - 4 d2) + (d3 - 4 d1)             (d4 - 4 d2) - (d3 - 4 d1)
 *     (d4 - d2) + 2 (d3 - d1)               (d4 - d2) - 2 (d3 - d1)
 */
export function transformInput(
  machine: VectorMachine,
  pair: (typeof INPUT_PAIRS)[number],
  d: readonly Operand[],
  [four, minusFour, minusFive]: readonly Vector[],
): [Vector, Vector] {
  const [a, b] = [machine.vector(), machine.vector()]
  if (pair[0] === 0) {
    for (const [i, to] of [a, b].entries()) {
      fetch(machine, to, d[i + 4]!)
      machine.multiplyAdd(to, minusFive!, d[i + 2]!)
      machine.multiplyAdd(to, four!, d[i]!)
    }
    return [a, b]
  }
  const odd = machine.vector()
  fetch(machine, a, d[4]!)
  fetch(machine, odd, d[3]!)
  if (pair[0] === 1) {
    machine.multiplyAdd(a, minusFour!, d[2]!)
    machine.multiplyAdd(odd, minusFour!, d[1]!)
  } else {
    machine.subtract(a, a, d[2]!)
    machine.subtract(odd, odd, d[1]!)
    machine.add(odd, odd, odd)
  }
  machine.subtract(b, a, odd)
  machine.add(a, a, odd)
  machine.release(odd)
  return [a, b]
}

/** The constant of {@link transformOutput}. */
export const OUTPUT_CONSTANTS = [4] as const

/**
 * The four results of A^T, in new registers:
 *
 *     m0 + (m1 + m2) + (m3 + m4)
 *     (m1 - m2) + 2 (m3 - m4)
 *     (m1 + m2) + 4 (m3 + m4)
 *     (m1 - m2) + 8 (m3 - m4) + m5
 *
 * What is added to m1 alone is added to all four results.
 */
export function transformOutput(machine: VectorMachine, m: readonly Operand[], [four]: readonly Vector[]): Vector[] {
  const [first, second, third, fourth] = [machine.vector(), machine.vector(), machine.vector(), machine.vector()]
  const [near, far] = [machine.vector(), machine.vector()]
  fetch(machine, near, m[1]!)
  machine.add(third, near, m[2]!)
  machine.subtract(fourth, near, m[2]!)
  fetch(machine, far, m[3]!)
  machine.add(near, far, m[4]!)
  machine.subtract(far, far, m[4]!)
  machine.add(first, third, near)
  machine.add(first, first, m[0]!)
  machine.multiplyAdd(third, four!, near)
  machine.add(far, far, far)
  machine.add(second, fourth, far)
  machine.multiplyAdd(fourth, four!, far)
  machine.add(fourth, fourth, m[5]!)
  machine.release(near, far)
  return [first, second, third, fourth]
}

/** The constants of {@link transformWeight}. */
export const WEIGHT_CONSTANTS = [1 / 4, 1 / 2, 1 / 6, -1 / 6] as const

/**
 * The six results of G, in new registers:
 *
 *     g0 / 4
 *     -((g0 + g2) + g1) / 6
 *     -((g0 + g2) - g1) / 6
 *     ((g0 / 4 + g2) + g1 / 2) / 6
 *     ((g0 / 4 + g2) - g1 / 2) / 6
 *     g2
 */
export function transformWeight(
  machine: VectorMachine,
  g: readonly Operand[],
  [quarter, half, sixth, minusSixth]: readonly Vector[],
): Vector[] {
  const results = Array.from({ length: TILE_INPUT }, () => machine.vector())
  const [zeroth, first, second, third, fourth, fifth] = results as [Vector, Vector, Vector, Vector, Vector, Vector]
  fetch(machine, fifth, g[2]!)
  machine.add(second, fifth, g[0]!)
  machine.add(first, second, g[1]!)
  machine.subtract(second, second, g[1]!)
  machine.multiply(first, first, minusSixth!)
  machine.multiply(second, second, minusSixth!)
  machine.multiply(zeroth, quarter!, g[0]!)
  machine.add(fourth, zeroth, fifth)
  const halfOfSecond = machine.vector()
  machine.multiply(halfOfSecond, half!, g[1]!)
  machine.add(third, fourth, halfOfSecond)
  machine.subtract(fourth, fourth, halfOfSecond)
  machine.multiply(third, third, sixth!)
  machine.multiply(fourth, fourth, sixth!)
  machine.release(halfOfSecond)
  return results
}
