/**
 * Whether operations are recorded.
 *
 * @module
 */
import { inInferenceMode, setInferenceMode } from '../tensor/inference.js'

let gradEnabled = true

/** Whether operations are being recorded for `backward()`. */
export function isGradEnabled(): boolean {
  return gradEnabled
}

/** Whether an operation on tensors that require gradients is recorded now: in inference mode nothing ever is. */
export function isRecording(): boolean {
  return gradEnabled && !inInferenceMode()
}

/** Turns recording on or off and returns what it was. Prefer {@link noGrad}, which turns it back. */
export function setGradEnabled(enabled: boolean): boolean {
  const before = gradEnabled
  gradEnabled = enabled
  return before
}

/** Promises of functions that have done all that a mode matters to. */
const endingLater = new WeakSet<Promise<unknown>>()

/** Lets {@link noGrad} and the like return a promise of what has been recorded, or not, by now. */
export function letEndLater<T>(promise: Promise<T>): Promise<T> {
  endingLater.add(promise)
  return promise
}

function withModes<T>(grad: boolean, inference: boolean, body: () => T): T {
  const gradBefore = setGradEnabled(grad)
  const inferenceBefore = setInferenceMode(inference)
  try {
    const result = body()
    if (result instanceof Promise && !endingLater.has(result)) {
      throw new TypeError(
        'noGrad, enableGrad and inferenceMode take a synchronous function: an asynchronous one would go on after the mode has ended. Await the data first. Of promises, they take that of module.forwardAsync() itself, not one made of it: call noGrad(() => module.forwardAsync(x)) for each, then await, or Promise.all() the results.',
      )
    }
    return result
  } finally {
    setGradEnabled(gradBefore)
    setInferenceMode(inferenceBefore)
  }
}

/**
 * Runs `body` without recording: results need no gradient and keep nothing alive.
 *
 * @example const y = noGrad(() => model(x))
 */
export function noGrad<T>(body: () => T): T {
  return withModes(false, inInferenceMode(), body)
}

/** Runs `body` with recording, inside a {@link noGrad}. */
export function enableGrad<T>(body: () => T): T {
  return withModes(true, inInferenceMode(), body)
}

/**
 * Runs `body` without recording, like {@link noGrad}; what it makes can never take part in a differentiated computation
 * (`torch.inference_mode`). Ends the mode inside itself with `mode` false.
 *
 * @example const y = inferenceMode(() => model(x))
 */
export function inferenceMode<T>(body: () => T, mode = true): T {
  return mode ? withModes(false, true, body) : withModes(true, false, body)
}
