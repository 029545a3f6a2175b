/**
 * MobileNetV2, as torchvision has it (https://arxiv.org/abs/1801.04381).
 *
 * @module
 */
import { integer } from '../conv/arguments.js'
import { ValueError } from '../errors.js'
import { checkNumber } from '../nn/arguments.js'
import { kaimingNormal_, normal_, ones_, zeros_ } from '../nn/init.js'
import { Module } from '../nn/module.js'
import { BatchNorm2d } from '../nn/modules/batchNorm.js'
import { Conv2d } from '../nn/modules/conv.js'
import { Dropout } from '../nn/modules/dropout.js'
import { GroupNorm } from '../nn/modules/groupNorm.js'
import { Linear } from '../nn/modules/linear.js'
import { Sequential } from '../nn/modules/sequential.js'
import { adaptiveAvgPool } from '../ops/pooling/adaptive.js'
import type { Tensor } from '../ops/tensor.js'
import { checkOptions } from '../options.js'
import { Conv2dNormActivation, InvertedResidual } from './invertedResidual.js'
import { batchNorm, type NormLayer } from './residualBlocks.js'

/** Options of {@link MobileNetV2} and {@link mobilenetV2}. */
export interface MobileNetV2Options {
  /** The number of outputs. Default: 1000. */
  numClasses?: number
  /** Multiplies the channels of every layer (of the last one only if larger than 1). Default: 1. */
  widthMult?: number
  /** The stages, each [expansion, channels, blocks, stride of the first]. Default: the seven of the paper. */
  invertedResidualSetting?: readonly (readonly number[])[] | null
  /** Channels are rounded to a multiple of this; 1 turns that off. Default: 8. */
  roundNearest?: number
  /** Makes the normalising layers. Default: `channels => new nn.BatchNorm2d(channels)`. */
  normLayer?: NormLayer
  /** The probability of the dropout before the last layer. Default: 0.2. */
  dropout?: number
}

const OPTIONS = ['numClasses', 'widthMult', 'invertedResidualSetting', 'roundNearest', 'normLayer', 'dropout'] as const

/** [expansion, channels, blocks, stride] of the paper's table 2. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
]

/**
 * MobileNetV2: [N, 3, H, W] to [N, numClasses] (before the softmax). It divides the sizes by 32.
 *
 * State-dict keys, printing and, after `manualSeed`, the weights are torchvision's.
 *
 * @see https://github.com/pytorch/vision/blob/main/torchvision/models/mobilenetv2.py
 */
export class MobileNetV2 extends Module {
  features: Sequential
  classifier: Sequential

  constructor(options: MobileNetV2Options = {}) {
    super()
    const {
      numClasses = 1000,
      widthMult = 1,
      invertedResidualSetting,
      roundNearest = 8,
      normLayer = batchNorm,
      dropout = 0.2,
    } = checkOptions('MobileNetV2', options, OPTIONS)
    integer('MobileNetV2', 'numClasses', numClasses)
    integer('MobileNetV2', 'roundNearest', roundNearest)
    checkNumber('MobileNetV2', 'widthMult', widthMult)
    const stages = checkStages(invertedResidualSetting ?? STAGES)
    let channels = makeDivisible(32 * widthMult, roundNearest)
    const last = makeDivisible(1280 * Math.max(1, widthMult), roundNearest)

    const features: Module[] = [new Conv2dNormActivation(3, channels, { stride: 2, normLayer })]
    for (const [expandRatio, width, count, firstStride] of stages) {
      const output = makeDivisible(width! * widthMult, roundNearest)
      for (let i = 0; i < count!; i++) {
        const stride = i === 0 ? firstStride : 1
        features.push(new InvertedResidual(channels, output, { stride, expandRatio, normLayer }))
        channels = output
      }
    }
    features.push(new Conv2dNormActivation(channels, last, { kernelSize: 1, normLayer }))
    this.features = new Sequential(...features)
    this.classifier = new Sequential(new Dropout(dropout), new Linear(last, numClasses))
    this.resetParameters()
  }

  /** Draws convolutions and the last layer anew; normalisations start as the identity. */
  private resetParameters(): void {
    for (const module of this.modules()) {
      if (module instanceof Conv2d) kaimingNormal_(module.weight, { mode: 'fan_out' })
      else if (module instanceof BatchNorm2d || module instanceof GroupNorm) {
        if (module.weight) ones_(module.weight)
      } else if (module instanceof Linear) normal_(module.weight, 0, 0.01)
      else continue
      if (module.bias) zeros_(module.bias)
    }
  }

  override forward(x: Tensor): Tensor {
    const pooled = adaptiveAvgPool(2, this.features(x), [1, 1])
    return this.classifier(pooled.flatten(1))
  }
}

/** The nearest multiple of the divisor, but not less than the divisor, nor than 90 % of the value. */
function makeDivisible(value: number, divisor: number): number {
  const rounded = Math.max(divisor, Math.floor(Math.trunc(value + divisor / 2) / divisor) * divisor)
  return rounded < 0.9 * value ? rounded + divisor : rounded
}

/** torchvision's check, of every stage. */
function checkStages(stages: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const whole = (stage: unknown) => Array.isArray(stage) && stage.length === 4 && stage.every(Number.isFinite)
  if (Array.isArray(stages) && stages.length > 0 && stages.every(whole)) return stages
  throw new ValueError(
    `inverted_residual_setting should be non-empty or a 4-element list, got ${JSON.stringify(stages)}: each stage is [expansion, channels, blocks, stride]`,
  )
}

/**
 * MobileNetV2: [N, 3, H, W] to [N, numClasses], 3,504,872 parameters with 1000 classes and width 1.
 *
 * Nothing is downloaded. The weights are random, and after `manualSeed` those of torchvision's
 * `mobilenet_v2(weights=None)`. For trained ones, write them to a file in Python:
 *
 *     from safetensors.torch import save_file
 *     save_file(torchvision.models.mobilenet_v2(weights='DEFAULT').state_dict(), 'mobilenet_v2.safetensors')
 *
 * and load the file. Those weights expect RGB images in 0..1 from which mean [0.485, 0.456, 0.406] has been taken and
 * which have been divided by [0.229, 0.224, 0.225].
 *
 * @see https://pytorch.org/vision/stable/models/generated/torchvision.models.mobilenet_v2.html
 * @example
 * const model = models.mobilenetV2().eval()
 * model.loadStateDict(await safetensors.loadFile('mobilenet_v2.safetensors'))
 * @example models.mobilenetV2({ numClasses: 10, widthMult: 0.25 })
 */
export function mobilenetV2(options: MobileNetV2Options = {}): MobileNetV2 {
  return new MobileNetV2(options)
}
