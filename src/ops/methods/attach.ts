/**
 * How the tensor gets its methods: each list in this folder declares them by declaration merging and gives their
 * implementations; `ops/tensor.ts` puts the lists together.
 *
 * @module
 */
import { Tensor } from '../../tensor/tensor.js'

/** Functions that become methods, `this` being the tensor. */
export type Methods = Record<string, (this: Tensor, ...args: never[]) => unknown>

/** The function behind a method: it takes the tensor as its first argument. */
type FunctionOf<Method> = Method extends (...args: infer Rest) => infer Result
  ? (input: Tensor, ...rest: Rest) => Result
  : never

/** Turns functions of a tensor into methods; each must fit what is declared under its name. */
export function methodsOf<Name extends keyof Tensor & string>(
  functions: {
    [Key in Name]: FunctionOf<Tensor[Key]>
  },
): Methods {
  const methods: Methods = {}
  for (const [name, function_] of Object.entries(functions) as [string, (...args: unknown[]) => unknown][]) {
    const method = function (this: Tensor, ...args: unknown[]) {
      return function_(this, ...args)
    }
    methods[name] = Object.defineProperty(method, 'name', { value: name })
  }
  return methods
}

/** Attaches the lists to the class and returns it. Methods are not enumerable, like those written in a class. */
export function withMethods(lists: readonly Methods[]): typeof Tensor {
  for (const list of lists) {
    for (const [name, value] of Object.entries(list)) {
      Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true })
    }
  }
  return Tensor
}
