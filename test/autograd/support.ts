/** Short forms for tests of the tape. */
import { autograd, type Tensor, tensor } from '../../src/index.js'

/** A float64 vector that requires a gradient. */
export const leaf = (...values: number[]): Tensor => tensor(values, { dtype: 'float64', requiresGrad: true })

/** A float64 vector that does not. */
export const constant = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' })

/** The elements of the gradient; `undefined` for none. */
export const gradOf = (x: Tensor): unknown => x.grad?.tolist()

/** The elements of each tensor, `null` for none. */
export const lists = (tensors: readonly (Tensor | null)[]): unknown[] => tensors.map(one => one?.tolist() ?? null)

/** What PyTorch says of a graph that is gone. */
export const SECOND_TIME =
  'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.'

/** A user's operation, `OwnBackward` on the tape, from its two functions. */
export function operation<Inputs extends unknown[], Outputs extends Tensor | readonly Tensor[]>(
  forward: (context: autograd.FunctionContext, ...inputs: Inputs) => Outputs,
  backward: (context: autograd.FunctionContext, ...gradients: Tensor[]) => Tensor | null | readonly (Tensor | null)[],
) {
  return class Own extends autograd.Function {
    static forward = forward
    static backward = backward
  }
}

/** x², with its derivative written by hand. */
export const square = operation(
  (context, x: Tensor) => {
    context.saveForBackward(x)
    return x.mul(x)
  },
  (context, g) => g.mul(context.savedTensors[0]!).mul(2),
)
