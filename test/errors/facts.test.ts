/** The facts at the end of golden/data/conv2d-errors.json. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { samePadding } from '../../src/conv/validate.js'
import { manualSeed, nn, rand, randn, type Tensor, tensor } from '../../src/index.js'
import { goldenFile } from '../golden/read.js'

const { conv2d, pad } = nn.functional

const FACTS: Record<string, unknown> = JSON.parse(readFileSync(goldenFile('conv2d-errors.json'), 'utf8')).facts

const row = (values: readonly number[]) => tensor(values).reshape(1, 1, 1, values.length)
const list = (x: Tensor) => x.flatten().tolist()

/** The row of numbers convolved with a row of weights, by the function. */
const same = (x: number[], w: number[], dilation = 1) =>
  list(conv2d(row(x), row(w), null, { padding: 'same', dilation }))

/** The same by a module, with a padding mode. */
function sameModule(x: number[], paddingMode: 'reflect' | 'circular' | 'replicate', dilation = 1) {
  const module = new nn.Conv2d(1, 1, [1, 2], { padding: 'same', dilation: [1, dilation], paddingMode, bias: false })
  module.loadStateDict({ weight: row([1, 10]) })
  return list(module(row(x)))
}

const padded = (amount: number, mode: 'reflect' | 'circular' | 'replicate') =>
  list(pad(tensor([[[1, 2, 3, 4]]]), [amount, amount], mode))

function seeded<T>(make: () => T): T {
  manualSeed(0)
  return make()
}

const EXACT: Record<string, () => unknown> = {
  'same_even_kernel_k2 (x=[1,2,3], w=[1,10], padding=same)': () => same([1, 2, 3], [1, 10]),
  'same k4 (w=[1,10,100,1000], x=[1,2,3])': () => same([1, 2, 3], [1, 10, 100, 1000]),
  'same k2 dilation3 x=[1..5]': () => same([1, 2, 3, 4, 5], [1, 10], 3),
  'module same k2 reflect x=[1,2,3]': () => sameModule([1, 2, 3], 'reflect'),
  'module same k2 dil3 reflect x=[1..5]': () => sameModule([1, 2, 3, 4, 5], 'reflect', 3),
  'module same k2 circular x=[1,2,3]': () => sameModule([1, 2, 3], 'circular'),
  'module same k2 replicate x=[1,2,3]': () => sameModule([1, 2, 3], 'replicate'),
  'module same k3 d2 reflect pad': () => {
    const { before, after } = samePadding([3, 3], [2, 2])
    return [before[1], after[1], before[0], after[0]]
  },
  'F.pad reflect (2,2) of [1..4]': () => padded(2, 'reflect'),
  'F.pad replicate (2,2) of [1..4]': () => padded(2, 'replicate'),
  'F.pad circular (2,2) of [1..4]': () => padded(2, 'circular'),
  'circular pad == size (4,4) of [1..4]': () => padded(4, 'circular'),
  'manual_seed(0) rand(5)': () => list(seeded(() => rand(5))),
  'manual_seed(0) Conv2d(3,4,3) weight[0,0] ': () => {
    const weight = seeded(() => new nn.Conv2d(3, 4, 3)).weight.get(0, 0)
    return (weight.tolist() as number[][]).map(line => line.map(String))
  },
  'manual_seed(0) Conv2d(3,4,3) bias': () => (list(seeded(() => new nn.Conv2d(3, 4, 3)).bias!) as number[]).map(String),
}

test.each(Object.entries(EXACT))('%s', (fact, ours) => {
  expect(FACTS[fact]).toBeDefined()
  expect(ours()).toEqual(FACTS[fact])
})

test.each([5, 16])('manual_seed(0) randn(%i), within 2 units in the last place', length => {
  const theirs = FACTS[`manual_seed(0) randn(${length})`] as number[]
  const ours = list(seeded(() => randn(length))) as number[]
  expect(ours).toHaveLength(length)
  for (const [i, value] of ours.entries()) {
    const ulp = 2 ** (Math.floor(Math.log2(Math.abs(theirs[i]!))) - 23)
    expect(Math.abs(value - theirs[i]!)).toBeLessThanOrEqual(2 * ulp)
  }
})

/** The private amounts of conv2d-errors.md: `_reversed_padding_repeated_twice`, width first. */
test.each([
  { kernel: [2, 2], dilation: [1, 1], amounts: [0, 1, 0, 1] },
  { kernel: [2, 5], dilation: [3, 2], amounts: [4, 4, 1, 2] },
])("'same' puts the odd one after: kernel $kernel, dilation $dilation", ({ kernel, dilation, amounts }) => {
  const { before, after } = samePadding(kernel, dilation)
  expect([before[1], after[1], before[0], after[0]]).toEqual(amounts)
})

test('the signature: the same names and defaults, all but the first three as options', () => {
  // without what stands in square brackets, a comma parts two parameters: "stride: Union = 1"
  const text = (FACTS.signature as string).replace(/\[[^[\]]*\]/g, '').replace(/\[[^[\]]*\]/g, '')
  const parameters = text
    .slice(1, text.indexOf(')'))
    .split(', ')
    .map(part => part.split(/(?:: \w+)? ?= ?/))
    .filter(([, fallback]) => fallback !== undefined)
  expect(parameters.map(([name]) => name)).toEqual([
    'stride',
    'padding',
    'dilation',
    'groups',
    'bias',
    'padding_mode',
    'device',
    'dtype',
  ])
  const values: Record<string, unknown> = { None: null, True: true, "'zeros'": 'zeros' }
  for (const [name, fallback] of parameters) {
    const option = name!.replace(/_(\w)/, (_, letter: string) => letter.toUpperCase())
    const value = Object.hasOwn(values, fallback!) ? values[fallback!] : Number(fallback)
    const [plain, given] = [{}, { [option]: value }].map(options => seeded(() => new nn.Conv2d(3, 4, 3, options)))
    expect(String(given)).toBe(String(plain))
    expect([given!.weight.dtype, given!.weight.device, given!.bias!.tolist()]).toEqual([
      'float32',
      'cpu',
      plain!.bias!.tolist(),
    ])
  }
})

test('every fact is tested', () => {
  // Python's source code, and what the tests above put in numbers
  const texts = [
    '-> extra pad goes to',
    'signature',
    'extra_repr source',
    'reset_parameters source',
    '_ConvNd.__init__ source',
    'init rule',
  ]
  const tested = [...Object.keys(EXACT), 'manual_seed(0) randn(5)', 'manual_seed(0) randn(16)', ...texts]
  expect(tested.sort()).toEqual(Object.keys(FACTS).sort())
})
