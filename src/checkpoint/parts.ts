/**
 * What a checkpoint is made of.
 *
 * @module
 */
import { describe } from '../errors.js'
import { Module } from '../nn/module.js'
import { Optimizer } from '../optim/optimizer.js'
import type { Scheduler } from '../optim/scheduler.js'
import { checkOptions } from '../options.js'
import { Generator } from '../tensor/random/generator.js'

/** The objects whose state is saved, and loaded again. */
export interface CheckpointParts {
  model?: Module
  optimizer?: Optimizer
  scheduler?: Scheduler
  /**
   * One random generator, or several by name. For dropout, shuffling and augmentation to go on as they would have, give
   * the one they draw from: `defaultGenerator`, unless you passed them another.
   */
  generator?: Generator | Readonly<Record<string, Generator>>
}

/** What is saved. */
export interface CheckpointContents extends CheckpointParts {
  /** How far the training is, in whole numbers. */
  epoch?: number
  /** Anything else: plain data, with tensors, infinities and bigints if you like. */
  extra?: unknown
}

/** In the file's metadata. */
export const FORMAT = 'convforge.checkpoint'
export const VERSION = '1'
export const PART_NAMES = ['model', 'optimizer', 'scheduler', 'generator'] as const
export const VALUE_NAMES = ['epoch', 'extra'] as const

/** The parts as given, each of the right kind. */
export function checkParts<Parts extends CheckpointParts>(
  owner: string,
  parts: Parts,
  others: readonly string[],
): Parts {
  checkOptions(owner, parts, [...PART_NAMES, ...others])
  const { model, optimizer, scheduler, generator } = parts
  if (model !== undefined && !(model instanceof Module)) {
    throw new TypeError(`${owner}: model must be a Module, but got ${describe(model)}`)
  }
  if (optimizer !== undefined && !(optimizer instanceof Optimizer)) {
    throw new TypeError(`${owner}: optimizer must be an Optimizer, but got ${describe(optimizer)}`)
  }
  if (scheduler !== undefined && typeof scheduler?.stateLoader !== 'function') {
    throw new TypeError(`${owner}: scheduler must be a scheduler of convforge, but got ${describe(scheduler)}`)
  }
  generatorsOf(owner, generator)
  return parts
}

/** The generators by name; a single one is called `default`. */
export function generatorsOf(owner: string, generator: CheckpointParts['generator']): [string, Generator][] {
  if (generator === undefined) return []
  if (generator instanceof Generator) return [['default', generator]]
  const named = typeof generator === 'object' && generator !== null ? Object.entries(generator) : null
  if (named?.every(([, own]) => own instanceof Generator)) return named
  throw new TypeError(`${owner}: generator must be a Generator, or several by name, but got ${describe(generator)}`)
}
