/**
 * Whether tensors are being made for inference only; `autograd/modes.ts` has the public function.
 *
 * @module
 */
let active = false

/** Whether tensors made now are inference tensors. */
export function inInferenceMode(): boolean {
  return active
}

/** Turns the mode on or off and returns what it was. */
export function setInferenceMode(on: boolean): boolean {
  const before = active
  active = on
  return before
}
