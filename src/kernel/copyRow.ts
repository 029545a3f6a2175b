/**
 * Copies of neighbouring elements, and of elements that are apart, to where they stand side by side. Nothing beyond them is
 * read; the last store may be a whole vector.
 *
 * @module
 */
import type { Place, Vector, VectorMachine } from './machine.js'

/** Copies so many elements, which are `step` apart. */
export function copyEvery(
  machine: VectorMachine,
  step: number,
  from: Place,
  to: Place,
  length: number,
  temporary: readonly [Vector, Vector],
): void {
  const { lanes, bytes, storedBytes } = machine
  if (step === 2 || step === 4) {
    for (let i = 0; i < length; i += lanes) {
      const source = { base: from.base, offset: from.offset + i * step * storedBytes }
      const left = (length - i - 1) * step + 1
      if (step === 2) readEverySecond(machine, source, left, temporary)
      else readEveryFourth(machine, source, left, temporary)
      machine.store({ base: to.base, offset: to.offset + i * bytes }, temporary[0])
    }
    return
  }
  for (let i = 0; i < length; i++) {
    const source = { base: from.base, offset: from.offset + i * step * storedBytes }
    machine.readElement({ base: to.base, offset: to.offset + i * bytes }, source, temporary[0])
  }
}

/** Every second of so many elements, in the first vector. */
function readEverySecond(
  machine: VectorMachine,
  from: Place,
  count: number,
  [first, second]: readonly [Vector, Vector],
): void {
  readTwo(machine, from, count, [first, second])
  machine.everySecond(first, second)
}

/** Two neighbouring vectors of so many elements. */
export function readTwo(
  machine: VectorMachine,
  from: Place,
  count: number,
  [first, second]: readonly [Vector, Vector],
): void {
  const { lanes, storedBytes } = machine
  readUpTo(machine, first, from, count)
  readUpTo(machine, second, { ...from, offset: from.offset + lanes * storedBytes }, count - lanes)
}

/** Every fourth of so many elements, in the first vector. */
function readEveryFourth(
  machine: VectorMachine,
  from: Place,
  count: number,
  [first, second]: readonly [Vector, Vector],
): void {
  const { lanes, storedBytes } = machine
  const rest = machine.vector()
  const half = { ...from, offset: from.offset + 2 * lanes * storedBytes }
  readEverySecond(machine, from, count, [first, rest])
  readEverySecond(machine, half, count - 2 * lanes, [second, rest])
  machine.everySecond(first, second)
  machine.release(rest)
}

/** Up to a vector's lanes; none if the count is not positive. */
function readUpTo(machine: VectorMachine, to: Vector, from: Place, count: number): void {
  if (count <= 0) machine.zero(to)
  else machine.read(to, from, Math.min(count, machine.lanes))
}

/** Vectors that are copied by instructions of their own; more are copied in a loop. */
const UNROLLED_VECTORS = 8

/** Copies so many elements. */
export function copyVectors(machine: VectorMachine, from: Place, to: Place, length: number, vector: Vector): void {
  const { lanes, bytes, storedBytes } = machine
  const copy = (count: number, start: number): void => {
    for (let i = start; i < start + count; i += lanes) {
      readUpTo(machine, vector, { base: from.base, offset: from.offset + i * storedBytes }, start + count - i)
      machine.store({ base: to.base, offset: to.offset + i * bytes }, vector)
    }
  }
  const together = UNROLLED_VECTORS * lanes
  const loops = Math.floor(length / together)
  if (loops < 2) {
    copy(length, 0)
    return
  }
  machine.repeat(loops, () => {
    copy(together, 0)
    machine.advance(from.base, together * storedBytes)
    machine.advance(to.base, together * bytes)
  })
  copy(length - loops * together, 0)
  machine.advance(from.base, -loops * together * storedBytes)
  machine.advance(to.base, -loops * together * bytes)
}
