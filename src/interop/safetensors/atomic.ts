/**
 * Writing a file all or not at all (Node only).
 *
 * @module
 */

/**
 * Writes chunks to a temporary file beside `path`, flushes it to the disk and renames it: whoever opens `path` sees the
 * old contents or the new ones, never a part. At any failure (of a chunk, of the disk) the temporary file is removed,
 * `path` is left as it was, and the failure is passed on. A symbolic link at `path` is replaced, not followed.
 */
export async function writeFileAtomically(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  // imported here, so that bundles for browsers do not need node:fs
  const [{ open, rename, rm }, { dirname, join }] = await Promise.all([import('node:fs/promises'), import('node:path')])
  const temporary = join(dirname(path), `.convforge-${crypto.randomUUID()}.tmp`)
  // wx: never through a file or link that somebody else put there
  const handle = await open(temporary, 'wx')
  try {
    try {
      for (const chunk of chunks) await handle.writeFile(chunk)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
