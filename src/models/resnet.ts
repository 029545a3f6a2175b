/**
 * Residual networks, as torchvision has them (https://arxiv.org/abs/1512.03385).
 *
 * @module
 */
import { integer } from '../conv/arguments.js'
import { describe, ValueError } from '../errors.js'
import { checkFlag } from '../nn/arguments.js'
import { constant_, kaimingNormal_, ones_, zeros_ } from '../nn/init.js'
import { Module } from '../nn/module.js'
import { ReLU } from '../nn/modules/activation.js'
import { AdaptiveAvgPool2d } from '../nn/modules/adaptivePooling.js'
import { BatchNorm2d } from '../nn/modules/batchNorm.js'
import { Conv2d } from '../nn/modules/conv.js'
import { GroupNorm } from '../nn/modules/groupNorm.js'
import { Linear } from '../nn/modules/linear.js'
import { MaxPool2d } from '../nn/modules/pooling.js'
import { Sequential } from '../nn/modules/sequential.js'
import { passThrough } from '../nn/passThrough.js'
import { Tensor } from '../ops/tensor.js'
import { checkOptions } from '../options.js'
import { BasicBlock, Bottleneck, batchNorm, conv1x1, type Layer, type NormLayer } from './residualBlocks.js'

/** Options of {@link ResNet}, and of the functions that make one. */
export interface ResNetOptions {
  /** The number of outputs. Default: 1000. */
  numClasses?: number
  /**
   * Start the last normalisation of each block with weights of 0, so that every block starts as the identity
   * (https://arxiv.org/abs/1706.02677). Default: false.
   */
  zeroInitResidual?: boolean
  /** The groups of the 3x3 convolutions (ResNeXt); only with `Bottleneck`. Default: 1. */
  groups?: number
  /** The width of each group in the first stage (wide ResNets); only with `Bottleneck`. Default: 64. */
  widthPerGroup?: number
  /** For stages 2, 3 and 4, whether dilation takes the place of the stride; only with `Bottleneck`. Default: none. */
  replaceStrideWithDilation?: readonly boolean[] | null
  /** Makes the normalising layers. Default: `channels => new nn.BatchNorm2d(channels)`. */
  normLayer?: NormLayer
}

const OPTIONS = [
  'numClasses',
  'zeroInitResidual',
  'groups',
  'widthPerGroup',
  'replaceStrideWithDilation',
  'normLayer',
] as const

/** The class of a block: {@link BasicBlock} or {@link Bottleneck}. */
export type BlockClass = typeof BasicBlock | typeof Bottleneck

/**
 * A residual network for images: [N, 3, H, W] to [N, numClasses] (before the softmax). It divides the sizes by 32.
 *
 * State-dict keys, printing and, after `manualSeed`, the weights are torchvision's.
 *
 * @see https://github.com/pytorch/vision/blob/main/torchvision/models/resnet.py
 * @example new models.ResNet(models.BasicBlock, [3, 4, 6, 3]) // resnet34
 */
export class ResNet extends Module {
  conv1 = new Conv2d(3, 64, 7, { stride: 2, padding: 3, bias: false })
  bn1: Layer
  relu = new ReLU({ inplace: true })
  maxpool = new MaxPool2d(3, { stride: 2, padding: 1 })
  layer1: Sequential
  layer2: Sequential
  layer3: Sequential
  layer4: Sequential
  avgpool = new AdaptiveAvgPool2d([1, 1])
  fc: Linear

  /** @param layers the number of blocks in each of the four stages */
  constructor(block: BlockClass, layers: readonly number[], options: ResNetOptions = {}) {
    super()
    const {
      numClasses = 1000,
      zeroInitResidual = false,
      groups = 1,
      widthPerGroup = 64,
      replaceStrideWithDilation,
      normLayer = batchNorm,
    } = checkOptions('ResNet', options, OPTIONS)
    if (layers.length !== 4) throw new ValueError(`ResNet: layers must be four numbers, but got [${layers.join(', ')}]`)
    const dilate = checkDilate(replaceStrideWithDilation ?? [false, false, false])
    integer('ResNet', 'numClasses', numClasses)
    checkFlag('ResNet', 'zeroInitResidual', zeroInitResidual)

    const stages = new Stages(block, { groups, baseWidth: widthPerGroup, normLayer })
    this.bn1 = normLayer(64)
    this.layer1 = stages.next(64, layers[0]!, 1, false)
    this.layer2 = stages.next(128, layers[1]!, 2, dilate[0]!)
    this.layer3 = stages.next(256, layers[2]!, 2, dilate[1]!)
    this.layer4 = stages.next(512, layers[3]!, 2, dilate[2]!)
    this.fc = new Linear(512 * block.expansion, numClasses)
    this.resetParameters(zeroInitResidual)
  }

