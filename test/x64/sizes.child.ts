/**
 * With --expose-gc: operations of ever new sizes. Prints, for each kind, how many pages of code there are once its
 * caches are full, and after more sizes. V8's own code can be written and executed, and is not counted.
 */
import { matmul, nn, noGrad, ones } from '../../src/index.js'
import { mappings } from './runtime/maps.js'

const PAGE_BYTES = 4096

const collect = (globalThis as unknown as { gc: () => void }).gc

/** Each with so many sizes that its caches are full, and so many more. */
const KINDS: Record<string, readonly [number, number, (size: number) => unknown]> = {
  products: [1800, 600, size => matmul(ones(1 + (size % 30), 1 + size), ones(1 + size, 1 + (size % 41)))],
  convolutions: [1100, 300, size => nn.functional.conv2d(ones(1, 1, 1, size + 2), ones(1, 1, 1, 2))],
  sums: [300, 600, size => ones(2 + (size % 40), 1000 + size).sum(size % 2)],
}

async function settled(): Promise<number> {
  for (let i = 0; i < 5; i++) {
    collect()
    // finalizers run between tasks
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  const code = mappings().filter(({ access }) => access === 'r-xp')
  return code.reduce((bytes, { start, end }) => bytes + end - start, 0) / PAGE_BYTES
}

const found: Record<string, [number, number]> = {}
for (const [kind, [full, more, run]] of Object.entries(KINDS)) {
  const upTo = (first: number, end: number) =>
    noGrad(() => {
      for (let size = first; size < end; size++) run(size)
    })
  upTo(0, full)
  const early = await settled()
  upTo(full, full + more)
  found[kind] = [early, await settled()]
}
console.log(JSON.stringify(found))
