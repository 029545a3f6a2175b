/**
 * Writing checkpoints (Node only).
 *
 * @module
 */
import { ValueError } from '../errors.js'
import { writeFileAtomically } from '../interop/safetensors/atomic.js'
import { save } from '../interop/safetensors/tensors.js'
import { fromTypedArray } from '../ops/creation/fromData.js'
import type { Tensor } from '../ops/tensor.js'
import { type CheckpointContents, checkParts, FORMAT, generatorsOf, VALUE_NAMES, VERSION } from './parts.js'
import { encodeTree } from './tree.js'

/**
 * Saves a training to one safetensors file: the model's tensors as `model.*`, the optimizer's as `optimizer.state.0.*`
 * and so on, the generators' states as bytes, and everything that is not a tensor as JSON in the metadata.
 *
 * The file is written whole or not at all: to a temporary file beside `path`, flushed to the disk and renamed. A kill at
 * any moment leaves the file that was there before. What is saved is the state at the time of the call, so that training
 * may go on while it is written; await the last save before you exit, and one save before the next of the same path.
 *
 * @throws TypeError for what cannot be saved, SafetensorsError for tensors that the format cannot hold (complex128), both
 * before anything is written; the system's own error (`ENOSPC`, ...) if writing fails
 * @example
 * await saveCheckpoint('run.safetensors', { model, optimizer, scheduler, generator: defaultGenerator, epoch })
 */
export async function saveCheckpoint(path: string, contents: CheckpointContents): Promise<void> {
  // one block of memory, filled before this function first waits: what the training changes later does not get into it
  await writeFileAtomically(path, chunks(encodeCheckpoint(contents)))
}

/** The bytes of a checkpoint, for where there is no disk; throws what {@link saveCheckpoint} throws. */
export function encodeCheckpoint(contents: CheckpointContents): Uint8Array<ArrayBuffer> {
  const { model, optimizer, scheduler, generator, epoch, extra } = checkParts('saveCheckpoint', contents, VALUE_NAMES)
  const tensors = new Map<string, Tensor>()
  const metadata: Record<string, string> = { format: FORMAT, version: VERSION }
  const note = (name: string, value: unknown) => {
    metadata[name] = encodeTree(value, name, tensors)
  }
  if (epoch !== undefined) {
    if (!Number.isSafeInteger(epoch) || epoch < 0) {
      throw new ValueError(`saveCheckpoint: epoch must be a whole number of at least 0, but got epoch=${String(epoch)}`)
    }
    note('epoch', epoch)
  }
  if (model) {
    metadata['model'] = JSON.stringify(model.constructor.name)
    for (const [name, tensor] of Object.entries(model.stateDict())) tensors.set(`model.${name}`, tensor)
  }
  if (optimizer) note('optimizer', optimizer.stateDict())
  if (scheduler) note('scheduler', scheduler.stateDict())
  if (generator) {
    const states = generatorsOf('saveCheckpoint', generator).map(([name, own]) => [
      name,
      fromTypedArray(own.getState()),
    ])
    note('generator', Object.fromEntries(states))
  }
  if (extra !== undefined) note('extra', extra)
  return save(tensors, metadata)
}

/** In pieces, so that no single write is larger than the system takes. */
function* chunks(bytes: Uint8Array): Generator<Uint8Array> {
  const size = 16 * 1024 * 1024
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
