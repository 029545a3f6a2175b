/**
 * Batch normalisation as modules.
 *
 * @module
 */
import { batchNorm } from '../../ops/normalization/batchNorm.js'
import type { Tensor } from '../../tensor/tensor.js'
import type { FixedNorm } from '../foldedNorm.js'
import type { NormModule } from '../onePass.js'
import { NormBase, type NormModuleOptions } from './normBase.js'

abstract class BatchNorm extends NormBase implements NormModule {
  constructor(numFeatures: number, options: NormModuleOptions = {}) {
    super(numFeatures, options, true)
  }

  /** @internal */
  fixedFor({ ndim }: Tensor): FixedNorm | null {
    const { training, running_mean: mean, running_var: variance, weight, bias, eps } = this
    if (training || !mean || !variance || !this.inputDims.includes(ndim)) return null
    return { mean, variance, weight, bias, eps }
  }

  /** The numbers of dimensions an input may have. */
  protected abstract readonly inputDims: readonly number[]

  override forward(input: Tensor): Tensor {
    this.checkInputDim(input, ...this.inputDims)
    const { training, trackRunningStats, running_mean, running_var, weight, bias, eps } = this
    const known = running_mean !== null || running_var !== null
    const kept = !training || trackRunningStats
    return batchNorm(input, kept ? running_mean : null, kept ? running_var : null, weight, bias, {
      training: training || !known,
      momentum: this.countBatch(),
      eps,
    })
  }

  /** Counts a batch seen in training, and gives the share that it has in the running statistics. */
  private countBatch(): number {
    const { momentum, num_batches_tracked: count } = this
    if (!this.training || !this.trackRunningStats || count === null || count.device === 'meta') return momentum ?? 0
    const { storage, offset, dtype } = count
    // what add_(1) does, without the tensors that it makes
    if (dtype === 'int64' && !count.isInference()) {
      ;(storage.dataToWrite as BigInt64Array)[offset]! += 1n
      storage.version++
    } else count.add_(1)
    return momentum ?? 1 / Number(count.item())
  }
}

/**
 * Batch norm over [N, C] or [N, C, L]. See {@link BatchNorm2d}.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
 */
export class BatchNorm1d extends BatchNorm {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  protected get inputDims(): number[] {
    return [2, 3]
  }
}

/**
 * Batch norm over [N, C, H, W] (https://arxiv.org/abs/1502.03167): (x - mean) / sqrt(variance + eps) * weight + bias for
 * each channel.
 *
 * In training, mean and variance are those of the batch, and the running ones move towards them by `momentum` (the
 * variance then being the unbiased one). After `eval()` the running ones are used.
 *
 * State dict: `weight`, `bias`, `running_mean`, `running_var`, `num_batches_tracked`.
 *
 * @throws ValueError in training where a channel has one value
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
 * @example new nn.BatchNorm2d(100)(randn(20, 100, 35, 45))
 */
export class BatchNorm2d extends BatchNorm {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  protected get inputDims(): number[] {
    return [4]
  }
}

/**
 * Batch norm over [N, C, D, H, W]. See {@link BatchNorm2d}.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html
 */
export class BatchNorm3d extends BatchNorm {
  /** @internal See `isDiscreet`. */
  get keepsNothing(): true {
    return true
  }

  protected get inputDims(): number[] {
    return [5]
  }
}
