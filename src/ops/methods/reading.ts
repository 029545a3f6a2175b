/**
 * Methods that get numbers out of a tensor.
 *
 * @module
 */
import { IndexError } from '../../errors.js'
import type { TypedArray } from '../../tensor/dtype.js'
import type { Tensor } from '../../tensor/tensor.js'
import { print } from '../printing/print.js'
import { dataSync, type Item, item, type NestedItems, tolist } from '../reading.js'
import { unbind } from '../views/slice.js'
import { methodsOf } from './attach.js'

const inspect = Symbol.for('nodejs.util.inspect.custom')

declare module '../../tensor/tensor.js' {
  interface Tensor extends Iterable<Tensor> {
    /**
     * A copy of the elements in row-major order: complex ones interleaved, 16-bit floats as their bit patterns
     * (convert with `to('float32')` for values), bool as 0 and 1.
     */
    dataSync(): TypedArray
    /** Like `dataSync`, on every device. */
    data(): Promise<TypedArray>
    /** The elements as nested arrays of numbers, booleans or { re, im }. */
    tolist(): NestedItems
    /**
     * The only element: a number. Say so where the dtype makes it another: `item<boolean>()`, `item<Complex>()`, or
     * `item<number | bigint>()` for an int64 that may not fit in a number.
     */
    item<Value extends Item = number>(): Value
    /** PyTorch's own text, e.g. `tensor([1., 2.])`. */
    toString(): string
    [Symbol.iterator](): Iterator<Tensor>
  }
}

export const readingMethods = methodsOf({
  dataSync,
  data: async (input: Tensor) => dataSync(input),
  tolist,
  item,
  toString: print,
})

/** The methods whose names are symbols: `for (const row of x)`, and how Node's console shows a tensor. */
export function withSymbols<T extends { prototype: Tensor }>(tensorClass: T): T {
  const symbols: [symbol, (this: Tensor) => unknown][] = [
    [
      Symbol.iterator,
      function (this: Tensor) {
        if (this.ndim === 0) throw new IndexError('iteration over a 0-d tensor')
        return unbind(this, 0)[Symbol.iterator]()
      },
    ],
    [
      inspect,
      function (this: Tensor) {
        return print(this)
      },
    ],
  ]
  for (const [name, value] of symbols) {
    Object.defineProperty(tensorClass.prototype, name, { value, writable: true, configurable: true })
  }
  return tensorClass
}
