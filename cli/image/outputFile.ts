import { randomBytes } from 'node:crypto'
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { access, constants, link, lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CliError, describeError, errorCode } from '../error.js'

/**
 * A file that appears whole or not at all. `prepareOutput` finds out, before any work, whether it can be written; `write`
 * fills a temporary file beside it, flushes it to the disk and renames it. Nothing is on the disk in between, so a
 * process that is stopped during the work, however rudely, leaves nothing behind.
 */
export interface OutputFile {
  readonly path: string
  write(bytes: Uint8Array): Promise<void>
}

export async function prepareOutput(path: string, force: boolean): Promise<OutputFile> {
  const target = await findTarget(path, force)
  try {
    // Opening a file is the only honest test: permissions alone don't know read-only mounts, quotas or containers.
    const probe = temporaryName(target)
    create(probe)
    unlinkSync(probe)
  } catch (error) {
    throw new CliError(`${path}: cannot write into ${dirname(target)}: ${describeError(error)}`)
  }
  return { path, write: bytes => writeWhole(path, target, bytes, force) }
}

/** Where the bytes go in the end: a symbolic link that may be replaced keeps pointing where it points. */
async function findTarget(path: string, force: boolean): Promise<string> {
  const folder = await stat(dirname(path)).catch(() => undefined)
  if (!folder) throw new CliError(`${path}: there is no directory ${dirname(path)}`)
  if (!folder.isDirectory()) throw new CliError(`${path}: ${dirname(path)} is not a directory`)
  const existing = await lstat(path).catch(error => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw new CliError(`${path}: ${describeError(error)}`)
  })
  if (!existing) return path
  if (existing.isDirectory()) throw new CliError(`${path}: is a directory`)
  if (!force) throw alreadyExists(path)
  const target = await realpath(path).catch(() => path)
  const info = await stat(target).catch(() => undefined)
  if (info && !info.isFile()) throw new CliError(`${path}: is not a file that can be replaced`)
  if (info) {
    await access(target, constants.W_OK).catch(error => {
      throw new CliError(`${path}: ${describeError(error)}`)
    })
  }
  return target
}

async function writeWhole(path: string, target: string, bytes: Uint8Array, force: boolean): Promise<void> {
  const temporary = temporaryName(target)
  const stopWatching = removeOnSignal(temporary)
  try {
    create(temporary)
    const file = await open(temporary, 'r+')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await (force ? rename(temporary, target) : renameWithoutReplacing(temporary, target))
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    if (errorCode(error) === 'EEXIST') throw alreadyExists(path)
    throw new CliError(`${path}: cannot be written: ${describeError(error)}`)
  } finally {
    stopWatching()
  }
}

/** At once: a signal's handler could not remove a file that another thread is only about to create. */
function create(path: string): void {
  closeSync(openSync(path, 'wx'))
}

/** rename() replaces silently; link() refuses a name that somebody took while we were working. */
async function renameWithoutReplacing(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw error
    // No hard links here (FAT, some network drives): reserve the name, then rename over the reservation.
    create(target)
    await rename(temporary, target)
    return
  }
  await unlink(temporary)
}

function removeOnSignal(temporary: string): () => void {
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal, i) => {
    const handler = () => {
      try {
        unlinkSync(temporary)
      } catch {
        // It does not exist yet, or no longer.
      }
      process.exit(128 + [2, 15, 1][i])
    }
    process.on(signal, handler)
    return () => process.off(signal, handler)
  })
  return () => {
    for (const remove of handlers) remove()
  }
}

function temporaryName(target: string): string {
  return join(dirname(target), `.${basename(target).slice(0, 40)}.${randomBytes(6).toString('hex')}.tmp`)
}

function alreadyExists(path: string): CliError {
  return new CliError(`${path}: exists already; --force replaces it`)
}
