/**
 * A checkpoint is written whole or not at all: failures of the disk, and a process that is killed in the middle.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadCheckpoint, saveCheckpoint } from '../../src/checkpoint/index.js'
import { Module } from '../../src/nn/module.js'
import { Parameter } from '../../src/nn/parameter.js'
import { full } from '../../src/ops/creation/fromSizes.js'
import type { Tensor } from '../../src/ops/tensor.js'
import { temporaryFolder } from '../cli/support/folder.js'

class Weight extends Module {
  weight: Parameter
  constructor(value: number, size = 8) {
    super()
    this.weight = new Parameter(full([size], value))
  }
  override forward(): Tensor {
    return this.weight
  }
}

/** The methods of every open file. */
async function fileMethods(): Promise<FileHandle> {
  const handle = await open(import.meta.filename)
  await handle.close()
  return Object.getPrototypeOf(handle) as FileHandle
}

describe('a failure', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test.each(['writeFile', 'sync'] as const)('of %s leaves the file before, and nothing beside it', async method => {
    const folder = temporaryFolder()
    const path = join(folder, 'run.safetensors')
    await saveCheckpoint(path, { model: new Weight(1), epoch: 1 })
    const before = readFileSync(path)
    const failure = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    vi.spyOn(await fileMethods(), method).mockRejectedValue(failure)
    await expect(saveCheckpoint(path, { model: new Weight(2), epoch: 2 })).rejects.toBe(failure)
    vi.restoreAllMocks()
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(folder)).toEqual(['run.safetensors'])
    // and the next one is written
    await saveCheckpoint(path, { model: new Weight(3), epoch: 3 })
    expect((await loadCheckpoint(path)).epoch).toBe(3)
  })

  test('before the first write (what cannot be saved) opens no file', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'run.safetensors')
    await expect(saveCheckpoint(path, { model: new Weight(1), extra: () => 1 })).rejects.toThrow(
      'extra must be plain data',
    )
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a process that is killed', () => {
  let script: string

  // the child has no vitest: the script is bundled as a user's would be
  beforeAll(async () => {
    const folder = join(import.meta.dirname, '../../out/checkpoint-child')
    script = join(folder, 'killed.mjs')
    await build({
      entryPoints: [join(import.meta.dirname, 'killed.child.ts')],
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
    })
  })

  test.each([
    ['at the first bytes', '1'],
    ['in the middle of writing', '2'],
    ['when all is written and not yet in its place', 'sync'],
  ])('%s leaves the checkpoint before', async (_, moment) => {
    const folder = temporaryFolder()
    const path = join(folder, 'run.safetensors')
    const { signal, stdout, stderr } = spawnSync(process.execPath, [script, path, moment], { encoding: 'utf8' })
    expect({ signal, stdout, stderr }).toEqual({ signal: 'SIGKILL', stdout: 'saved 1\n', stderr: '' })
    // it had begun with the second
    expect(readdirSync(folder).length).toBe(2)
    const model = new Weight(0, 6_000_000)
    expect((await loadCheckpoint(path, { model })).epoch).toBe(1)
    expect([model.weight.min().item(), model.weight.max().item()]).toEqual([1, 1])
  })

  test('after the save has ended leaves the new one', async () => {
    const path = join(temporaryFolder(), 'run.safetensors')
    const { signal, stdout } = spawnSync(process.execPath, [script, path, 'end'], { encoding: 'utf8' })
    expect([signal, stdout]).toEqual(['SIGKILL', 'saved 1\nsaved 2\n'])
    const model = new Weight(0, 6_000_000)
    expect((await loadCheckpoint(path, { model })).epoch).toBe(2)
    expect([model.weight.min().item(), model.weight.max().item()]).toEqual([2, 2])
  })

  test('from outside, while it saves again and again, leaves a whole one', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'run.safetensors')
    const child = spawn(process.execPath, [script, path, 'never'], { stdio: 'ignore' })
    try {
      await vi.waitUntil(() => existsSync(path), { timeout: 60_000, interval: 5 })
      // a second file beside it: a save is under way, at a moment that nobody chose
      await vi.waitUntil(() => readdirSync(folder).length === 2, { timeout: 60_000, interval: 1 })
    } finally {
      child.kill('SIGKILL')
    }
    await new Promise(resolve => child.once('close', resolve))
    expect(child.signalCode).toBe('SIGKILL')
    const model = new Weight(0, 6_000_000)
    const { epoch } = await loadCheckpoint(path, { model })
    expect([model.weight.min().item(), model.weight.max().item()]).toEqual([epoch, epoch])
  })
})
