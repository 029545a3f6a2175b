/**
 * Trainings in one file: model, optimizer, scheduler, random generators, and how far they are.
 *
 * @example
 * import { loadCheckpoint, saveCheckpoint } from 'convforge/checkpoint'
 * await saveCheckpoint('run.safetensors', { model, optimizer, scheduler, generator: defaultGenerator, epoch })
 *
 * @module
 */
export { decodeCheckpoint, type LoadCheckpointOptions, type LoadedCheckpoint, loadCheckpoint } from './load.js'
export type { CheckpointContents, CheckpointParts } from './parts.js'
export { encodeCheckpoint, saveCheckpoint } from './save.js'
