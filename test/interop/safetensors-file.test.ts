import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RuntimeError } from '../../src/errors.js'
import { writeFileAtomically } from '../../src/interop/safetensors/atomic.js'
import {
  encodeSafetensors,
  loadSafetensorsFile,
  openSafetensorsFile,
  parseSafetensors,
  type RawTensor,
  SafetensorsError,
  saveSafetensorsFile,
} from '../../src/interop/safetensors/index.js'
import { entry, everyDType, file, rawBytes } from './support.js'

const fs = process.getBuiltinModule('node:fs/promises')
/** The call in which the disk fails. */
let failing = ''

function fail(call: string): void {
  if (failing === call) throw Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), { code: 'ENOSPC' })
}

/** A disk that can fail in each call that writing makes. */
const failingFs: typeof fs = {
  ...fs,
  rename: async (from, to) => {
    fail('rename')
    return fs.rename(from, to)
  },
  open: async (...args) => {
    const handle = await fs.open(...args)
    const { writeFile, sync, close } = handle
    let writes = 0
    handle.writeFile = async (...data: Parameters<typeof writeFile>) => {
      // the header gets through, the data does not
      if (writes++ > 0) fail('write')
      return writeFile.apply(handle, data)
    }
    handle.sync = async () => {
      fail('sync')
      return sync.call(handle)
    }
    handle.close = async () => {
      await close.call(handle)
      fail('close')
    }
    return handle
  },
}

let folder: string
let path: string
const u8 = (...data: number[]): RawTensor => ({ dtype: 'uint8', shape: [data.length], data: Uint8Array.from(data) })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'convforge-safetensors-'))
  path = join(folder, 'model.safetensors')
})