  /** Draws the convolutions anew; normalisations start as the identity. */
  private resetParameters(zeroInitResidual: boolean): void {
    for (const module of this.modules()) {
      if (module instanceof Conv2d) kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' })
      if (!(module instanceof BatchNorm2d || module instanceof GroupNorm)) continue
      if (module.weight) ones_(module.weight)
      if (module.bias) zeros_(module.bias)
    }
    if (!zeroInitResidual) return
    for (const module of this.modules()) {
      const norm = module instanceof BasicBlock || module instanceof Bottleneck ? module.lastNorm : null
      const weight = (norm as { weight?: unknown } | null)?.weight
      if (weight instanceof Tensor) constant_(weight, 0)
    }
  }

  override forward(x: Tensor): Tensor {
    const { conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, avgpool, fc } = this
    const pooled = passThrough([conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, avgpool], x) as Tensor
    return fc(pooled.flatten(1))
  }
}

/** Makes the stages of a network, each of which starts with the channels that the one before ends with. */
class Stages {
  private inplanes = 64
  private dilation = 1

  constructor(
    private readonly block: BlockClass,
    private readonly common: { readonly groups: number; readonly baseWidth: number; readonly normLayer: NormLayer },
  ) {}

  next(planes: number, count: number, stride: number, dilate: boolean): Sequential {
    const { block, common } = this
    const before = this.dilation
    if (dilate) {
      this.dilation *= stride
      stride = 1
    }
    const output = planes * block.expansion
    // made before the blocks: the order is that of the random numbers
    const downsample =
      stride !== 1 || this.inplanes !== output
        ? new Sequential(conv1x1(this.inplanes, output, stride), common.normLayer(output))
        : null
    const blocks: Module[] = [new block(this.inplanes, planes, { ...common, stride, downsample, dilation: before })]
    this.inplanes = output
    while (blocks.length < count) blocks.push(new block(output, planes, { ...common, dilation: this.dilation }))
    return new Sequential(...blocks)
  }
}

function checkDilate(value: readonly boolean[]): readonly boolean[] {
  if (Array.isArray(value) && value.length === 3) {
    for (const one of value) checkFlag('ResNet', 'replaceStrideWithDilation', one)
    return value
  }
  const shown = Array.isArray(value) ? `[${value.join(', ')}]` : describe(value)
  throw new ValueError(`replace_stride_with_dilation should be None or a 3-element tuple, got ${shown}`)
}

/**
 * ResNet-18: [N, 3, H, W] to [N, numClasses], 11,689,512 parameters with 1000 classes.
 *
 * Nothing is downloaded. The weights are random, and after `manualSeed` those of torchvision's
 * `resnet18(weights=None)`. For trained ones, write them to a file in Python:
 *
 *     from safetensors.torch import save_file
 *     save_file(torchvision.models.resnet18(weights='DEFAULT').state_dict(), 'resnet18.safetensors')
 *
 * and load the file. Those weights expect RGB images in 0..1 from which mean [0.485, 0.456, 0.406] has been taken and
 * which have been divided by [0.229, 0.224, 0.225].
 *
 * @see https://pytorch.org/vision/stable/models/generated/torchvision.models.resnet18.html
 * @example
 * const model = models.resnet18().eval()
 * model.loadStateDict(await safetensors.loadFile('resnet18.safetensors'))
 * const logits = noGrad(() => model(images)) // [N, 1000]
 */
export function resnet18(options: ResNetOptions = {}): ResNet {
  return new ResNet(BasicBlock, [2, 2, 2, 2], options)
}

/**
 * ResNet-50: [N, 3, H, W] to [N, numClasses], 25,557,032 parameters with 1000 classes. Weights are loaded as for
 * {@link resnet18}.
 *
 * @see https://pytorch.org/vision/stable/models/generated/torchvision.models.resnet50.html
 * @example const model = models.resnet50({ numClasses: 10, zeroInitResidual: true })
 */
export function resnet50(options: ResNetOptions = {}): ResNet {
  return new ResNet(Bottleneck, [3, 4, 6, 3], options)
}
