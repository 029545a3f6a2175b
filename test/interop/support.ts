import { expect } from 'vitest'
import { SafetensorsError, type SafetensorsField } from '../../src/interop/safetensors/index.js'
import type { RawTensor } from '../../src/interop/safetensors/read.js'

/** A safetensors file from a header (text as it is, anything else as JSON), its data, and optionally a false length. */
export function file(header: unknown, data: ArrayLike<number> = [], length?: number | bigint): Uint8Array<ArrayBuffer> {
  const json =
    header instanceof Uint8Array
      ? header
      : new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length ?? json.length), true)
  bytes.set(json, 8)
  bytes.set(data, 8 + json.length)
  return bytes
}

/** The entry of a header, U8 unless told otherwise. */
export const entry = (begin: number, end: number, shape: readonly number[] = [end - begin], dtype = 'U8') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

/** What `action` throws must be a SafetensorsError for this field (and tensor), saying what was expected. */
export function expectRefusal(action: () => unknown, field: SafetensorsField, tensor?: string): SafetensorsError {
  let caught: unknown
  try {
    action()
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(SafetensorsError)
  const error = caught as SafetensorsError
  expect({ field: error.field, tensor: error.tensor, message: error.message }).toEqual({
    field,
    tensor,
    message: expect.stringContaining('; expected '),
  })
  expect(error.message.length).toBeLessThan(1000)
  return error
}

/** The bytes of a tensor's data. */
export const rawBytes = ({ data }: RawTensor): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** One tensor of every dtype that the format and we share, with values that use all bytes. */
export const everyDType: Record<string, RawTensor> = {
  float64: { dtype: 'float64', shape: [3], data: Float64Array.of(Math.PI, -0, Number.NaN) },
  float32: { dtype: 'float32', shape: [2, 1], data: Float32Array.of(1.5, Number.NEGATIVE_INFINITY) },
  float16: { dtype: 'float16', shape: [1, 3], data: Uint16Array.of(0x3c00, 0xfbff, 0x7e01) },
  bfloat16: { dtype: 'bfloat16', shape: [3], data: Uint16Array.of(0x3f80, 0xff80, 0x7fc1) },
  int64: { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
  int32: { dtype: 'int32', shape: [2], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
  int16: { dtype: 'int16', shape: [2], data: Int16Array.of(-(2 ** 15), 2 ** 15 - 1) },
  int8: { dtype: 'int8', shape: [3], data: Int8Array.of(-128, 127, 5) },
  uint8: { dtype: 'uint8', shape: [5], data: Uint8Array.of(0, 255, 7, 8, 9) },
  bool: { dtype: 'bool', shape: [2, 2], data: Uint8Array.of(0, 1, 1, 0) },
  complex64: { dtype: 'complex64', shape: [2, 1], data: Float32Array.of(1, -2, 0.5, Number.NaN) },
}
