/**
 * What a user may set about how things are computed (`backends` in the public API).
 *
 * @module
 */

let reducedPrecision = true
let forced: string | null = null

/** Whether algorithms with a larger error than direct float32 may serve. Modelled on `torch.backends.cudnn.allow_tf32`. */
export function isReducedPrecisionAllowed(): boolean {
  return reducedPrecision
}

/**
 * Allows or forbids algorithms with a larger error than direct float32 (Winograd; such come with faster backends).
 * On by default, as in PyTorch; off gives strict float32.
 */
export function allowReducedPrecision(allowed: boolean): void {
  if (typeof allowed !== 'boolean')
    throw new TypeError(`allowReducedPrecision(): expected true or false, but got ${String(allowed)}`)
  reducedPrecision = allowed
}

/** The algorithm that {@link withAlgorithm} insists on, if any. */
export function forcedAlgorithm(): string | null {
  return forced
}

/**
 * Runs `body` with one algorithm for all convolutions, e.g. `'reference'`: for comparing and for tests. What the
 * algorithm cannot do is refused, never quietly given to another.
 */
export function withAlgorithm<T>(name: string, body: () => T): T {
  const before = forced
  forced = name
  try {
    return body()
  } finally {
    forced = before
  }
}
