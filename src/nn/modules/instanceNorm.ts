/**
 * Instance normalisation as modules.
 *
 * @module
 */
import { instanceNorm } from '../../ops/normalization/instanceNorm.js'
import type { Rank } from '../../ops/pooling/planes.js'
import { squeeze, unsqueeze } from '../../ops/views/view.js'
import type { Tensor } from '../../tensor/tensor.js'
import { NormBase, type NormModuleOptions } from './normBase.js'

abstract class InstanceNorm extends NormBase {
  readonly spatialRank: Rank

  protected constructor(spatialRank: Rank, numFeatures: number, options: NormModuleOptions) {
    super(numFeatures, options, false)
    this.spatialRank = spatialRank
  }

  override forward(input: Tensor): Tensor {
    const { spatialRank: rank } = this
    this.checkInputDim(input, rank + 1, rank + 2)
    if (input.ndim === rank + 1) return squeeze(this.normalized(unsqueeze(input, 0)), 0)
    return this.normalized(input)
  }

  private normalized(input: Tensor): Tensor {
    const { running_mean, running_var, weight, bias, training, trackRunningStats, momentum, eps } = this
    return instanceNorm(input, running_mean, running_var, weight, bias, {
      useInputStats: training || !trackRunningStats,
      momentum: momentum ?? 0,
      eps,
    })
  }
}

/**
 * Instance norm over [N, C, L] or [C, L]. See {@link InstanceNorm2d}.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm1d.html
 */
export class InstanceNorm1d extends InstanceNorm {
  constructor(numFeatures: number, options: NormModuleOptions = {}) {
    super(1, numFeatures, options)
  }
}

/**
 * Instance norm over [N, C, H, W] or [C, H, W] (https://arxiv.org/abs/1607.08022): like batch norm with each channel of
 * each sample by itself. By default without parameters and without running statistics.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
 */
export class InstanceNorm2d extends InstanceNorm {
  constructor(numFeatures: number, options: NormModuleOptions = {}) {
    super(2, numFeatures, options)
  }
}

/**
 * Instance norm over [N, C, D, H, W] or [C, D, H, W]. See {@link InstanceNorm2d}.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.InstanceNorm3d.html
 */
export class InstanceNorm3d extends InstanceNorm {
  constructor(numFeatures: number, options: NormModuleOptions = {}) {
    super(3, numFeatures, options)
  }
}
