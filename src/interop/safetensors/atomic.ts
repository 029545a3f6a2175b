/**
 * Writing a file all or not at all (Node only).
 *
 * @module
 */
import { nodeModules } from './node.js'

/**
 * Writes chunks to a temporary file beside `path`, flushes it to the disk and renames it: whoever opens `path` sees the
 * old contents or the new ones, never a part. At any failure (of a chunk, of the disk) the temporary file is removed,
 * `path` is left as it was, and the failure is passed on. A symbolic link at `path` is replaced, not followed.
 */
export async function writeFileAtomically(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const { fs, paths } = nodeModules()
  const temporary = paths.join(paths.dirname(path), `.convforge-${crypto.randomUUID()}.tmp`)
  // wx: never through a file or link that somebody else put there
  const handle = await fs.open(temporary, 'wx')
  try {
    try {
      for (const chunk of chunks) await handle.writeFile(chunk)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(temporary, path)
  } catch (error) {
    // if even this fails, the first failure is the one to tell
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}
