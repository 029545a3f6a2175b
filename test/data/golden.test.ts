/**
 * Samplers, loaders, splits and transforms against PyTorch: the same order and the same number of draws.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  DataLoader,
  normalize,
  RandomSampler,
  randomCrop,
  randomHorizontalFlip,
  randomSplit,
  SubsetRandomSampler,
  toTensor,
  WeightedRandomSampler,
} from '../../src/data/index.js'
import { arange } from '../../src/ops/creation/fromSizes.js'
import { rand } from '../../src/ops/creation/random.js'
import { defaultGenerator, Generator, manualSeed } from '../../src/tensor/random/generator.js'

interface Case {
  kind: string
  seed: number
  options: Record<string, unknown>
  result: unknown
  after: number
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/data.json', import.meta.url), 'utf8')) as {
  cases: Case[]
  pixels: number[]
  image: number[][][]
  normalized: number[][][]
}

const range = (length: number) => ({ length, get: (index: number) => index })
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

/** What our functions give for the options of a case. */
function run(kind: string, all: Record<string, unknown>): unknown {
  const {
    n = 0,
    epochs = 0,
    generator: own,
    ...options
  } = all as Record<string, never> & { n?: number; epochs?: number }
  const generator = typeof own === 'number' ? new Generator(own) : undefined
  switch (kind) {
    case 'loader': {
      const loader = new DataLoader(range(n), { ...(options as object), generator })
      return times(epochs, () => Array.from(loader, batch => batch.tolist()))
    }
    case 'random': {
      const { replacement, numSamples } = options
      return times(2, () => [
        ...new RandomSampler(range(n), {
          replacement,
          numSamples: numSamples ?? undefined,
          generator: generator?.clone(),
        }),
      ])
    }
    case 'subset':
      return times(2, () => [...new SubsetRandomSampler(options['indices']!, { generator: generator?.clone() })])
    case 'weighted': {
      const { weights, ...others } = options
      return times(2, () => [
        ...new WeightedRandomSampler(weights!, {
          ...(others as never as { numSamples: number }),
          generator: generator?.clone(),
        }),
      ])
    }
    case 'split':
      return randomSplit(range(n), options['lengths']!, { generator }).map(({ indices }) => indices)
    case 'crop': {
      const { height, width, size } = options as never as { height: number; width: number; size: [number, number] }
      // each element of the image tells its row and column
      const image = arange(height * width).reshape(1, height, width)
      const crop = randomCrop(size)
      return times(6, () => {
        const part = crop(image)
        expect(part.shape).toEqual([1, ...size])
        const corner = Number(part.select(1, 0).select(1, 0).item())
        return [Math.floor(corner / width), corner % width]
      })
    }
    case 'flip': {
      const image = arange(2).reshape(1, 1, 2)
      const flip = randomHorizontalFlip(options['p'])
      return times(30, () => flip(image).tolist()).map(found => JSON.stringify(found) === '[[[1,0]]]')
    }
    default:
      throw new Error(`no such case: ${kind}`)
  }
}

test.each(
  fixture.cases.map((own, i) => ({
    ...own,
    title: `${i} ${own.kind} ${JSON.stringify(own.options)}, seed ${own.seed}`,
  })),
)('$title', ({ kind, seed, options, result, after }) => {
  manualSeed(seed)
  expect(run(kind, options)).toEqual(result)
  expect(rand(1).item()).toBe(after)
})

test('the seed of an epoch is 63 bits of the default generator', () => {
  // torch.manual_seed(0); torch.empty((), dtype=torch.int64).random_()
  const seed = BigInt.asUintN(63, manualSeed(0).random64())
  expect(seed).toBe(900450186894289455n)
  manualSeed(0)
  const order = [...new RandomSampler(range(10))]
  expect(order).toEqual([...new RandomSampler(range(10), { generator: new Generator(seed) })])
  expect(defaultGenerator.initialSeed()).toBe(0n)
})

describe('transforms', () => {
  const pixels = { data: Uint8Array.from(fixture.pixels), width: 2, height: 3, channels: 2 }

  test("toTensor has PyTorch's numbers, to the bit", () => {
    const image = toTensor(pixels)
    expect([image.dtype, image.shape]).toEqual(['float32', [2, 3, 2]])
    expect(image.tolist()).toEqual(fixture.image)
  })

  test("normalize has PyTorch's numbers, to the bit", () => {
    const image = normalize([0.4914, 0.1307], [0.247, 0.3081])(toTensor(pixels))
    expect(image.tolist()).toEqual(fixture.normalized)
  })
})
