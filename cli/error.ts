/**
 * A failure that a person can act on: it is shown as one line, without a stack trace.
 * `exitCode` 2 means that the command was used wrongly, 1 that it was understood and could not be done.
 */
export class CliError extends Error {
  override readonly name: string = 'CliError'

  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message)
  }
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  EEXIST: 'exists already',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
  EIO: 'the device reports an input/output error',
}

export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** What went wrong, in words: Node's own message names the system call and repeats the path. */
export function describeError(error: unknown): string {
  const code = errorCode(error)
  if (code !== undefined) return SYSTEM_ERRORS[code] ?? code
  return oneLine(error instanceof Error ? error.message : String(error))
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
