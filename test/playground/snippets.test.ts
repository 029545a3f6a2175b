/**
 * The setting in code: the lines are right, and the program computes what the page shows.
 */
import * as convforge from 'convforge'
import { expect, test } from 'vitest'
import { compute } from '../../playground/src/arithmetic/layer.js'
import { DEFAULTS } from '../../playground/src/arithmetic/setting.js'
import { layerLine, program } from '../../playground/src/arithmetic/snippets.js'
import { SETTINGS } from './support/settings.js'

test('the line of a layer in both languages', () => {
  const setting = {
    ...DEFAULTS,
    kernel: [3, 5],
    stride: [2, 1],
    padding: [4, 2],
    dilation: [3, 1],
    bias: true,
  } as const
  expect(layerLine(setting, 'python')).toBe(
    'm = nn.Conv2d(1, 1, (3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1))',
  )
  expect(layerLine(setting, 'typescript')).toBe(
    'const m = new nn.Conv2d(1, 1, [3, 5], { stride: [2, 1], padding: [4, 2], dilation: [3, 1] })',
  )
  const same = {
    ...DEFAULTS,
    padding: 'same',
    paddingMode: 'reflect',
    groups: 2,
    inChannels: 2,
    outChannels: 4,
  } as const
  expect(layerLine(same, 'python')).toBe(
    "m = nn.Conv2d(2, 4, 3, padding='same', groups=2, bias=False, padding_mode='reflect')",
  )
  expect(layerLine({ ...DEFAULTS, transposed: true, stride: [2, 2], outputPadding: [1, 0] }, 'python')).toBe(
    'm = nn.ConvTranspose2d(1, 1, 3, stride=2, output_padding=(1, 0), bias=False)',
  )
})

test('a field that is empty has no number in the line', () => {
  const empty = { ...DEFAULTS, outChannels: Number.NaN, stride: [Number.NaN, 1], groups: Number.NaN } as const
  expect(layerLine(empty, 'python')).toBe('m = nn.Conv2d(1, ?, 3, stride=(?, 1), groups=?, bias=False)')
})

test('the numbers of a program are those of the page to the last bit of float32', () => {
  const typed = [0.123456789, 12345678, 16777217, 3.4e38, -1e-7, 1 / 3]
  const code = program({ ...DEFAULTS, inputEdits: { ...typed } }, 'python')
  const row = JSON.parse(/x = torch.tensor\(\[\[(\[\[.*\]\])\]\]/.exec(code)![1]!) as number[][]
  expect(row.flat().slice(0, 6).map(Math.fround)).toEqual(typed.map(Math.fround))
  expect(row.flat().slice(0, 2)).toEqual([0.123456789, 12345678])
})

test.each(SETTINGS)('%s: the program for convforge prints the output of the page', (_, setting) => {
  const code = program(setting, 'typescript')
    .replace(/^import .*/, '')
    .replace('console.log(String(m(x)))', 'return m(x)')
  const { nn, tensor, zeros } = convforge
  const output = new Function('nn', 'tensor', 'zeros', code)(nn, tensor, zeros) as convforge.Tensor
  const { outputShape, numbers } = compute(setting)
  expect(output.shape).toEqual(outputShape)
  expect([...output.dataSync()]).toEqual(numbers!.output)
})
