/**
 * Where operations say that they begin and end, for a profiler to listen to.
 *
 * The functions that hold the library's loops are wrapped where they are defined; with nobody listening a wrapped
 * function looks at one variable and calls the function it wraps.
 *
 * @module
 */

/** Told of operations as they run, always in pairs, those within another between its two calls. */
export interface OperationListener {
  /** @param algorithm what serves the operation where there is a choice, e.g. `portable/direct` */
  begin(name: string, algorithm: string | null): void
  end(): void
}

let listener: OperationListener | null = null

/** Sets who listens from now on, `null` for nobody; gives who did before. */
export function listen(next: OperationListener | null): OperationListener | null {
  const before = listener
  listener = next
  return before
}

/**
 * The same function, which tells of its calls while somebody listens.
 *
 * @param name of the row that the calls are counted in, or what gives it from the arguments
 * @__NO_SIDE_EFFECTS__
 */
export function timed<F extends (...args: never[]) => unknown>(
  name: string | ((...args: Parameters<F>) => string),
  operation: F,
  algorithm: string | null = null,
): F {
  const call = operation as unknown as (...args: Parameters<F>) => ReturnType<F>
  const wrapped = (...args: Parameters<F>): ReturnType<F> => {
    if (listener === null) return call(...args)
    // the operation itself may make somebody else listen
    const own = listener
    own.begin(typeof name === 'string' ? name : name(...args), algorithm)
    try {
      return call(...args)
    } finally {
      own.end()
    }
  }
  return wrapped as unknown as F
}

/** PyTorch's name of an operation from that of its derivative: `MaxPool2DWithIndices` to `aten::max_pool2d_with_indices`. */
export function operationName(node: string): string {
  const spaced = node.replace(/(\d)D/g, '$1d').replace(/([a-z0-9])([A-Z])/g, '$1_$2')
  return `aten::${spaced.toLowerCase()}`
}
