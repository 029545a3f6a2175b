import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as constants from '../../src/ops/creation/fromSizes.js'
import { zeros } from '../../src/ops/creation/fromSizes.js'
import * as like from '../../src/ops/creation/like.js'
import * as random from '../../src/ops/creation/random.js'
import type { Tensor } from '../../src/ops/tensor.js'
import type { DType } from '../../src/tensor/dtype.js'
import { manualSeed } from '../../src/tensor/random/generator.js'
import { type EncodedTensor, expectClose } from './cases.fixture.js'

interface Case {
  call: string
  args: unknown[]
  like?: { dtype: DType; shape: number[]; steps: [string, ...unknown[]][] }
  output?: EncodedTensor
  strides?: number[]
  error?: string
}

type Call = (...args: unknown[]) => Tensor

const functions = { ...constants, ...like, ...random } as unknown as Record<string, Call>

const cases = JSON.parse(readFileSync(new URL('fixtures/creation.json', import.meta.url), 'utf8')) as Case[]
const title = ({ call, args, like }: Case) => `${call}(${[like, ...args].map(arg => JSON.stringify(arg)).join('; ')})`

function method(self: Tensor, name: string, args: unknown[]): Tensor {
  if (name === 'contiguousChannelsLast') return self.contiguous({ memoryFormat: 'channels_last' })
  return (self[name as keyof Tensor] as Call).apply(self, args)
}

function run({ call, args, like }: Case): Tensor {
  manualSeed(3)
  if (!like) return functions[call]!(...args)
  const base = like.steps.reduce(
    (x, [name, ...rest]) => method(x, name, rest),
    zeros(like.shape, { dtype: like.dtype }),
  )
  return call.endsWith('_') ? method(base, call, args) : functions[call]!(base, ...args)
}

/** Sequences are computed in vectors of the machine's width there: the last place may differ. */
const places = ({ call, output }: Case) =>
  call === 'linspace' || call === 'arange' || (/randn|normal/.test(call) && output!.dtype !== 'float32') ? 2 : 0

describe('creation, as PyTorch has it', () => {
  test.each(cases.map(one => [title(one), one] as const))('%s', (_, one) => {
    if (one.error !== undefined) {
      expect(() => run(one)).toThrow(one.error)
      return
    }
    const made = run(one)
    expectClose(made, one.output!, places(one))
    const free = (list: readonly number[]) => list.filter((_, dim) => made.shape[dim] !== 1)
    if (made.numel() > 0) expect(free(made.strides)).toEqual(free(one.strides!))
  })
})
