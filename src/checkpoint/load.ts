/**
 * Reading checkpoints, which may come from anybody: all of it is checked before anything is changed.
 *
 * @module
 */
import { describe, RuntimeError } from '../errors.js'
import { openSafetensorsFile } from '../interop/safetensors/file.js'
import { parseSafetensors, type RawTensor } from '../interop/safetensors/read.js'
import type { IncompatibleKeys } from '../nn/state.js'
import { fromTypedArray } from '../ops/creation/fromData.js'
import { Tensor } from '../ops/tensor.js'
import { checkOptions } from '../options.js'
import { Generator } from '../tensor/random/generator.js'
import { checkScheduledGroups } from './groups.js'
import { type CheckpointParts, checkParts, FORMAT, generatorsOf, PART_NAMES, VALUE_NAMES, VERSION } from './parts.js'
import { decodeTree } from './tree.js'

/** Options of {@link loadCheckpoint}. */
export interface LoadCheckpointOptions {
  /** Refuse a file that has other keys than the model; the shapes must be equal in any case. Default: true */
  strict?: boolean
}

/** What a checkpoint holds besides the states of objects. */
export interface LoadedCheckpoint {
  /** How far the training was; undefined if the checkpoint does not say. */
  readonly epoch: number | undefined
  /** What was saved as `extra`. */
  readonly extra: unknown
  /** With `strict: false`, which of the model's keys the file does not have, and the other way round. */
  readonly keys: IncompatibleKeys | undefined
}

/**
 * Loads a checkpoint into the objects given, and returns what else is in it. Parts that are not asked for are passed
 * over: `loadCheckpoint(path, { model })` is enough to use a network.
 *
 * The whole file and its fit are checked first; at any error nothing has been changed.
 *
 * @throws SafetensorsError for a file that is damaged; RuntimeError for one that is no checkpoint, or whose model does
 * not fit, with PyTorch's list of missing, unexpected and mis-shaped keys; ValueError for an optimizer or scheduler that
 * does not fit, and TypeError where one of its settings is of another type; the system's own error (`ENOENT`, ...) if the
 * file cannot be read
 * @example
 * const { epoch = 0 } = await loadCheckpoint('run.safetensors', { model, optimizer, scheduler, generator: defaultGenerator })
 */
export async function loadCheckpoint(
  path: string,
  parts: CheckpointParts = {},
  options: LoadCheckpointOptions = {},
): Promise<LoadedCheckpoint> {
  checkArguments(parts, options)
  const file = await openSafetensorsFile(path)
  try {
    const tensors = new Map<string, RawTensor>()
    for (const name of wantedNames(file.names(), parts)) tensors.set(name, await file.tensor(name))
    return restore(file.header.metadata, file.names(), tensors, parts, options)
  } finally {
    await file.close()
  }
}

/** Loads the bytes of a checkpoint, as {@link loadCheckpoint} loads a file. */
export function decodeCheckpoint(
  bytes: Uint8Array | ArrayBuffer,
  parts: CheckpointParts = {},
  options: LoadCheckpointOptions = {},
): LoadedCheckpoint {
  checkArguments(parts, options)
  const { metadata, tensors } = parseSafetensors(bytes)
  return restore(metadata, [...tensors.keys()], tensors, parts, options)
}

function checkArguments(parts: CheckpointParts, options: LoadCheckpointOptions): void {
  checkParts('loadCheckpoint', parts, [])
  checkOptions('loadCheckpoint', options, ['strict'])
}

const partOf = (tensor: string): string => tensor.split('.', 1)[0]!

/** The tensors to read: those of the parts that are asked for, and of `extra`. */
function wantedNames(names: readonly string[], parts: CheckpointParts): string[] {
  return names.filter(
    name => partOf(name) === 'extra' || (parts as Record<string, unknown>)[partOf(name)] !== undefined,
  )
}

