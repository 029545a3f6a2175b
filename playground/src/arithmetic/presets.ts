/**
 * Settings worth looking at.
 *
 * @module
 */
import type { Focus } from './explanation.js'
import { DEFAULTS, type Setting } from './setting.js'

/** A named setting. */
export interface Preset {
  readonly name: string
  /** What to look for, in a sentence. */
  readonly note: string
  readonly setting: Setting
  /** The element to look at first. Default: a step in the middle. */
  readonly look?: Focus
}

function preset(name: string, note: string, values: Partial<Setting>, look?: Focus): Preset {
  return { name, note, setting: { ...DEFAULTS, ...values }, look }
}

export const PRESETS: readonly Preset[] = [
  preset('Plain', 'A 3 × 3 kernel steps over the input, one output for each place it fits.', {}),
  preset('Same', 'Padding of one keeps the size.', { padding: [1, 1] }),
  preset('Strided', 'The kernel moves two at a time: half the size.', {
    size: [6, 6],
    stride: [2, 2],
    padding: [1, 1],
  }),
  preset('Dilated', 'Gaps between the taps: the kernel sees further with as many weights.', {
    size: [7, 7],
    dilation: [2, 2],
  }),
  preset(
    'Edges',
    "Sobel's filter on a disc: large where dark meets bright.",
    {
      size: [9, 9],
      input: 'disc',
      weight: 'edge',
      padding: 'same',
    },
    { tensor: 'output', at: 37 },
  ),
  preset('Blur', 'A binomial filter; replicated borders keep the edge from darkening.', {
    size: [9, 9],
    input: 'disc',
    weight: 'blur',
    padding: 'same',
    paddingMode: 'replicate',
  }),
  preset(
    'Reflect',
    'Padding shows the input again, mirrored. Hover a border cell to see where it comes from.',
    {
      padding: [2, 2],
      kernel: [5, 5],
      weight: 'blur',
      paddingMode: 'reflect',
    },
    { tensor: 'padding', at: 0 },
  ),
  preset(
    'Circular',
    'Padding shows the other end of the input.',
    { padding: [1, 1], paddingMode: 'circular' },
    { tensor: 'padding', at: 0 },
  ),
  preset('Groups', 'Four channels in two groups that never meet.', {
    size: [4, 4],
    inChannels: 4,
    outChannels: 4,
    groups: 2,
    weight: 'digits',
  }),
  preset(
    'Depthwise',
    'As many groups as channels: each has its own filter.',
    {
      size: [5, 5],
      inChannels: 3,
      outChannels: 3,
      groups: 3,
      padding: [1, 1],
      weight: 'bank',
    },
    { tensor: 'output', at: 37 },
  ),
  preset('Transposed', 'The way back: each input stamps the kernel onto the output.', {
    transposed: true,
    size: [3, 3],
    stride: [2, 2],
    padding: [1, 1],
    outputPadding: [1, 1],
    weight: 'counting',
  }),
  preset('Checkerboard', 'Kernel 3 and stride 2 overlap unevenly: the artefact of transposed convolutions.', {
    transposed: true,
    size: [4, 4],
    stride: [2, 2],
    input: 'ones',
    weight: 'ones',
  }),
  preset('Docs: stride', "nn.Conv2d(16, 33, 3, stride=2) of PyTorch's page, with one channel.", {
    size: [7, 9],
    stride: [2, 2],
    weight: 'digits',
    bias: true,
  }),
  preset('Docs: padding', "kernel (3, 5), stride (2, 1), padding (4, 2) of PyTorch's page.", {
    size: [5, 8],
    kernel: [3, 5],
    stride: [2, 1],
    padding: [4, 2],
    weight: 'digits',
    bias: true,
  }),
  preset('Docs: dilation', "kernel (3, 5), stride (2, 1), padding (4, 2), dilation (3, 1) of PyTorch's page.", {
    size: [5, 8],
    kernel: [3, 5],
    stride: [2, 1],
    padding: [4, 2],
    dilation: [3, 1],
    weight: 'digits',
    bias: true,
  }),
]
