/**
 * Layers one after another, where what passes between them is nobody else's: its memory serves the next tensors as soon as
 * the last derivative that needs it is computed, or at once where there is none, long before the garbage collector comes.
 *
 * @module
 */
import { Tensor } from '../tensor/tensor.js'
import { isDiscreet, type Module } from './module.js'
import { inOnePass } from './onePass.js'

/** Calls layers in order, each with what the one before returned. */
export function passThrough(list: readonly Module[], input: unknown): unknown {
  let value = input
  /** Whether the value is in no hands but those of the next layer, and of the tape. */
  let isOurs = false
  let isNextDiscreet = list.length > 0 && isDiscreet(list[0]!)
  for (let i = 0; i < list.length; i++) {
    const together = inOnePass(list, i, value)
    const result = together ? together.result : (list[i] as (x: unknown) => unknown)(value)
    if (together) i += together.count - 1
    const isAnother = !(
      value instanceof Tensor &&
      result instanceof Tensor &&
      result.storage.isSameMemory(value.storage)
    )
    if (isOurs && isAnother) (value as Tensor).storage.giveUpUnsaved()
    // what a layer hands on as it is, or in place, was in whatever hands before
    const wasDiscreet = isNextDiscreet
    isNextDiscreet = i + 1 < list.length && isDiscreet(list[i + 1]!)
    isOurs = (isAnother || isOurs) && wasDiscreet && isNextDiscreet
    if (result instanceof Tensor) result.storage.isPassing = isOurs
    else isOurs = false
    value = result
  }
  return value
}