function restore(
  metadata: Readonly<Record<string, string>>,
  names: readonly string[],
  raw: ReadonlyMap<string, RawTensor>,
  parts: CheckpointParts,
  options: LoadCheckpointOptions,
): LoadedCheckpoint {
  const read = reader(metadata, names, raw)
  for (const name of PART_NAMES) {
    if (parts[name] !== undefined && !(name in metadata)) {
      const known = [...PART_NAMES, ...VALUE_NAMES].filter(own => own in metadata)
      throw new RuntimeError(`the checkpoint has no ${name}; it has ${known.join(', ') || 'nothing'}`)
    }
  }
  const epoch = 'epoch' in metadata ? checkEpoch(read('epoch')) : undefined
  const extra = 'extra' in metadata ? read('extra') : undefined
  if ('model' in metadata) checkModelName(metadata['model'])
  const { model, optimizer, scheduler, generator } = parts
  const loaders: (() => void)[] = []
  const optimizerState = optimizer && read('optimizer')
  const schedulerState = scheduler && read('scheduler')
  if (optimizer) loaders.push(optimizer.stateLoader(optimizerState))
  if (scheduler) loaders.push(scheduler.stateLoader(schedulerState))
  if (optimizer && scheduler) checkScheduledGroups(optimizerState, schedulerState)
  if (generator) loaders.push(...generatorLoaders(generator, read('generator')))
  // the model last: it checks everything before it changes anything, and nothing after it can fail
  const keys = model?.loadStateDict(modelState(raw), options)
  for (const load of loaders) load()
  return { epoch, extra, keys }
}

/** Checks that this is a checkpoint, and returns what reads the JSON of a part of it, with its tensors. */
function reader(
  metadata: Readonly<Record<string, string>>,
  names: readonly string[],
  raw: ReadonlyMap<string, RawTensor>,
): (name: string) => unknown {
  const format = 'format' in metadata ? JSON.stringify(metadata['format']).slice(0, 80) : 'missing'
  if (metadata['format'] !== FORMAT) {
    throw new RuntimeError(
      `not a checkpoint: its format is ${format}; read a file of tensors with safetensors.loadFile`,
    )
  }
  if (metadata['version'] !== VERSION) {
    throw new RuntimeError(`this checkpoint has the version ${describe(metadata['version'])}; known is ${VERSION}`)
  }
  const known: readonly string[] = [...PART_NAMES, ...VALUE_NAMES]
  const stray = names.find(name => !known.includes(partOf(name)) || !(partOf(name) in metadata))
  if (stray !== undefined)
    throw new RuntimeError(`Invalid checkpoint: the tensor ${JSON.stringify(stray)} belongs to nothing in it`)
  return name => {
    const own = [...raw].filter(([tensor]) => partOf(tensor) === name)
    return decodeTree(metadata[name]!, name, new Map(own.map(([tensor, value]) => [tensor, wrap(value)])))
  }
}

const wrap = ({ data, shape, dtype }: RawTensor): Tensor => fromTypedArray(data, { shape, dtype })

/** The model's tensors by their own names, in an object without prototype, so that any name is safe. */
function modelState(raw: ReadonlyMap<string, RawTensor>): Record<string, Tensor> {
  const state: Record<string, Tensor> = Object.create(null)
  for (const [name, value] of raw) if (partOf(name) === 'model') state[name.slice('model.'.length)] = wrap(value)
  return state
}

function generatorLoaders(generator: NonNullable<CheckpointParts['generator']>, states: unknown): (() => void)[] {
  return generatorsOf('loadCheckpoint', generator).map(([name, own]) => {
    const entries = typeof states === 'object' && states !== null ? Object.entries(states) : []
    const state: unknown = entries.find(([known]) => known === name)?.[1]
    if (state === undefined) {
      throw new RuntimeError(
        `the checkpoint has no generator ${JSON.stringify(name)}; it has ${entries.map(([known]) => JSON.stringify(known)).join(', ') || 'none'}`,
      )
    }
    if (!(state instanceof Tensor) || state.dtype !== 'uint8' || state.ndim !== 1) {
      throw new RuntimeError(`Invalid checkpoint: the state of generator ${JSON.stringify(name)} is not a row of bytes`)
    }
    const bytes = state.dataSync() as Uint8Array
    // a state that no generator can have throws here, on a generator that nobody uses
    new Generator().setState(bytes)
    return () => own.setState(bytes)
  })
}

function checkEpoch(epoch: unknown): number {
  if (Number.isSafeInteger(epoch) && (epoch as number) >= 0) return epoch as number
  throw new RuntimeError(`Invalid checkpoint: epoch is ${describe(epoch)}; expected a whole number`)
}

/** Of the model itself, the metadata has the name of its class, for people to read; it need not be that of this model. */
function checkModelName(text: string | undefined): void {
  const name = decodeTree(text!, 'model', new Map())
  if (typeof name === 'string') return
  throw new RuntimeError(`Invalid checkpoint: model is ${describe(name)}; expected the name of a class`)
}
