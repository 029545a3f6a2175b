/**
 * Every differentiable public operation, with tensors to differentiate it at.
 *
 * @module
 */
import { activations } from './activations.js'
import { casts } from './casts.js'
import type { Check, Table } from './check.js'
import { complexNumbers } from './complexNumbers.js'
import { convolutions } from './convolutions.js'
import { elementwise } from './elementwise.js'
import { functional } from './functional.js'
import { inPlace } from './inPlace.js'
import { layers } from './layers.js'
import { products } from './products.js'
import { reductions } from './reductions.js'
import { views } from './views.js'

const PARTS: readonly Table[] = [
  elementwise,
  activations,
  complexNumbers,
  views,
  reductions,
  products,
  casts,
  inPlace,
  convolutions,
  functional,
  layers,
]

/** The entries of all parts, by the operation's public name. */
export const OPERATIONS: ReadonlyMap<string, readonly Check[]> = new Map(
  [...new Set(PARTS.flatMap(part => Object.keys(part)))]
    .sort()
    .map(name => [name, PARTS.flatMap(part => part[name] ?? [])]),
)