afterEach(() => {
  failing = ''
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs an action that must be refused, and returns the refusal. */
async function refusal(action: Promise<unknown>): Promise<SafetensorsError> {
  const error = await action.then(
    () => expect.unreachable('was not refused'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SafetensorsError)
  return error as SafetensorsError
}

describe('reading and writing', () => {
  test('a round trip: the bytes of encodeSafetensors, no other file beside', async () => {
    await saveSafetensorsFile(path, everyDType, { format: 'pt' })
    expect(readdirSync(folder)).toEqual(['model.safetensors'])
    expect(new Uint8Array(readFileSync(path))).toEqual(encodeSafetensors(everyDType, { format: 'pt' }))
    const { metadata, tensors } = await loadSafetensorsFile(path)
    expect({ ...metadata }).toEqual({ format: 'pt' })
    for (const [name, tensor] of Object.entries(everyDType)) expect(tensors.get(name)).toEqual(tensor)
  })

  test('a file whose header is not padded is read without copies', async () => {
    writeFileSync(path, file({ a: entry(0, 4, [1], 'F32'), b: entry(4, 6) }, [0, 0, 0x80, 0x3f, 1, 2]))
    const { tensors } = await loadSafetensorsFile(path)
    expect(tensors.get('a')!.data).toEqual(Float32Array.of(1))
    expect(tensors.get('a')!.data.buffer).toBe(tensors.get('b')!.data.buffer)
  })

  test('single tensors, of a file that also has a dtype we cannot load', async () => {
    writeFileSync(path, file({ q: entry(0, 2, [2], 'F8_E4M3'), b: entry(2, 4), c: entry(4, 4, [0]) }, [9, 9, 1, 2]))
    const opened = await openSafetensorsFile(path)
    expect(opened.names()).toEqual(['q', 'b', 'c'])
    expect(await opened.tensor('b')).toEqual(u8(1, 2))
    expect(await opened.tensor('c')).toEqual(u8())
    expect(await refusal(opened.tensor('q'))).toMatchObject({ field: 'dtype', tensor: 'q' })
    expect(await refusal(opened.tensor('toString'))).toMatchObject({ field: 'name', tensor: 'toString' })
    await opened.close()
    const all = await refusal(loadSafetensorsFile(path))
    expect(all.message).toBe(
      `${path}: Invalid safetensors: dtype of tensor "q" is F8_E4M3; expected one that can be loaded here: ` +
        'BOOL, U8, I8, I16, F16, BF16, I32, F32, C64, F64, I64',
    )
  })

  test('the shipped models', async () => {
    for (const name of ['upconv7-scale2x', 'upconv7-noise1-scale2x']) {
      const url = new URL(`../../models/${name}.safetensors`, import.meta.url)
      const { tensors } = await loadSafetensorsFile(fileURLToPath(url))
      const inMemory = parseSafetensors(readFileSync(url)).tensors
      expect(tensors.size).toBe(14)
      for (const [key, { dtype, shape, data }] of inMemory) {
        const loaded = tensors.get(key)!
        expect(loaded).toMatchObject({ dtype, shape })
        expect(Buffer.compare(rawBytes(loaded), rawBytes({ dtype, shape, data })), key).toBe(0)
      }
    }
  })
})

describe('files that are refused', () => {
  test('a bad header names the file and the field, and the file is closed', async () => {
    writeFileSync(path, file({ a: entry(0, 3) }, [1, 2]))
    const error = await refusal(loadSafetensorsFile(path))
    expect(error).toMatchObject({ field: 'data_offsets', tensor: 'a' })
    expect(error.message).toContain(`${path}: Invalid safetensors: data_offsets of tensor "a" is [0, 3]; expected`)
  })

  test('an announced header of 100 MB in a file of 10 bytes', async () => {
    writeFileSync(path, file('{}', [], 100_000_000))
    expect((await refusal(openSafetensorsFile(path))).field).toBe('header length')
    writeFileSync(path, '')
    expect((await refusal(openSafetensorsFile(path))).field).toBe('header length')
  })

  test('a directory, and a pipe that nobody writes to', async () => {
    expect((await refusal(loadSafetensorsFile(folder))).message).toContain('file is a directory; expected a file')
    if (process.platform === 'win32') return
    execFileSync('mkfifo', [path])
    expect((await refusal(loadSafetensorsFile(path))).field).toBe('file')
  })

  test('a file that shrinks while it is open', async () => {
    writeFileSync(path, file({ a: entry(0, 4) }, [1, 2, 3, 4]))
    const opened = await openSafetensorsFile(path)
    truncateSync(path, 63)
    expect((await refusal(opened.tensor('a'))).message).toContain('data is cut off at byte 63')
    await opened.close()
  })

  test('no such file: the error of the system', async () => {
    await expect(loadSafetensorsFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a write that fails leaves the old file and nothing else', () => {
  const old = encodeSafetensors({ old: u8(1, 2, 3) })
  const expectUntouched = () => {
    expect(readdirSync(folder)).toEqual(['model.safetensors'])
    expect(new Uint8Array(readFileSync(path))).toEqual(old)
  }
  beforeEach(() => writeFileSync(path, old))

  test.each(['write', 'sync', 'close', 'rename'])('the disk fails in %s', async call => {
    failing = call
    const load = process.getBuiltinModule
    vi.spyOn(process, 'getBuiltinModule').mockImplementation((id: string) =>
      id === 'node:fs/promises' ? failingFs : (load(id) as object),
    )
    await expect(saveSafetensorsFile(path, { fresh: u8(4) })).rejects.toMatchObject({ code: 'ENOSPC' })
    failing = ''
    expectUntouched()
  })

  test('a chunk fails', async () => {
    const chunks = function* () {
      yield Uint8Array.of(1, 2, 3)
      throw new RangeError('no more')
    }
    await expect(writeFileAtomically(path, chunks())).rejects.toThrow(RangeError)
    expectUntouched()
  })

  test('the memory of a tensor is given away while it is written', async () => {
    const tensor = u8(...new Array(100).fill(1))
    const saving = saveSafetensorsFile(path, { tensor })
    structuredClone(tensor.data.buffer, { transfer: [tensor.data.buffer as ArrayBuffer] })
    expect(await refusal(saving)).toMatchObject({ field: 'data', tensor: 'tensor' })
    expectUntouched()
  })

  test('a tensor cannot be written', async () => {
    expect((await refusal(saveSafetensorsFile(path, { tensor: { ...u8(1), shape: [2] } }))).field).toBe('data')
    expectUntouched()
  })

  test('the target is a directory, or its folder does not exist', async () => {
    mkdirSync(join(folder, 'taken'))
    await expect(saveSafetensorsFile(join(folder, 'taken'), { a: u8(1) })).rejects.toMatchObject({
      code: /EISDIR|EPERM/,
    })
    expect(readdirSync(folder).sort()).toEqual(['model.safetensors', 'taken'])
    const nowhere = join(folder, 'none', 'model.safetensors')
    await expect(saveSafetensorsFile(nowhere, { a: u8(1) })).rejects.toMatchObject({ code: 'ENOENT' })
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })

  test('success replaces the old file; a link is replaced, not followed', async () => {
    await saveSafetensorsFile(path, { fresh: u8(4) })
    expect((await loadSafetensorsFile(path)).tensors.get('fresh')).toEqual(u8(4))
    if (process.platform === 'win32') return
    const link = join(folder, 'link')
    symlinkSync(path, link)
    await saveSafetensorsFile(link, { other: u8(5) })
    expect((await loadSafetensorsFile(path)).tensors.has('fresh')).toBe(true)
    expect((await loadSafetensorsFile(link)).tensors.has('other')).toBe(true)
  })
})

test('where there is no Node, the error says what to use instead', async () => {
  vi.stubGlobal('process', undefined)
  try {
    await expect(loadSafetensorsFile(path)).rejects.toThrow('elsewhere use load(bytes) and save(tensors)')
    await expect(saveSafetensorsFile(path, { a: u8(1) })).rejects.toThrow(RuntimeError)
  } finally {
    vi.unstubAllGlobals()
  }
})
