import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPicture } from '../../cli/image/read.js'
import { fixture, fixturePath } from './support/fixtures.js'
import { temporaryFolder } from './support/folder.js'

describe('readPicture', () => {
  it('goes by the contents, not by the name', async () => {
    const path = join(temporaryFolder(), 'really-a-jpeg.png')
    writeFileSync(path, fixture('colour.jpg'))
    expect(await readPicture(path)).toMatchObject({ width: 24, height: 16, channels: 3, depth: 8 })
  })

  it.each([
    ['an empty file', '', 'the file is empty'],
    ['text', 'hello', 'not a PNG or JPEG picture'],
    ['a GIF', 'GIF89a.......', 'is a GIF picture; convforge reads PNG and JPEG'],
    ['a WebP', 'RIFF\0\0\0\0WEBPVP8 ', 'is a WebP picture; convforge reads PNG and JPEG'],
    ['a HEIC', '\0\0\0\x18ftypheic', 'is a HEIC picture; convforge reads PNG and JPEG'],
    ['the first bytes of a PNG', '\x89PNG', 'the picture is cut short: the end of the file is missing'],
    ['the first bytes of a JPEG', '\xff\xd8', 'the picture is cut short: the end of the file is missing'],
    ['a PNG signature', '\x89PNG\r\n\x1a\n', 'the PNG is cut short: the end of the file is missing'],
  ])('refuses %s', async (_, contents, message) => {
    const path = join(temporaryFolder(), 'input.png')
    writeFileSync(path, contents, 'latin1')
    await expect(readPicture(path)).rejects.toMatchObject({ message: `${path}: ${message}`, exitCode: 1 })
  })

  it('refuses what is no file', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'album.png'))
    await expect(readPicture(join(folder, 'album.png'))).rejects.toThrow('album.png: is a directory, not a picture')
    await expect(readPicture(join(folder, 'none.png'))).rejects.toThrow('none.png: no such file')
    await expect(readPicture(join(fixturePath('grey.png'), 'x.png'))).rejects.toThrow('x.png: not a directory')
  })

  it('refuses a huge file without reading it', async () => {
    const path = join(temporaryFolder(), 'huge.png')
    writeFileSync(path, '')
    truncateSync(path, 2 ** 31)
    await expect(readPicture(path)).rejects.toThrow('huge.png: 2048 MiB; files up to 512 MiB are read')
  })
})
