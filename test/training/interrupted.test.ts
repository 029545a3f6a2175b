/**
 * Ctrl-C in the MNIST script: it saves, says how to go on, and going on gives the bits of a run that never stopped.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { loadCheckpoint } from 'convforge/checkpoint'
import { afterEach, expect, test } from 'vitest'
import { temporaryFolder } from '../cli/support/folder.js'

const EPOCHS = 2
/** Half a second an epoch: Ctrl-C comes a moment after the line that it waits for. */
const BATCHES = 60
const SHORTENED = ['--epochs', String(EPOCHS), '--train-digits', String(64 * BATCHES - 10), '--test-digits', '250']

const root = join(import.meta.dirname, '../..')
const [command, ...script] = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package).scripts[
  'train:mnist'
].split(' ')

interface Package {
  scripts: { 'train:mnist': string }
}

const running = new Set<ChildProcess>()

/** To all processes of the group, as the terminal does. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  process.kill(-child.pid!, signal)
}

// where a test fails half way
afterEach(() => {
  for (const child of running) signalGroup(child, 'SIGKILL')
})

interface Ended {
  code: number | null
  output: string
}

/** Does what `npm run train:mnist` does; at the first output of `stopAt`, Ctrl-C is pressed. Gives the exit code and the output. */
function train(folder: string, args: readonly string[], stopAt?: string): Promise<Ended> {
  const child = spawn(command!, [...script, '--out', folder, ...args], {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH']}` },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  let output = ''
  let pressed = false
  const read = (text: Buffer) => {
    output += text
    if (pressed || stopAt === undefined || !output.includes(stopAt)) return
    pressed = true
    signalGroup(child, 'SIGINT')
  }
  child.stdout!.on('data', read)
  child.stderr!.on('data', read)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => {
      running.delete(child)
      resolve({ code, output })
    })
  })
}

test('stopped twice, it ends with the file of a run that never stopped, byte for byte', {
  timeout: 300_000,
}, async () => {
  const [whole, stopped] = [temporaryFolder(), temporaryFolder()]
  const file = (folder: string) => join(folder, 'checkpoint.safetensors')
  const neverStopped = await train(whole, SHORTENED)
  expect(neverStopped).toMatchObject({ code: 0, output: expect.stringContaining('test accuracy') })

  const first = await train(stopped, SHORTENED, `epoch 1/${EPOCHS}`)
  expect(first.code).toBe(0)
  expect(first.output).toContain(`go on with: npm run train:mnist -- --resume --out ${stopped}`)
  // in the middle of an epoch: otherwise this test would not see whether the rest of one is trained in the same order
  const { epoch, extra } = await loadCheckpoint(file(stopped))
  expect(epoch).toBe(0)
  expect((extra as { done: number }).done).toBeGreaterThan(0)
  expect((extra as { done: number }).done).toBeLessThan(BATCHES)

  const second = await train(stopped, ['--resume'], 'epoch 1: test accuracy')
  expect(second.code).toBe(0)
  expect(second.output).toContain('going on in epoch 1 after')
  expect(second.output).toContain('--resume')
  expect((await loadCheckpoint(file(stopped))).epoch).toBe(1)
  expect(readFileSync(file(stopped)).equals(readFileSync(file(whole)))).toBe(false)

  const last = await train(stopped, ['--resume'])
  expect(last.code).toBe(0)
  // parameters, running statistics, moments, schedule, random generator, and every loss on the way
  expect(readFileSync(file(stopped)).equals(readFileSync(file(whole)))).toBe(true)
  const report = (output: string) => output.slice(output.indexOf('rows: digits')).replaceAll(/\S+\//g, '')
  expect(report(last.output)).toBe(report(neverStopped.output))
})

test('there is nothing to resume from in an empty folder', { timeout: 120_000 }, async () => {
  const { code, output } = await train(temporaryFolder(), ['--resume'])
  expect(code).not.toBe(0)
  expect(output).toMatch(/there is no .*checkpoint\.safetensors to resume from/)
})
