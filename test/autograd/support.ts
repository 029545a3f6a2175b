/** Short forms for tests of the tape. */
import { type Tensor, tensor } from '../../src/index.js'

/** A float64 vector that requires a gradient. */
export const leaf = (...values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true })

/** A float64 vector that does not. */
export const constant = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' })

/** The elements of the gradient; `undefined` for none. */
export const gradOf = (x: Tensor): unknown => x.grad?.tolist()

/** The elements of each tensor, `null` for none. */
export const lists = (tensors: readonly (Tensor | null)[]): unknown[] => tensors.map(one => one?.tolist() ?? null)
