import { afterAll, expect, inject, test } from 'vitest'
import { ALGORITHM_SETS } from '../algorithmSets.js'
import { CASES } from '../golden/convCases.js'
import { faultsOf } from '../golden/runCase.js'

const SETS = ALGORITHM_SETS.filter(({ title }) => title.startsWith('wasm/'))
const served = new Map<string, number>()

test.each(SETS.map(set => [set.title, set] as const))(
  '%s computes the golden convolutions as PyTorch did',
  (title, { names, takes }) => {
    // what another algorithm would have to do is refused, so that nobody else serves
    const own = CASES.filter(one => takes(one.dtype))
    const faults = own.flatMap(one => faultsOf(one, names).map(fault => `${one.id} ${one.op} ${one.dtype} ${fault}`))
    expect(faults).toEqual([])
    served.set(title, own.length)
  },
)

test('the files came whole, and WebAssembly served every real case', () => {
  expect(CASES).toHaveLength(510)
  const real = CASES.filter(({ dtype }) => dtype === 'float32' || dtype === 'float64').length
  expect([...served]).toEqual([
    ['wasm/channel-lanes', real],
    ['wasm/pixel-lanes', real],
  ])
})

afterAll(() => {
  const page = inject('isolated') ? 'isolated page' : 'page'
  for (const [name, count] of served) console.log(`golden convolutions on the ${page}, by ${name}: ${count}`)
})
