/**
 * Convolutions that learn their input channels from the first input.
 *
 * @module
 */
import type { IntegerList } from '../../conv/arguments.js'
import { Conv1d, Conv2d, Conv3d, type ConvModuleOptions } from './conv.js'
import { LAZY } from './convNd.js'
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, type ConvTransposeModuleOptions } from './convTranspose.js'

/** A {@link Conv1d} whose `inChannels` are those of the first input. */
export class LazyConv1d extends Conv1d {
  protected static override readonly becomes = Conv1d

  constructor(outChannels: number, kernelSize: IntegerList, options: ConvModuleOptions = {}) {
    super(LAZY, outChannels, kernelSize, options)
  }
}

/**
 * A {@link Conv2d} whose `inChannels` are those of the first input; after it, the module is a Conv2d.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LazyConv2d.html
 */
export class LazyConv2d extends Conv2d {
  protected static override readonly becomes = Conv2d

  constructor(outChannels: number, kernelSize: IntegerList, options: ConvModuleOptions = {}) {
    super(LAZY, outChannels, kernelSize, options)
  }
}

/** A {@link Conv3d} whose `inChannels` are those of the first input. */
export class LazyConv3d extends Conv3d {
  protected static override readonly becomes = Conv3d

  constructor(outChannels: number, kernelSize: IntegerList, options: ConvModuleOptions = {}) {
    super(LAZY, outChannels, kernelSize, options)
  }
}

/** A {@link ConvTranspose1d} whose `inChannels` are those of the first input. */
export class LazyConvTranspose1d extends ConvTranspose1d {
  protected static override readonly becomes = ConvTranspose1d

  constructor(outChannels: number, kernelSize: IntegerList, options: ConvTransposeModuleOptions = {}) {
    super(LAZY, outChannels, kernelSize, options)
  }
}

/** A {@link ConvTranspose2d} whose `inChannels` are those of the first input. */
export class LazyConvTranspose2d extends ConvTranspose2d {
  protected static override readonly becomes = ConvTranspose2d

  constructor(outChannels: number, kernelSize: IntegerList, options: ConvTransposeModuleOptions = {}) {
    super(LAZY, outChannels, kernelSize, options)
  }
}

/** A {@link ConvTranspose3d} whose `inChannels` are those of the first input. */
export class LazyConvTranspose3d extends ConvTranspose3d {
  protected static override readonly becomes = ConvTranspose3d

  constructor(outChannels: number, kernelSize: IntegerList, options: ConvTransposeModuleOptions = {}) {
    super(LAZY, outChannels, kernelSize, options)
  }
}
