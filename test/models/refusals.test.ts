/** What the networks refuse, and how. */
import { expect, test } from 'vitest'
import { zeros } from '../../src/index.js'
import { BasicBlock, Bottleneck, mobilenetV2, ResNet, resnet18 } from '../../src/models/index.js'

const small = (options: object) => new ResNet(Bottleneck, [1, 1, 1, 1], { widthPerGroup: 2, numClasses: 2, ...options })

test.each<[string, () => unknown, string]>([
  ['weights', () => resnet18({ weights: 'DEFAULT' } as never), "ResNet() got an unexpected keyword argument 'weights'"],
  ['an option of the other network', () => mobilenetV2({ groups: 2 } as never), "unexpected keyword argument 'groups'"],
  ['a fractional number of classes', () => small({ numClasses: 2.5 }), "'numClasses' must be an integer"],
  ['a flag that is a number', () => small({ zeroInitResidual: 1 }), "'zeroInitResidual' must be true or false"],
  [
    'two dilations',
    () => small({ replaceStrideWithDilation: [true, false] }),
    'replace_stride_with_dilation should be None or a 3-element tuple, got [true, false]',
  ],
  ['three stages', () => new ResNet(BasicBlock, [1, 1, 1]), 'layers must be four numbers, but got [1, 1, 1]'],
  ['groups in basic blocks', () => resnet18({ groups: 2 }), 'BasicBlock only supports groups=1 and base_width=64'],
  [
    'dilation in basic blocks',
    () => new BasicBlock(4, 4, { dilation: 2 }),
    'Dilation > 1 not supported in BasicBlock, but got dilation=2',
  ],
  [
    'an option of a block',
    () => new Bottleneck(4, 1, { strides: 2 } as never),
    "unexpected keyword argument 'strides'",
  ],
  [
    'a stage of three numbers',
    () => mobilenetV2({ invertedResidualSetting: [[1, 16, 1]] }),
    'inverted_residual_setting should be non-empty or a 4-element list, got [[1,16,1]]',
  ],
  ['no stages', () => mobilenetV2({ invertedResidualSetting: [] }), 'inverted_residual_setting should be non-empty'],
  ['a stride of 3', () => mobilenetV2({ invertedResidualSetting: [[1, 8, 1, 3]] }), 'stride should be 1 or 2'],
  ['a width that is a string', () => mobilenetV2({ widthMult: '1' as never }), "'widthMult' must be a number"],
])('%s', (_, make, message) => {
  expect(make).toThrow(message)
})

test('an image without a batch, and one with too many channels', () => {
  const net = small({}).eval()
  expect(() => net(zeros(3, 64, 72))).toThrow('expected 4D input (got 3D input)')
  expect(() => net(zeros(1, 4, 64, 72))).toThrow('to have 3 channels, but got 4 channels instead')
})
