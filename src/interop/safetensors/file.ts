/**
 * safetensors files on a disk (Node only).
 *
 * @module
 */
import { writeFileAtomically } from './atomic.js'
import { mismatch, withPath } from './errors.js'
import { PREFIX_BYTES, parseHeaderJson, parseHeaderLength, type SafetensorsHeader } from './header.js'
import { nodeModules } from './node.js'
import { decodeTensor, decodeTensors, type RawTensor, type RawTensors } from './read.js'
import { type NamedTensors, serializeSafetensors } from './write.js'

/** What is used of Node's `FileHandle`; named here so that the published types do not need Node's. */
interface OpenFile {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
  close(): Promise<void>
}

/** One system call reads at most this much; Node refuses 2 GiB and more. */
const READ_BYTES = 1 << 30

/** An open file of which the header has been read and checked. Made by {@link openSafetensorsFile}. */
export class SafetensorsFile {
  /** @internal */
  constructor(
    readonly path: string,
    /** The metadata and the tensors' dtypes, shapes and places. */
    readonly header: SafetensorsHeader,
    private readonly handle: OpenFile,
  ) {}

  /** The names of the tensors, in the header's order. */
  names(): string[] {
    return [...this.header.entries.keys()]
  }

  /**
   * Reads one tensor, and of the file exactly its bytes.
   *
   * @throws SafetensorsError if there is no such tensor, or if its dtype or data cannot be loaded
   */
  async tensor(name: string): Promise<RawTensor> {
    try {
      const entry = this.header.entries.get(name)
      if (entry === undefined) {
        throw mismatch(
          { field: 'name', tensor: name },
          'not in the file',
          `one of its ${this.header.entries.size} tensors`,
        )
      }
      const bytes = await readExactly(this.handle, this.header.dataStart + entry.begin, entry.end - entry.begin)
      return decodeTensor(entry, bytes)
    } catch (error) {
      throw withPath(error, this.path)
    }
  }

  /** Reads all tensors into one block of memory. */
  async tensors(): Promise<Map<string, RawTensor>> {
    try {
      const data = await readExactly(this.handle, this.header.dataStart, this.header.dataLength)
      return decodeTensors(this.header.entries.values(), data)
    } catch (error) {
      throw withPath(error, this.path)
    }
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

/**
 * Opens a safetensors file to read single tensors of it; close it afterwards.
 *
 * @throws SafetensorsError naming the path and the field that is wrong; the system's own error (`ENOENT`, ...) if the
 * file cannot be opened
 *
 * @example
 * const file = await openSafetensorsFile('model.safetensors')
 * try { console.log((await file.tensor('conv1.weight')).shape) } finally { await file.close() }
 */
export async function openSafetensorsFile(path: string): Promise<SafetensorsFile> {
  const { constants, open } = nodeModules().fs
  // without O_NONBLOCK a named pipe would wait for a writer (Windows has neither)
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw mismatch({ field: 'file' }, stat.isDirectory() ? 'a directory' : 'not a file', 'a file')
    const prefix = await readExactly(handle, 0, Math.min(PREFIX_BYTES, stat.size))
    const json = await readExactly(handle, PREFIX_BYTES, parseHeaderLength(prefix, stat.size))
    return new SafetensorsFile(path, parseHeaderJson(json, stat.size), handle)
  } catch (error) {
    await handle.close()
    throw withPath(error, path)
  }
}

/** Reads every tensor of a file; throws what {@link openSafetensorsFile} and `parseSafetensors` throw. */
export async function loadSafetensorsFile(path: string): Promise<RawTensors> {
  const file = await openSafetensorsFile(path)
  try {
    return { metadata: file.header.metadata, tensors: await file.tensors() }
  } finally {
    await file.close()
  }
}

/**
 * Writes a safetensors file: to a temporary file in the same folder, renamed when it is complete and on the disk. At any
 * failure what was at `path` is left as it was.
 *
 * @throws SafetensorsError as `serializeSafetensors`, before anything is written; the system's own error if writing fails
 */
export async function saveSafetensorsFile(
  path: string,
  tensors: NamedTensors,
  metadata?: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFileAtomically(path, serializeSafetensors(tensors, metadata))
}

/** Reads `length` bytes at `position`; both have been checked against the size of the file. */
async function readExactly(handle: OpenFile, position: number, length: number): Promise<Uint8Array> {
  const bytes = allocate(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, READ_BYTES), position + done)
    if (bytesRead === 0) {
      throw mismatch(
        { field: 'data' },
        `cut off at byte ${position + done} of the file`,
        `${position + length}, as when it was opened`,
      )
    }
    done += bytesRead
  }
  return bytes
}

function allocate(length: number): Uint8Array {
  try {
    return new Uint8Array(length)
  } catch (cause) {
    throw mismatch({ field: 'data' }, `${length} bytes`, 'no more than fits into one ArrayBuffer here', cause)
  }
}
