/**
 * Comparison of results to the bit, and the backends to compare on.
 *
 * @module
 */
import { expect } from 'vitest'
import { backends, type Tensor } from '../../../src/index.js'

/** All backends that can run here, but for the slow one that the others are tested against. */
export const BACKENDS = backends
  .describeBackends()
  .filter(({ name, available }) => available && name !== 'reference')
  .map(({ name }) => name)

const bytesOf = (one: Tensor) => Buffer.from(one.detach().contiguous().dataSync().buffer)

/** Expects the same elements to the bit, shapes, dtypes and strides. */
export function expectSame(found: Tensor, expected: Tensor): void {
  const looks = ({ shape, strides, dtype }: Tensor) => ({ shape, strides, dtype })
  expect(looks(found)).toEqual(looks(expected))
  expect(bytesOf(found).equals(bytesOf(expected))).toBe(true)
}
