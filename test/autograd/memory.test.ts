/** What the tape keeps alive, and for how long: JavaScript frees no memory before the last reference to it is gone. */
import { describe, expect, test } from 'vitest'
import { Node } from '../../src/autograd/node.js'
import { autograd, nn, noGrad, randn, type Tensor } from '../../src/index.js'
import type { Storage } from '../../src/tensor/storage.js'
import { collectGarbage, watchMemory } from './garbage.js'
import type { Check } from './operations/check.js'
import { OPERATIONS } from './operations/index.js'
import { leaf } from './support.js'

const alive = (memory: readonly WeakRef<Storage>[]) => memory.filter(one => one.deref() !== undefined).length

/** The memory that the nodes behind these tensors say they have saved. */
function savedBehind(outputs: readonly Tensor[]): Set<Storage> {
  const seen = new Set<unknown>()
  const found = new Set<Storage>()
  const stack = outputs.map(({ gradFn }) => gradFn as Node | null)
  while (stack.length > 0) {
    const node = stack.pop()
    if (!node || seen.has(node)) continue
    seen.add(node)
    for (const { storage } of (node as unknown as { saved: readonly Tensor[] }).saved) found.add(storage)
    for (const edge of node.edges) if (edge?.target instanceof Node) stack.push(edge.target)
  }
  return found
}

/** Runs an entry on tensors that were computed and that nobody holds. */
function run({ f, inputs }: Check): Tensor[] {
  const computed = inputs.map(input => (input.requiresGrad ? input.mul(1) : input))
  return [f(...computed)].flat() as Tensor[]
}

describe('each operation', () => {
  const entries = [...OPERATIONS].flatMap(([name, checks]) => checks.map((one, i) => ({ name: `${name} ${i}`, one })))

  test('keeps what its derivative needs, and after backward nothing', async () => {
    const runs = entries.map(({ name, one }) => ({ name, ...watchMemory(() => run(one)) }))
    await collectGarbage()
    const more = (allowed: Iterable<Storage>, memory: readonly WeakRef<Storage>[]) =>
      memory.some(one => one.deref() && ![...allowed].some(own => own.isSameMemory(one.deref()!)))
    const own = (result: readonly Tensor[]) => result.map(({ storage }) => storage)
    const kept = runs.filter(({ result, memory }) => more([...savedBehind(result), ...own(result)], memory))
    expect(kept.map(({ name }) => name)).toEqual([])

    for (const { result } of runs) {
      const differentiable = result.filter(output => output.requiresGrad)
      if (differentiable.length > 0)
        autograd.backward(
          differentiable,
          differentiable.map(y => y.detach()),
        )
    }
    await collectGarbage()
    const left = runs.filter(({ result, memory }) => more(own(result), memory))
    expect(left.map(({ name }) => name)).toEqual([])
  })
})

describe('the graph', () => {
  test('holds saved tensors until backward, or for as long as it is kept', async () => {
    const x = leaf(1, 2)
    const { result: y, memory } = watchMemory(() => x.exp().mul(2).square().sum())
    await collectGarbage()
    expect(alive(memory)).toBeGreaterThan(1)
    y.backward(null, { retainGraph: true })
    await collectGarbage()
    expect(alive(memory)).toBeGreaterThan(1)
    y.backward()
    await collectGarbage()
    expect(alive(memory)).toBe(1)
    expect(y.item()).toBeCloseTo(4 * (Math.exp(2) + Math.exp(4)), 10)
  })

  test('is freed by grad() where it was walked', async () => {
    const x = leaf(1, 2)
    const { result: y, memory } = watchMemory(() => x.exp().square().sum())
    autograd.grad(y, x)
    await collectGarbage()
    expect(alive(memory)).toBe(1)
  })

  test('lets go of a function’s tensors and results', async () => {
    class Square extends autograd.Function {
      static forward(context: autograd.FunctionContext, x: Tensor) {
        context.saveForBackward(x)
        return x.mul(x)
      }
      static backward(context: autograd.FunctionContext, g: Tensor) {
        return g.mul(context.savedTensors[0]!).mul(2)
      }
    }
    const x = leaf(1, 2)
    // the result is of no use to anybody any more, the function's own input is
    const { result: y, memory } = watchMemory(() => Square.apply(x).add(1))
    await collectGarbage()
    expect([alive(memory), y.tolist()]).toEqual([1, [2, 5]])

    const { result: z, memory: more } = watchMemory(() => Square.apply(x.exp()))
    await collectGarbage()
    expect(alive(more)).toBe(2)
    z.sum().backward()
    await collectGarbage()
    expect([alive(more), z.shape]).toEqual([1, [2]])
  })

  test('goes with the tensor that was never differentiated', async () => {
    const x = leaf(1, 2)
    const { memory } = watchMemory(() => void x.exp().square().sum())
    await collectGarbage()
    expect(alive(memory)).toBe(0)
  })

  test('is not built without recording', async () => {
    const x = leaf(1, 2)
    const { result, memory } = watchMemory(() => noGrad(() => x.exp().square().mul(3)))
    await collectGarbage()
    expect([alive(memory), result.gradFn]).toEqual([1, null])
  })
})

/** A step of training a small network, as people write it. */
function trainer() {
  const conv = new nn.Conv2d(1, 8, 3, { padding: 1 })
  const weight = randn([8 * 16 * 16, 10])
    .mul(0.01)
    .requiresGrad_()
  const parameters = [...conv.parameters(), weight]
  return () => {
    const x = randn([4, 1, 16, 16])
    const hidden = conv.forward(x).relu().flatten(1)
    const loss = hidden.matmul(weight).logSoftmax(1).select(1, 3).mean().neg()
    for (const p of parameters) p.grad = null
    loss.backward()
    noGrad(() => {
      for (const p of parameters) p.sub_(p.grad!.mul(0.01))
    })
    return loss
  }
}

/** What lives on the heap and in typed arrays, in bytes. */
async function memoryInUse(): Promise<number> {
  await collectGarbage()
  await collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

describe('training', () => {
  test('does not grow', async () => {
    const step = trainer()
    for (let i = 0; i < 50; i++) step()
    // what the engine compiles on the way also takes memory, in some windows; a leak grows in each
    const growths: number[] = []
    for (let window = 0; window < 4; window++) {
      const before = await memoryInUse()
      for (let i = 0; i < 100; i++) step()
      growths.push((await memoryInUse()) - before)
    }
    // the activations of one step take 200 kB, its graph alone 10 kB
    expect(Math.min(...growths)).toBeLessThan(300_000)
  })

  test('losses that are kept do not keep their activations', async () => {
    const step = trainer()
    for (let i = 0; i < 20; i++) step()
    const before = await memoryInUse()
    const losses = Array.from({ length: 100 }, step)
    expect((await memoryInUse()) - before).toBeLessThan(1_000_000)
    expect(Number(losses.at(-1)!.item())).toBeLessThan(Number(losses[0]!.item()))
  })
})
