/**
 * Whether operations are recorded.
 *
 * @module
 */
let gradEnabled = true

/** Whether operations are being recorded for `backward()`. */
export function isGradEnabled(): boolean {
  return gradEnabled
}

/** Turns recording on or off and returns what it was. Prefer {@link noGrad}, which turns it back. */
export function setGradEnabled(enabled: boolean): boolean {
  const before = gradEnabled
  gradEnabled = enabled
  return before
}

function withGrad<T>(enabled: boolean, body: () => T): T {
  const before = setGradEnabled(enabled)
  try {
    const result = body()
    if (result instanceof Promise) {
      throw new TypeError(
        'noGrad and enableGrad take a synchronous function: an asynchronous one would go on after the mode has ended. Await the data first.',
      )
    }
    return result
  } finally {
    setGradEnabled(before)
  }
}

/**
 * Runs `body` without recording: results need no gradient and keep nothing alive.
 *
 * @example const y = noGrad(() => model(x))
 */
export function noGrad<T>(body: () => T): T {
  return withGrad(false, body)
}

/** Runs `body` with recording, inside a {@link noGrad}. */
export function enableGrad<T>(body: () => T): T {
  return withGrad(true, body)
}
