/**
 * Settings that differ in every parameter, with other numbers for height and width.
 */
import { DEFAULTS, type Setting } from '../../../playground/src/arithmetic/setting.js'

const cases: Record<string, Partial<Setting>> = {
  plain: {},
  'other sizes on each axis': { size: [4, 6], kernel: [2, 3], weight: 'digits' },
  strides: { size: [7, 8], stride: [2, 3], weight: 'digits' },
  'padding of zeros': { padding: [1, 2], weight: 'digits', bias: true },
  dilation: { size: [7, 8], kernel: [2, 3], dilation: [3, 2], weight: 'digits' },
  'same with an even kernel': { kernel: [2, 4], padding: 'same', weight: 'digits' },
  valid: { padding: 'valid', weight: 'blur' },
  groups: { inChannels: 4, outChannels: 6, groups: 2, weight: 'digits', bias: true },
  depthwise: { inChannels: 3, outChannels: 3, groups: 3, padding: [1, 1], weight: 'bank' },
  reflect: { padding: [2, 1], paddingMode: 'reflect', weight: 'digits', inChannels: 2 },
  replicate: { padding: [1, 3], paddingMode: 'replicate', stride: [2, 1], weight: 'blur' },
  circular: { padding: [3, 2], paddingMode: 'circular', dilation: [2, 1], weight: 'digits' },
  'same and reflect': { padding: 'same', paddingMode: 'reflect', kernel: [4, 3], weight: 'digits' },
  'no input channels': { inChannels: 0, bias: true },
  transposed: { transposed: true, size: [3, 4], weight: 'counting' },
  'transposed with all of it': {
    transposed: true,
    size: [3, 4],
    inChannels: 4,
    outChannels: 2,
    kernel: [3, 2],
    stride: [2, 3],
    padding: [1, 0],
    dilation: [1, 2],
    outputPadding: [1, 2],
    groups: 2,
    bias: true,
    weight: 'digits',
  },
  'transposed without output channels': { transposed: true, outChannels: 0 },
}

export const SETTINGS: readonly (readonly [string, Setting])[] = Object.entries(cases).map(([name, values]) => [
  name,
  { ...DEFAULTS, ...values },
])
