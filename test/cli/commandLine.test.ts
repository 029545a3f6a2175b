import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LAYER_EXAMPLE } from '../../cli/explain/parseLayer.js'
import { createPicture } from '../../cli/image/picture.js'
import { encodePng } from '../../cli/image/png.js'
import { packageRoot } from '../../cli/packageRoot.js'
import { builtFile, convforge } from './support/command.js'
import { fixture } from './support/fixtures.js'
import { temporaryFolder } from './support/folder.js'

const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }

describe('convforge', () => {
  it('tells its version and its commands', () => {
    expect(convforge(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const help = convforge(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const command of ['upscale', 'demo', 'info', 'explain']) expect(help.stdout).toContain(`\n  ${command} `)
    for (const command of ['upscale', 'demo', 'info', 'explain']) {
      expect(convforge([command, '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage:') })
    }
  })

  it('shows the help when it is called without a command', () => {
    expect(convforge([])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Usage: convforge/) })
  })

  it('shows the help in lines that fit a terminal', () => {
    for (const command of ['upscale', 'demo', 'info', 'explain']) {
      for (const line of convforge([command, '--help']).stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    }
  })

  it.each([
    [['upscal'], "unknown command 'upscal' (Did you mean upscale?)"],
    [['upscale'], "missing required argument 'input'"],
    [['upscale', 'a.png', 'b.png'], "too many arguments for 'upscale'. Expected 1 argument but got 2."],
    [['upscale', 'a.png', '--forc'], "unknown option '--forc' (Did you mean --force?)"],
    [
      ['upscale', 'a.png', '--tile', '12.5'],
      "option '--tile <pixels>' argument '12.5' is invalid. It must be a whole number from 16 to 4096.",
    ],
    [
      ['upscale', 'a.png', '--tile', '0'],
      "option '--tile <pixels>' argument '0' is invalid. It must be a whole number from 16 to 4096.",
    ],
    [
      ['upscale', 'a.png', '--quality', '101'],
      "option '--quality <percent>' argument '101' is invalid. It must be a whole number from 1 to 100.",
    ],
    [['upscale', 'a.png', '-o'], "option '-o, --output <file>' argument missing"],
    [['upscale', 'a.png', '-o', 'b.webp'], 'b.webp: the name of a result must end in .png, .jpg or .jpeg'],
    [['explain', '1x3x8x8 -> 8'], `the kernel size is missing (k3, or k3x5); a layer looks like "${LAYER_EXAMPLE}"`],
    [['explain', '1x3x8x8', '-', 'k3'], `put the layer in quotes: convforge explain "${LAYER_EXAMPLE}"`],
  ])('answers %j with one line and exit code 2', (args, message) => {
    expect(convforge(args)).toEqual({ code: 2, stdout: '', stderr: `convforge: ${message}\n` })
  })

  it('answers bad input with one line and exit code 1, and writes nothing', () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'empty.png'), '')
    writeFileSync(join(cwd, 'text.png'), 'a letter, not a picture')
    writeFileSync(join(cwd, 'cut.png'), fixture('rgba.png').subarray(0, 150))
    writeFileSync(join(cwd, 'cut.jpg'), fixture('colour.jpg').subarray(0, 700))
    writeFileSync(join(cwd, 'good.png'), fixture('rgba.png'))
    mkdirSync(join(cwd, 'album'))
    const before = readdirSync(cwd)
    for (const [args, message] of [
      [['none.png'], 'none.png: no such file'],
      [['album'], 'album: is a directory, not a picture'],
      [['empty.png'], 'empty.png: the file is empty'],
      [['text.png'], 'text.png: not a PNG or JPEG picture'],
      [['cut.png'], 'cut.png: the PNG is cut short: the end of the file is missing'],
      [['good.png', '-o', 'empty.png'], 'empty.png: exists already; --force replaces it'],
      [['good.png', '-o', 'none/out.png'], 'none/out.png: there is no directory none'],
      [['good.png', '--original', 'album'], 'album: is a directory, not a picture'],
    ] as const) {
      expect(convforge(['upscale', ...args], { cwd })).toEqual({
        code: 1,
        stdout: '',
        stderr: `convforge: ${message}\n`,
      })
    }
    const damaged = convforge(['upscale', 'cut.jpg'], { cwd })
    expect(damaged).toMatchObject({ code: 1, stderr: expect.stringMatching(/^convforge: cut\.jpg: .*JPEG.*\n$/) })
    expect(readdirSync(cwd)).toEqual(before)
  })

  it('prints what it knows about the machine', () => {
    const { code, stdout, stderr } = convforge(['info'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`convforge  ${version}\nnode       ${process.version}, ${process.platform}`)
    expect(stdout).toContain('\nbackends\n')
  })

  it('explains a layer', () => {
    const { code, stdout, stderr } = convforge(['explain', '1x64x56x57 -> 32 k3x5 s2 p1'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Conv2d(64, 32, kernel_size=(3, 5), stride=(2, 2), padding=(1, 1))')
  })

  it('shows where it happened when asked to', () => {
    const run = convforge(['upscale', 'none.png'], { env: { ...process.env, CONVFORGE_DEBUG: '1' } })
    expect(run.stderr).toMatch(/^convforge: none\.png: no such file\nCliError: .*\n {4}at /)
  })

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [builtFile('main.js'), 'upscale', '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', data => {
      stderr += data
    })
    expect(await new Promise(resolve => child.on('exit', resolve))).toBe(0)
    expect(stderr).toBe('')
  })

  it.skipIf(process.platform === 'win32')('stops on Ctrl-C long before it is done, and leaves nothing', async () => {
    const folder = temporaryFolder()
    const output = join(folder, 'out.png')
    // several seconds of work on any machine
    const photo = join(temporaryFolder(), 'photo.png')
    writeFileSync(photo, await encodePng(createPicture(1600, 1200, 3, 8)))
    const child = spawn(process.execPath, [builtFile('main.js'), 'upscale', photo, '-o', output])
    const ended = new Promise<{ code: number | null; signal: string | null }>(resolve => {
      child.on('exit', (code, signal) => resolve({ code, signal }))
    })
    await setTimeout(700)
    child.kill('SIGINT')
    const { code, signal } = await ended
    // A shell shows a process that a SIGINT ended as exit code 130.
    expect(code ?? signal).toBeOneOf([130, 'SIGINT'])
    expect(readdirSync(folder)).toEqual([])
  })
})
