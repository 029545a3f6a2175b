/**
 * Results in another memory format than kernels write.
 *
 * @module
 */
import { copyElements } from '../../tensor/copy.js'
import type { MemoryFormat } from '../../tensor/layout.js'
import { afterSteps } from '../../tensor/pendingWork.js'
import { allocateUnwritten, type Tensor } from '../../tensor/tensor.js'

/** A contiguous result, whose run may not be at its end, in a memory format. */
export function inFormat(result: Tensor, format: MemoryFormat): Tensor {
  if (format === 'contiguous') return result
  const out = allocateUnwritten(result.shape, result.dtype, format)
  afterSteps(() => copyElements(out, result))
  return out
}
