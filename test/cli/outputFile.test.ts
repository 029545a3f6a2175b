import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { prepareOutput } from '../../cli/image/outputFile.js'
import { builtFile } from './support/command.js'
import { temporaryFolder } from './support/folder.js'

const bytes = new TextEncoder().encode('picture')

describe('prepareOutput', () => {
  it('leaves nothing on the disk before the file is written, and only the file after', async () => {
    const folder = temporaryFolder()
    const file = await prepareOutput(join(folder, 'out.png'), false)
    expect(readdirSync(folder)).toEqual([])
    await file.write(bytes)
    expect(readdirSync(folder)).toEqual(['out.png'])
    expect(readFileSync(join(folder, 'out.png'), 'utf8')).toBe('picture')
  })

  it('keeps an existing file, unless forced', async () => {
    const path = join(temporaryFolder(), 'out.png')
    writeFileSync(path, 'old')
    await expect(prepareOutput(path, false)).rejects.toThrow('out.png: exists already; --force replaces it')
    await (await prepareOutput(path, true)).write(bytes)
    expect(readFileSync(path, 'utf8')).toBe('picture')
  })

  it('keeps a file that appears during the work', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'out.png')
    const file = await prepareOutput(path, false)
    writeFileSync(path, 'somebody else')
    await expect(file.write(bytes)).rejects.toThrow('out.png: exists already; --force replaces it')
    expect(readFileSync(path, 'utf8')).toBe('somebody else')
    expect(readdirSync(folder)).toEqual(['out.png'])
  })

  it('refuses impossible places before the work', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'album.png'))
    writeFileSync(join(folder, 'file'), '')
    await expect(prepareOutput(join(folder, 'none', 'out.png'), false)).rejects.toThrow('there is no directory')
    await expect(prepareOutput(join(folder, 'file', 'out.png'), false)).rejects.toThrow('is not a directory')
    await expect(prepareOutput(join(folder, 'album.png'), true)).rejects.toThrow('album.png: is a directory')
    await expect(prepareOutput(join(folder, `${'x'.repeat(300)}.png`), false)).rejects.toThrow('the name is too long')
  })

  it.runIf(process.platform === 'linux')('refuses a directory that takes no files', async () => {
    // /proc takes none even from the superuser, for whom permissions do not count.
    await expect(prepareOutput('/proc/out.png', false)).rejects.toThrow('/proc/out.png: cannot write into /proc')
  })

  it.skipIf(process.getuid?.() === 0)('refuses what permissions forbid', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'read-only.png'), 'old')
    chmodSync(join(folder, 'read-only.png'), 0o444)
    await expect(prepareOutput(join(folder, 'read-only.png'), true)).rejects.toThrow('permission denied')
    chmodSync(folder, 0o555)
    await expect(prepareOutput(join(folder, 'out.png'), false)).rejects.toThrow('permission denied')
    chmodSync(folder, 0o755)
  })

  it('says in one line when the directory has gone meanwhile', async () => {
    const folder = join(temporaryFolder(), 'gone')
    mkdirSync(folder)
    const file = await prepareOutput(join(folder, 'out.png'), false)
    rmSync(folder, { recursive: true })
    await expect(file.write(bytes)).rejects.toThrow('out.png: cannot be written: no such file or directory')
  })

  it('writes to where a link points', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'store'))
    writeFileSync(join(folder, 'store', 'real.png'), 'old')
    symlinkSync(join('store', 'real.png'), join(folder, 'link.png'))
    await expect(prepareOutput(join(folder, 'link.png'), false)).rejects.toThrow('exists already')
    await (await prepareOutput(join(folder, 'link.png'), true)).write(bytes)
    expect(readFileSync(join(folder, 'store', 'real.png'), 'utf8')).toBe('picture')
    expect(readdirSync(join(folder, 'store'))).toEqual(['real.png'])
  })

  it.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('leaves all or nothing when %s comes while it writes', async (signal, code) => {
    const folder = temporaryFolder()
    const script = `
      const { prepareOutput } = await import(${JSON.stringify(builtFile('image/outputFile.js'))})
      const file = await prepareOutput(${JSON.stringify(join(folder, 'out.png'))}, false)
      await file.write(Buffer.alloc(2 ** 28))`
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script])
    const ended = new Promise(resolve => child.on('exit', resolve))
    while (readdirSync(folder).length === 0 && child.exitCode === null) await setTimeout(1)
    // The first file seen may be the probe; either way the signal comes before 256 MiB are on the disk.
    await setTimeout(20)
    child.kill(signal)
    expect([code, 0, null]).toContain(await ended)
    const path = join(folder, 'out.png')
    expect(readdirSync(folder)).toEqual(existsSync(path) ? ['out.png'] : [])
    if (existsSync(path)) expect(statSync(path).size).toBe(2 ** 28)
  })
})
