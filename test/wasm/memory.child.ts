/**
 * With --expose-gc: 500 calls of the upscaler on pictures of ever other sizes, one of them large. Prints the bytes of all
 * linear memories there are, and of the process, after 20 calls, after the large one, and at the end.
 */
import { backends, manualSeed, noGrad, randn } from '../../src/index.js'
import { upconv7 } from '../../src/models/index.js'
import { integer } from '../differential/support/specs.js'
import { generator } from '../property/support/numbers.js'

const CALLS = 500
const FIRST = 20
/** The large call. Memory is too large for some hundred runs of programs before it is given back. */
const LARGE = 100

const collect = (globalThis as unknown as { gc: () => void }).gc

const memories: WeakRef<WebAssembly.Memory>[] = []
const { Memory } = WebAssembly
WebAssembly.Memory = class extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor)
    memories.push(new WeakRef(this))
  }
}

async function bytes() {
  // what is weak is collected when the task is over
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  const linear = memories.reduce((sum, own) => sum + (own.deref()?.buffer.byteLength ?? 0), 0)
  return { linear, resident: process.memoryUsage().rss }
}

const found: Record<string, Awaited<ReturnType<typeof bytes>>> = {}
backends.setBackend('wasm')
backends.setNumThreads(2)
manualSeed(1)
const next = generator(Number(process.argv[2]))
const network = upconv7().eval()
for (let call = 1; call <= CALLS; call++) {
  const shape = call === LARGE ? [3, 180, 200] : [3, integer(next, 16, 32), integer(next, 16, 32)]
  const x = randn(shape)
  await noGrad(() => (call % 2 === 0 ? network.forwardAsync(x) : network(x)))
  if (call === FIRST) found['first'] = await bytes()
  if (call === LARGE) found['large'] = await bytes()
}
found['last'] = await bytes()
console.log(JSON.stringify(found))
