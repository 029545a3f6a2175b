import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { demo } from '../../cli/commands/demo.js'
import { upscale } from '../../cli/commands/upscale.js'
import { CliError } from '../../cli/error.js'
import { createPicture } from '../../cli/image/picture.js'
import { encodePng } from '../../cli/image/png.js'
import { readPicture } from '../../cli/image/read.js'
import { fixturePath, pillow } from './support/fixtures.js'
import { temporaryFolder } from './support/folder.js'
import { nearestNetwork } from './support/network.js'

const loadNearest = async () => nearestNetwork

describe('upscale', () => {
  it('writes NAME-2x.png beside the input', async () => {
    const { folder, input } = folderWith('grey.png')
    const said = listen()
    await upscale(input, {}, loadNearest)
    expect(readdirSync(folder)).toEqual(['grey-2x.png', 'grey.png'])
    const result = await readPicture(join(folder, 'grey-2x.png'))
    expect(result).toMatchObject({ width: 14, height: 10, channels: 3, depth: 8 })
    expect(result.data.subarray(0, 3)).toEqual(pillow('grey.png').data.subarray(0, 3))
    expect(said()).toMatch(/grey-2x\.png: 14 x 10, in \d+\.\d s\n$/)
  })

  it('keeps 16 bits and alpha in a PNG', async () => {
    const folder = temporaryFolder()
    const picture = createPicture(3, 2, 4, 16)
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = i % 4 === 3 ? 40000 : i * 2000 + 1
    writeFileSync(join(folder, 'deep.png'), await encodePng(picture))
    await upscale(join(folder, 'deep.png'), { quiet: true }, loadNearest)
    const result = await readPicture(join(folder, 'deep-2x.png'))
    expect(result).toMatchObject({ width: 6, height: 4, channels: 4, depth: 16 })
    expect([...result.data.subarray(0, 12)]).toEqual([
      1, 2001, 4001, 40000, 1, 2001, 4001, 40000, 8001, 10001, 12001, 40000,
    ])
  })

  it('says that a JPEG loses transparency', async () => {
    const { folder, input } = folderWith('palette-transparent.png')
    const said = listen()
    await upscale(input, { output: join(folder, 'out.JPG'), quality: 80 }, loadNearest)
    expect(await readPicture(join(folder, 'out.JPG'))).toMatchObject({ width: 18, height: 10, channels: 3 })
    expect(said()).toContain('out.JPG: its transparent parts are white now, because a JPEG has no alpha')
  })

  it('says nothing when quiet', async () => {
    const { folder, input } = folderWith('rgba.png')
    const said = listen()
    const compare = join(folder, 'compare.png')
    await upscale(input, { output: join(folder, 'o.jpeg'), compare, original: undefined, quiet: true }, loadNearest)
    expect(said()).toBe('')
    expect(readdirSync(folder)).toEqual(['compare.png', 'o.jpeg', 'rgba.png'])
  })

  it('compares with an original', async () => {
    const { folder, input } = folderWith('grey.png')
    const original = join(folder, 'original.png')
    await upscale(input, { output: original, quiet: true }, loadNearest)
    const said = listen()
    await upscale(input, { compare: join(folder, 'c.png'), original }, loadNearest)
    expect(said()).toContain(
      'c.png: bicubic, network and original, side by side\nPSNR against the original: network equal, bicubic ',
    )
    expect(await readPicture(join(folder, 'c.png'))).toMatchObject({ width: 3 * 14 + 2 * 4 })
  })

  it('refuses before the work, and leaves nothing', async () => {
    const { folder, input } = folderWith('grey.png')
    const loadNetwork = vi.fn(loadNearest)
    const out = (name: string) => join(folder, name)
    const refused = [
      [{ output: out('out.gif') }, 2, 'out.gif: the name of a result must end in .png, .jpg or .jpeg'],
      [{ output: out('out') }, 2, 'out: the name of a result must end in .png, .jpg or .jpeg'],
      [{ compare: out('c.bmp') }, 2, 'c.bmp: the name of a result must end in .png, .jpg or .jpeg'],
      [
        { output: out('a.png'), compare: out('x/../a.png') },
        2,
        'the result and the comparison cannot be the same file',
      ],
      [{ quality: 90 }, 2, '--quality is for .jpg results; a PNG loses nothing'],
      [{ output: input }, 1, 'grey.png: exists already; --force replaces it'],
      [{ output: out('none/out.png') }, 1, 'there is no directory'],
      [{ original: fixturePath('rgba.png') }, 1, 'rgba.png: the original is 7 x 5, but the result will be 14 x 10'],
      [{ original: out('none.png') }, 1, 'none.png: no such file'],
    ] as const
    for (const [options, exitCode, message] of refused) {
      const error = await upscale(input, options, loadNetwork).catch(error => error)
      expect(error).toBeInstanceOf(CliError)
      expect(error).toMatchObject({ exitCode, message: expect.stringContaining(message) })
    }
    expect(loadNetwork).not.toHaveBeenCalled()
    expect(readdirSync(folder)).toEqual(['grey.png'])
  })

  it('refuses a JPEG that would be too large for its format', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'long.png'), await encodePng(createPicture(32768, 1, 3, 8)))
    const work = upscale(join(folder, 'long.png'), { output: join(folder, 'o.jpg') }, loadNearest)
    await expect(work).rejects.toThrow('o.jpg: a JPEG cannot be 65536 x 2 (its sides end at 65535); write a .png')
  })

  it('leaves nothing when the network fails', async () => {
    const { folder, input } = folderWith('grey.png')
    const fail = () => {
      throw new Error('out of order')
    }
    await expect(upscale(input, { quiet: true }, async () => fail)).rejects.toThrow('out of order')
    expect(readdirSync(folder)).toEqual(['grey.png'])
  })

  it('replaces files when forced', async () => {
    const { folder, input } = folderWith('grey.png')
    await upscale(input, { output: input, force: true, quiet: true }, loadNearest)
    expect(await readPicture(input)).toMatchObject({ width: 14, height: 10 })
    expect(readdirSync(folder)).toEqual(['grey.png'])
  })
})

describe('demo', () => {
  it('doubles the shipped photo, again and again', async () => {
    const folder = join(temporaryFolder(), 'out')
    const said = listen()
    for (let i = 0; i < 2; i++) await demo(folder, loadNearest)
    expect(readdirSync(folder)).toEqual(['chelsea-2x.png', 'chelsea-compare.png'])
    expect(said()).toMatch(
      /chelsea-2x\.png: 450 x 300, in .* s\n.*\nPSNR .*: network 32.35 dB, bicubic 33.87 dB\n\d+ billion multiply-adds/,
    )
  })

  it('says why it cannot make its folder', async () => {
    const { input } = folderWith('grey.png')
    await expect(demo(join(input, 'out'), loadNearest)).rejects.toThrow('out: cannot be made: not a directory')
  })
})

function folderWith(name: string): { folder: string; input: string } {
  const folder = temporaryFolder()
  const input = join(folder, name)
  copyFileSync(fixturePath(name), input)
  return { folder, input }
}

/** Catches what is printed, and returns it. */
function listen(): () => string {
  let text = ''
  const catchText = (chunk: string | Uint8Array) => {
    text += String(chunk)
    return true
  }
  const spies = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')]
  for (const spy of spies) spy.mockImplementation(catchText)
  const stop = () => {
    for (const spy of spies) spy.mockRestore()
    return text
  }
  onTestFinished(() => void stop())
  return stop
}
