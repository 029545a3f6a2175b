import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DTYPES } from '../../cli/explain/layer.js'
import { LAYER_EXAMPLE, LayerSyntaxError, parseLayer } from '../../cli/explain/parseLayer.js'
import { printLayer } from '../../cli/explain/printLayer.js'
import { SEED } from '../property/support/seed.js'

const plain = {
  batch: 1,
  inChannels: 64,
  spatial: [56, 57],
  outChannels: 32,
  kernelSize: [3, 3],
  stride: [1, 1],
  padding: [0, 0],
  dilation: [1, 1],
  groups: 1,
  paddingMode: 'zeros',
  transposed: false,
  outputPadding: [0, 0],
  dtype: 'float32',
}

describe('parseLayer', () => {
  it.each([
    ['1x64x56x57 -> 32 k3', {}],
    ['1x64x56x57->32 k3 s1 p0 d1 g1', {}],
    ['  1 x 64 x 56 × 57  →  32   g1   k3  ', {}],
    [
      '1x64x56x57 -> 32 k3x5 s2x1 p1x2 d3 g4',
      { kernelSize: [3, 5], stride: [2, 1], padding: [1, 2], dilation: [3, 3], groups: 4 },
    ],
    ['1X64X56X57 -> 32 K3 PSAME Reflect float64', { padding: 'same', paddingMode: 'reflect', dtype: 'float64' }],
    ['1x64x56x57 -> 32 k3 pvalid circular', { padding: 'valid', paddingMode: 'circular' }],
    [
      '1x64x56x57 -> 32 transposed k4 s2 p1 op1x0',
      { kernelSize: [4, 4], stride: [2, 2], padding: [1, 1], transposed: true, outputPadding: [1, 0] },
    ],
    ['0x64x56x57 -> 32 k3', { batch: 0 }],
  ])('reads %s', (text, differences) => {
    expect(parseLayer(text)).toEqual({ ...plain, ...differences })
  })

  it('takes one to three spatial sizes', () => {
    expect(parseLayer('8x16x1000 -> 32 k9 p4')).toMatchObject({
      spatial: [1000],
      kernelSize: [9],
      padding: [4],
      stride: [1],
    })
    expect(parseLayer('2x3x8x9x10 -> 4 k1x2x3 p2')).toMatchObject({
      spatial: [8, 9, 10],
      kernelSize: [1, 2, 3],
      padding: [2, 2, 2],
    })
  })

  it.each([
    ['', '"" must have one "->" between input and layer'],
    ['1x64x56x56 64 k3', '"1x64x56x56 64 k3" must have one "->" between input and layer'],
    ['1x64x56x56 -> 64 -> 3', '"1x64x56x56 -> 64 -> 3" must have one "->" between input and layer'],
    ['64x56 -> 64 k3', 'the input "64x56" must be batch x channels x 1, 2 or 3 spatial sizes'],
    ['1x2x3x4x5x6 -> 64 k3', 'the input "1x2x3x4x5x6" must be batch x channels x 1, 2 or 3 spatial sizes'],
    ['1x64xAx56 -> 64 k3', 'the spatial size in "1x64xax56" must be a whole number'],
    ['1x0x56x56 -> 64 k3', 'the channels in "1x0x56x56" must be at least 1'],
    ['1x64x56x56 ->', 'the number of output channels in "" must be a whole number'],
    ['1x64x56x56 -> k3', 'the number of output channels in "k3" must be a whole number'],
    ['1x64x56x56 -> 64', 'the kernel size is missing (k3, or k3x5)'],
    ['1x64x56x56 -> 64 k', '"k" is no kernel: a number must follow the k'],
    ['1x64x56x56 -> 64 k0', 'kernel in "k0" must be at least 1'],
    ['1x64x56x56 -> 64 k3 s-1', '"s-1" is no stride: a number must follow the s'],
    ['1x64x56x56 -> 64 k3 s1.5', 'stride in "s1.5" must be a whole number'],
    ['1x64x56x56 -> 64 k3x3x3', '"k3x3x3" has 3 numbers, but this input takes 1 or 2 numbers'],
    ['1x64x56 -> 64 k3x3', '"k3x3" has 2 numbers, but this input takes 1 number'],
    ['1x64x56x56 -> 64 k3 k5', '"k5" sets what an earlier word has set'],
    ['1x64x56x56 -> 64 k3 reflect circular', '"circular" sets what an earlier word has set'],
    ['1x64x56x56 -> 64 k3 g2x2', 'groups in "g2x2" must be a whole number'],
    ['1x64x56x56 -> 64 k3 ssame', 'stride in "ssame" must be a whole number'],
    ['1x64x56x56 -> 64 k3 op1', '"op1" (output padding) needs "transposed"'],
    ['1x64x56x56 -> 64 k99999999999', 'kernel in "k99999999999" is too large'],
    [
      '1x64x56x56 -> 64 k3 float63',
      '"float63" is not known (k, s, p, d, g, op, transposed, reflect, replicate, circular, or a dtype such as float64)',
    ],
  ])('refuses %j and names the piece', (text, problem) => {
    expect(() => parseLayer(text)).toThrow(new LayerSyntaxError(problem))
  })

  it('shows an example in every message, on one line', () => {
    for (const text of ['', 'a\nb', `1x2x3 -> ${'k'.repeat(500)}`]) {
      try {
        parseLayer(text)
        expect.unreachable()
      } catch (error) {
        expect((error as Error).message).toMatch(/^.{1,200}$/)
        expect((error as Error).message).toContain(LAYER_EXAMPLE)
      }
    }
    expect(() => parseLayer(LAYER_EXAMPLE)).not.toThrow()
  })

  it('throws nothing but its own error, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '->',
        '1x64x56x56',
        '8x3x9',
        'k3',
        'k',
        's2x1',
        'p1',
        'psame',
        'op1',
        'g',
        'transposed',
        'float64',
        '__proto__',
      ),
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.nat().map(String),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map(pieces => pieces.join(' ')),
        ),
        text => {
          try {
            expect(printLayer(parseLayer(text))).toMatch(/^Conv/)
          } catch (error) {
            if (!(error instanceof LayerSyntaxError)) throw error
          }
        },
      ),
      { seed: SEED, numRuns: 2000 },
    )
  })

  it('reads back every layer it can describe', () => {
    const layer = fc.integer({ min: 1, max: 3 }).chain(axes => {
      const sizes = (min: number) => fc.array(fc.integer({ min, max: 99 }), { minLength: axes, maxLength: axes })
      return fc.record({
        batch: fc.nat(9),
        inChannels: fc.integer({ min: 1, max: 999 }),
        spatial: sizes(1),
        outChannels: fc.integer({ min: 1, max: 999 }),
        kernelSize: sizes(1),
        stride: sizes(1),
        padding: fc.oneof(sizes(0), fc.constantFrom('same' as const, 'valid' as const)),
        dilation: sizes(1),
        groups: fc.integer({ min: 1, max: 99 }),
        paddingMode: fc.constantFrom('reflect' as const, 'replicate' as const, 'circular' as const),
        transposed: fc.constant(true),
        outputPadding: sizes(0),
        dtype: fc.constantFrom(...DTYPES),
      })
    })
    fc.assert(
      fc.property(layer, expected => {
        const x = (sizes: readonly number[]) => sizes.join('x')
        const padding = typeof expected.padding === 'string' ? expected.padding : x(expected.padding)
        const text =
          `${x([expected.batch, expected.inChannels, ...expected.spatial])} -> ${expected.outChannels} ${expected.dtype} ` +
          `p${padding} k${x(expected.kernelSize)} op${x(expected.outputPadding)} d${x(expected.dilation)} transposed ` +
          `s${x(expected.stride)} ${expected.paddingMode} g${expected.groups}`
        expect(parseLayer(text)).toEqual(expected)
      }),
      { seed: SEED },
    )
  })
})
