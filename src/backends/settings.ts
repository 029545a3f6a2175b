/**
 * What a user may set about how things are computed (`backends` in the public API).
 *
 * @module
 */

let reducedPrecision = true
let forced: readonly string[] | null = null
let loops = false

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

/** The algorithms that {@link withAlgorithm} insists on, if any. */
export function forcedAlgorithms(): readonly string[] | null {
  return forced
}

/**
 * Runs `body` with one algorithm for all convolutions, or with the first of several that can serve: for comparing and
 * for tests. What none of them can do is refused, never quietly given to another.
 *
 * @param names e.g. `'reference'`, or `['x64/winograd', 'x64/channel-lanes', 'x64/weight-gradient']`;
 *   `backends.convolutionAlgorithms()` has all of them
 */
export function withAlgorithm<T>(names: string | readonly string[], body: () => T): T {
  const before = forced
  forced = typeof names === 'string' ? [names] : [...names]
  try {
    return body()
  } finally {
    forced = before
  }
}

/** All settings of this file. */
export interface Settings {
  readonly reducedPrecision: boolean
  readonly forced: readonly string[] | null
  readonly loops: boolean
}

let latest: Settings = { reducedPrecision, forced, loops }

/** The settings as they are now: the same object as before, unless one has changed. */
export function currentSettings(): Settings {
  if (latest.reducedPrecision !== reducedPrecision || latest.forced !== forced || latest.loops !== loops)
    latest = { reducedPrecision, forced, loops }
  return latest
}

/** Runs `body` with settings as they were. */
export function underSettings(settings: Settings, body: () => void): void {
  const before = currentSettings()
  ;({ reducedPrecision, forced, loops } = settings)
  try {
    body()
  } finally {
    ;({ reducedPrecision, forced, loops } = before)
  }
}

/** Whether {@link withLoops} asks for plain loops. */
export function areLoopsForced(): boolean {
  return loops
}

/**
 * Runs `body` with elementwise operations and reductions as loops in plain TypeScript, whatever backends there are: for
 * comparing and for tests.
 */
export function withLoops<T>(body: () => T): T {
  const before = loops
  loops = true
  try {
    return body()
  } finally {
    loops = before
  }
}
