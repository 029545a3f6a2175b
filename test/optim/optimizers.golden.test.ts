/**
 * Every optimizer against PyTorch: parameters and state after 12 steps.
 */
import { describe, expect, test } from 'vitest'
import type { Tensor } from '../../src/ops/tensor.js'
import { toFloat64 } from '../../src/tensor/copy.js'
import type { DType } from '../../src/tensor/dtype.js'
import { camelCased, expectClose, type Kind, type Layout, makeOptimizer, readFixture, tensorIn } from './support.js'

type Name = 'w' | 'v' | 'b'

interface Result {
  parameters: Record<Name, number[]>
  state: Record<string, Record<string, number | number[] | null>>
  groups: Record<string, unknown>[]
}

interface Fixture {
  shapes: Record<Name, number[]>
  start: Record<Name, number[]>
  gradients: Record<Name, number[] | null>[]
  cases: ({ kind: Kind; options: Record<string, unknown>; group: Record<string, unknown> } & Record<
    'float32' | 'float64' | 'bfloat16',
    Result
  >)[]
}

const { shapes, start, gradients, cases } = readFixture<Fixture>('optimizers')
const NAMES: readonly Name[] = ['w', 'v', 'b']

const TOLERANCE = { float32: 1e-6, float64: 1e-12 }

function train(own: Fixture['cases'][number], dtype: DType, layout: Layout) {
  const parameters = NAMES.map(name => tensorIn(layout, start[name], shapes[name], dtype).requiresGrad_())
  const [w, v, b] = parameters
  const groups = [{ params: [w!, v!] }, { params: b!, ...camelCased(own.group) }]
  const optimizer = makeOptimizer(own.kind, groups, camelCased(own.options))
  for (const step of gradients) {
    NAMES.forEach((name, i) => {
      const values = step[name]
      // a gradient need not lie in memory as its parameter does
      parameters[i]!.grad = values && tensorIn(i === 0 ? 'contiguous' : layout, values, shapes[name], dtype)
    })
    optimizer.step()
  }
  return { parameters, optimizer }
}

const titled = cases.map(own => ({ ...own, title: `${own.kind} ${JSON.stringify([own.options, own.group])}` }))

describe.each(['float32', 'float64'] as const)('%s', dtype => {
  describe.each(['contiguous', 'strided'] as const)('%s', layout => {
    test.each(titled)('$title', own => {
      const { parameters, optimizer } = train(own, dtype, layout)
      const expected = own[dtype]
      NAMES.forEach((name, i) => {
        expectClose(parameters[i]!, expected.parameters[name], TOLERANCE[dtype], name)
      })
      const found = optimizer.stateDict()
      expect(found.param_groups).toEqual(expected.groups)
      // SGD without momentum: PyTorch 1 lists buffers that are None, PyTorch 2 nothing
      const states = Object.entries(expected.state).filter(([, state]) => state['momentum_buffer'] !== null)
      expect(Object.keys(found.state)).toEqual(states.map(([number]) => number))
      for (const [number, state] of states) {
        expect(Object.keys(found.state[number]!).sort()).toEqual(Object.keys(state).sort())
        for (const [name, values] of Object.entries(state)) {
          const tensor = found.state[number]![name] as Tensor
          expectClose(tensor, [values].flat() as number[], TOLERANCE[dtype], `${name} of ${number}`)
        }
      }
    })
  })
})

describe('bfloat16: on average about as close to the truth as PyTorch', () => {
  test.each(titled)('$title', own => {
    const { parameters } = train(own, 'bfloat16', 'strided')
    const truth = NAMES.flatMap(name => own.float64.parameters[name])
    const theirs = meanError(
      NAMES.flatMap(name => own.bfloat16.parameters[name]),
      truth,
    )
    const ours = meanError(
      parameters.flatMap(parameter => [...toFloat64(parameter)]),
      truth,
    )
    expect(ours).toBeLessThanOrEqual(1.5 * theirs)
    // and as far as 8 bits must be: nothing was computed in another dtype
    expect(ours).toBeGreaterThan(2 ** -16)
  })
})

const meanError = (values: readonly number[], truth: readonly number[]): number =>
  values.reduce((sum, value, i) => sum + Math.abs(value - truth[i]!), 0) / values.length

test.each(titled.filter(({ kind }) => kind === 'SGD'))('float16: $title', own => {
  const { parameters } = train(own, 'float16', 'strided')
  NAMES.forEach((name, i) => {
    // each of 12 steps rounds the parameter and the buffer by half a unit of the last of 11 bits
    expectClose(parameters[i]!, own.float64.parameters[name], 12 * 2 ** -11, name)
  })
})
