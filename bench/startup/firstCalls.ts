/**
 * The first call of a fresh process, and later ones.
 */
import { type Layer, RESNET18_LAYERS } from '../layers.js'

/** Milliseconds, over the convolutions of ResNet-18. */
export interface FirstCalls {
  readonly first: number
  readonly later: number
}

const LATER_CALLS = 3

/** @param prepare takes a layer and gives what is timed first: it makes whatever is needed, and gives the call */
export function firstCalls(prepare: (layer: Layer) => () => () => void): FirstCalls {
  const total = { first: 0, later: 0 }
  for (const layer of RESNET18_LAYERS) {
    const make = prepare(layer)
    let call = () => {}
    total.first += milliseconds(() => {
      call = make()
      call()
    })
    total.later += Math.min(...Array.from({ length: LATER_CALLS }, () => milliseconds(call)))
  }
  return total
}

function milliseconds(body: () => void): number {
  const start = performance.now()
  body()
  return performance.now() - start
}
