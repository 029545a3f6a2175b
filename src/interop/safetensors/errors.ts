/**
 * The one error that a bad safetensors file (or a tensor that cannot be put into one) gives.
 *
 * @module
 */

/**
 * The part of the file that is wrong: the 8-byte `header length`, the JSON `header` as a whole, its `__metadata__`, the
 * `entry` of one tensor or a field of that, the `data` behind the header, or the `file` itself (a directory, say). A
 * tensor that cannot be written can have a bad `name`, too.
 */
export type SafetensorsField =
  | 'file'
  | 'header length'
  | 'header'
  | '__metadata__'
  | 'entry'
  | 'name'
  | 'dtype'
  | 'shape'
  | 'data_offsets'
  | 'data'

/** Where in the file something is wrong. */
export interface SafetensorsPlace {
  readonly field: SafetensorsField
  /** The tensor the field belongs to. */
  readonly tensor?: string | undefined
  /** The key inside `__metadata__`. */
  readonly key?: string | undefined
}

/**
 * A safetensors file was refused.
 *
 * @example
 * try { parseSafetensors(bytes) } catch (error) {
 *   if (error instanceof SafetensorsError) console.log(error.field, error.tensor) // 'data_offsets' 'conv1.weight'
 * }
 */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError'
  /** The part of the file that is wrong. */
  readonly field: SafetensorsField
  /** The tensor concerned, if it is one tensor's field. */
  readonly tensor: string | undefined

  constructor(place: SafetensorsPlace, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.field = place.field
    this.tensor = place.tensor
  }
}

/** The error for a value that is not what the format asks for; `value` and `expected` complete the sentence. */
export function mismatch(place: SafetensorsPlace, value: string, expected: string, cause?: unknown): SafetensorsError {
  let subject: string = place.field
  if (place.key !== undefined) subject += ` entry ${quote(place.key)}`
  if (place.tensor !== undefined) subject += ` of tensor ${quote(place.tensor)}`
  const options = cause === undefined ? undefined : { cause }
  return new SafetensorsError(place, `Invalid safetensors: ${subject} is ${value}; expected ${expected}`, options)
}

/** The same error, saying which file it came from. Errors of other classes are passed on as they are. */
export function withPath(error: unknown, path: string): unknown {
  if (!(error instanceof SafetensorsError)) return error
  return new SafetensorsError(error, `${path}: ${error.message}`, { cause: error })
}

/** A string from the file, fit for a message: escaped, and cut where a hostile file made it long. */
export function quote(text: string, limit = 80): string {
  return text.length <= limit ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, limit))}...`
}

/** A list of numbers, fit for a message. */
export function list(numbers: readonly number[], limit = 12): string {
  const shown = numbers.slice(0, limit).join(', ')
  return numbers.length <= limit ? `[${shown}]` : `[${shown}, ... ${numbers.length} in all]`
}
