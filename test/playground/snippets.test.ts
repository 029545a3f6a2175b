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

test.each(SETTINGS)('%s: the program for convforge prints the output of the page', (_, setting) => {
  const code = program(setting, 'typescript')
    .replace(/^import .*/, '')
    .replace('console.log(String(m(x)))', 'return m(x)')
  const output = new Function('nn', 'tensor', code)(convforge.nn, convforge.tensor) as convforge.Tensor
  const { outputShape, numbers } = compute(setting)
  expect(output.shape).toEqual(outputShape)
  expect([...output.dataSync()]).toEqual(numbers!.output)
})
