/**
 * A convolution and its batch norm as one layer, against PyTorch's `fuse_conv_bn_eval` (fixtures/fusion.py).
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { autograd, type DType, nn, randn, type Tensor, tensor } from '../../src/index.js'
import { values } from '../property/support/numbers.js'

interface Numbers {
  readonly shape: number[]
  readonly values: number[]
}

interface Case {
  readonly name: string
  readonly rank: 1 | 2 | 3
  readonly channels: [number, number]
  readonly options: nn.ConvModuleOptions
  readonly affine: boolean
  readonly dtype: DType
  readonly conv: Record<string, Numbers | null>
  readonly bn: Record<string, Numbers | null>
  readonly fused: { readonly weight: Numbers; readonly bias: Numbers }
}

const CASES = JSON.parse(readFileSync(new URL('./fixtures/fusion.json', import.meta.url), 'utf8')) as Case[]

type Layer = nn.Conv1d | nn.Conv2d | nn.ConvTranspose2d
const NAMED = nn as unknown as Record<string, new (...call: unknown[]) => unknown>

/** The modules of a case. */
function modulesOf({ name, rank, channels, options, affine, dtype, conv, bn }: Case) {
  const fill = (module: nn.Module, numbers: Case['bn']) => {
    const state = Object.entries(numbers).flatMap(([key, own]) =>
      own ? [[key, tensor(Float64Array.from(own.values), { shape: own.shape, dtype })] as const] : [],
    )
    module.loadStateDict(Object.fromEntries(state), { strict: false })
    module.eval()
  }
  const layer = new NAMED[name]!(...channels, 3, { ...options, dtype }) as Layer
  const norm = new NAMED[`BatchNorm${rank}d`]!(channels[1], { eps: 1e-3, affine, dtype }) as nn.BatchNorm2d
  fill(layer, conv)
  fill(norm, bn)
  return { layer, norm }
}

/** The largest difference, compared to the largest number. */
function difference(found: Tensor, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs))
  return Math.max(...values(found).map((value, i) => Math.abs(value - expected[i]!))) / largest
}

const ROUNDING: Readonly<Record<string, number>> = { float32: 2 ** -23, float64: 2 ** -52 }

describe.each(CASES.map(own => [`${own.name} ${JSON.stringify(own.options)} ${own.dtype}`, own] as const))(
  '%s',
  (_, own) => {
    const { layer, norm } = modulesOf(own)
    const fused = nn.fuseConvBnEval(layer, norm)

    test("has PyTorch's numbers, but for an operation's rounding or two", () => {
      for (const key of ['weight', 'bias'] as const) {
        expect(fused[key]!.shape).toEqual(own.fused[key].shape)
        expect(difference(fused[key]!, own.fused[key].values)).toBeLessThan(4 * ROUNDING[own.dtype]!)
      }
    })

    test('computes what the two layers do, and is a layer of its own', () => {
      const x = randn(2, own.channels[0], ...[7, 8, 6].slice(3 - own.rank), { dtype: own.dtype })
      autograd.noGrad(() => {
        const [found, expected] = [fused(x), norm(layer(x))]
        expect(found.shape).toEqual(expected.shape)
        expect(difference(found, values(expected))).toBeLessThan(32 * ROUNDING[own.dtype]!)
      })
      expect([fused.training, fused.weight.requiresGrad, fused.bias!.requiresGrad]).toEqual([false, true, true])
      expect(fused.constructor).toBe(layer.constructor)
      expect(difference(layer.weight, own.conv['weight']!.values)).toBe(0)
    })
  },
)

test('a transposed convolution of several groups, which PyTorch does not fuse', () => {
  const layer = new nn.ConvTranspose2d(4, 6, 3, { groups: 2, stride: 2, outputPadding: 1 })
  const norm = new nn.BatchNorm2d(6)
  norm.running_mean!.uniform_(-1, 1)
  norm.running_var!.uniform_(0.1, 2)
  layer.eval()
  norm.eval()
  autograd.noGrad(() => {
    const x = randn(1, 4, 5, 6)
    expect(difference(nn.fuseConvBnEval(layer, norm)(x), values(norm(layer(x))))).toBeLessThan(1e-6)
  })
})

describe('refuses', () => {
  const evaluated = <M extends nn.Module>(module: M): M => {
    module.eval()
    return module
  }
  const conv = evaluated(new nn.Conv2d(2, 3, 3))
  const norm = evaluated(new nn.BatchNorm2d(3))

  test.each<[string, unknown, unknown, RegExp]>([
    ['a convolution in training', new nn.Conv2d(2, 3, 3), norm, /^Fusion only for eval!$/],
    ['a norm in training', conv, new nn.BatchNorm2d(3), /^Fusion only for eval!$/],
    ['other layers', evaluated(new nn.Linear(2, 3)), norm, /'conv' must be Conv1d/],
    ['other norms', conv, evaluated(new nn.InstanceNorm2d(3)), /'bn' must be BatchNorm1d/],
    ['nothing', null, undefined, /'conv' must be Conv1d/],
    ['a norm without statistics', conv, evaluated(new nn.BatchNorm2d(3, { trackRunningStats: false })), /statistics/],
    ['another number of channels', conv, evaluated(new nn.BatchNorm2d(1)), /1 features, but the convolution 3 output/],
  ])('%s', (_, first, second, message) => {
    expect(() => nn.fuseConvBnEval(first as nn.Conv2d, second as nn.BatchNorm2d)).toThrow(message)
  })
})
