/**
 * Casting and copying methods of a tensor.
 *
 * @module
 */
import type { Device } from '../../tensor/device.js'
import type { DType } from '../../tensor/dtype.js'
import { clone, contiguous, type MemoryFormatOptions, type ToOptions, to, type } from '../cast.js'
import { methodsOf } from './attach.js'

declare module '../../tensor/tensor.js' {
  interface Tensor {
    /** The tensor with this dtype, device or memory format; itself where nothing changes */
    to(target: DType | Device | Tensor | ToOptions, options?: DType | ToOptions): Tensor
    /** The tensor as this dtype, or PyTorch's name of its type */
    type(): string
    type(dtype: DType): Tensor
    /** As float32 */
    float(): Tensor
    /** As float64 */
    double(): Tensor
    /** As float16 */
    half(): Tensor
    /** As bfloat16 */
    bfloat16(): Tensor
    /** As int8 */
    char(): Tensor
    /** As uint8 */
    byte(): Tensor
    /** As int16 */
    short(): Tensor
    /** As int32 */
    int(): Tensor
    /** As int64 */
    long(): Tensor
    /** As bool */
    bool(): Tensor
    /** As complex64 */
    cfloat(): Tensor
    /** As complex128 */
    cdouble(): Tensor
    /** A copy in memory of its own */
    clone(options?: MemoryFormatOptions): Tensor
    /** The tensor itself where it lies in memory in this format, else a copy that does */
    contiguous(options?: MemoryFormatOptions): Tensor
  }
}

export const castMethods = methodsOf({
  to,
  type,
  float: input => to(input, 'float32'),
  double: input => to(input, 'float64'),
  half: input => to(input, 'float16'),
  bfloat16: input => to(input, 'bfloat16'),
  char: input => to(input, 'int8'),
  byte: input => to(input, 'uint8'),
  short: input => to(input, 'int16'),
  int: input => to(input, 'int32'),
  long: input => to(input, 'int64'),
  bool: input => to(input, 'bool'),
  cfloat: input => to(input, 'complex64'),
  cdouble: input => to(input, 'complex128'),
  clone,
  contiguous,
})
