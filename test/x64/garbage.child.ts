/**
 * With --expose-gc: layers of ever new shapes, most of them dropped at once and some called again later, with collections
 * before, between and (by a lot of small allocations) within calls. Parameters: seed, rounds. Prints how many results were
 * compared, and the largest number of mappings.
 */
import { backends, type Tensor } from '../../src/index.js'
import { PASSES } from '../differential/support/compare.js'
import { largeSpec } from '../differential/support/largeSpecs.js'
import { integer, pick, randomSpec } from '../differential/support/specs.js'
import { expectSameBits, operandsOf, planFor } from '../kernel/sameBits.js'
import { generator } from '../property/support/numbers.js'
import { mappings } from './runtime/maps.js'

const collect = (globalThis as unknown as { gc: (options?: { type: 'minor' }) => void }).gc
const [seed, rounds] = process.argv.slice(2).map(Number) as [number, number]
const next = generator(seed)
const algorithms = backends.convolutionAlgorithms().filter(({ name }) => name.startsWith('x64/'))

/** Something that can be computed again, and the right answer. */
interface Kept {
  run(): Tensor
  check(found: Tensor): void
}

/** A new layer by a random algorithm, with operands small enough to stand on V8's own heap at first, or larger. */
function layer(i: number): Kept | null {
  const spec = next() < 0.5 ? randomSpec(next) : largeSpec(next, 1e5)
  const pass = pick(next, PASSES)
  const dtype = pick(next, ['float32', 'float64'] as const)
  const kernel = planFor(pick(next, algorithms), spec, pass, dtype)
  if (!kernel) return null
  const operands = operandsOf(spec, pass, dtype, seed + 10 * i)
  const expected = kernel(operands)
  return { run: () => kernel(operands), check: found => expectSameBits(found, expected, spec, `a collection, ${pass}`) }
}

/** Many small arrays, so that V8 collects where it likes. */
function litter(): number {
  let sum = 0
  for (let i = 0; i < 3000; i++) sum += new Float32Array(integer(next, 1, 16)).length
  return sum
}

const kept: Kept[] = []
let [compared, largest] = [0, 0]
for (let i = 0; i < rounds; i++) {
  backends.setNumThreads(1 + (i % 3))
  const made = layer(i)
  if (made && kept.length < 30) kept.push(made)
  else if (made) kept[integer(next, 0, kept.length - 1)] = made
  const results: [Kept, Tensor][] = []
  for (let again = 0; again < 4 && kept.length > 0; again++) {
    const one = pick(next, kept)
    litter()
    results.push([one, one.run()])
  }
  collect(next() < 0.5 ? { type: 'minor' } : undefined)
  // finalizers run between tasks
  if (i % 4 === 0) await new Promise(resolve => setImmediate(resolve))
  for (const [one, found] of results) {
    one.check(found)
    compared++
  }
  largest = Math.max(largest, mappings().length)
}
console.log(JSON.stringify({ compared, largest }))
