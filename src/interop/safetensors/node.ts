/**
 * Node's own modules, for the functions that need a disk.
 *
 * @module
 */
import { RuntimeError } from '../../errors.js'

/**
 * The modules, or a clear error where there is no Node. Not `import('node:fs')`, which bundlers for browsers refuse to
 * build even where it is never called.
 */
export function nodeModules(): { fs: typeof import('node:fs/promises'); paths: typeof import('node:path') } {
  const load = globalThis.process?.getBuiltinModule
  if (load === undefined) {
    throw new RuntimeError(
      'safetensors files on a disk need Node 20.16 or later; elsewhere use load(bytes) and save(tensors)',
    )
  }
  return { fs: load('node:fs/promises'), paths: load('node:path') }
}
