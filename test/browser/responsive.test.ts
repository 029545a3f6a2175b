/**
 * A page's main thread while the upscaler doubles a picture of 256 x 256 pixels on it: `forwardAsync` cuts the work into short
 * tasks, none of which is longer than 50 ms on the machine that `docs/results.md` describes. How long they are is printed
 * here, in the time that the thread had the processor and by the clock. Other machines are slower, and busy ones wait, so what
 * is asserted are parts of the whole: the longest task is a small one, and a call without `forwardAsync` is one single task.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openChromium } from './chromium.js'

vi.setConfig({ testTimeout: 600_000 })

/** At most so much of a call is one task with `forwardAsync`: in eight, 50 of 400 ms. */
const PART = 1 / 8

const root = fileURLToPath(new URL('../..', import.meta.url))

const PROGRAM = `
import { noGrad, rand } from 'convforge'
import { safetensors } from 'convforge/interop'
import { UPCONV7_CONTEXT, upconv7 } from 'convforge/models'

const network = upconv7().eval()
network.loadStateDict(safetensors.load(await (await fetch('/weights')).arrayBuffer()))
const size = 256 + 2 * UPCONV7_CONTEXT
const picture = rand(1, 3, size, size)
const results = {}

globalThis.measure = async way => {
  const tasks = []
  const observer = new PerformanceObserver(list => tasks.push(...list.getEntries()))
  observer.observe({ type: 'longtask' })
  let [frames, gap, last, isOver] = [0, 0, performance.now(), false]
  const beat = () => {
    const now = performance.now()
    gap = Math.max(gap, now - last)
    last = now
    if (!isOver) setTimeout(beat)
  }
  const frame = () => {
    frames++
    if (!isOver) requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  // the task in which a test calls this is none of the network's
  await new Promise(resolve => setTimeout(resolve, 100))
  beat()
  const start = performance.now()
  results[way] = await noGrad(() => (way === 'forwardAsync' ? network.forwardAsync(picture) : network(picture)))
  const end = performance.now()
  beat()
  isOver = true
  // the observer is told later
  await new Promise(resolve => setTimeout(resolve, 200))
  observer.disconnect()
  const own = tasks.filter(({ startTime, duration }) => startTime + duration > start && startTime < end)
  return { longest: Math.max(0, ...own.map(({ duration }) => duration)), gap, frames, took: end - start }
}
globalThis.isSame = () => results.forwardAsync.equal(results.forward)
`

interface Measured {
  /** The longest task of more than 50 ms, in milliseconds; 0 if there is none. */
  readonly longest: number
  /** The longest time between two beats of a timer. */
  readonly gap: number
  readonly frames: number
  readonly took: number
}

interface Program {
  measure(way: Way): Promise<Measured>
  isSame(): boolean
}

type Way = 'forward' | 'forwardAsync'

let server: Server
let browser: Browser

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  const script = outputFiles[0]!.text
  const weights = readFileSync(new URL('../../models/upconv7-scale2x.safetensors', import.meta.url))
  server = createServer(({ url }, response) => {
    if (url === '/weights') return response.end(weights)
    if (url === '/program.js') return response.setHeader('Content-Type', 'text/javascript').end(script)
    if (url === '/isolated') {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    response.setHeader('Content-Type', 'text/html')
    return response.end('<!doctype html><script type="module" src="/program.js"></script>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  browser = await openChromium()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

async function visit(path: string) {
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  await page.waitForFunction(() => 'measure' in globalThis, undefined, { timeout: 120_000 })
  return page
}

/** An event of Chromium's trace; times in microseconds. */
interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  /** How long the thread had the processor. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** What the page measures, and the longest time for which a task of its main thread had the processor, in milliseconds. */
async function measure(page: Page, way: Way): Promise<Measured & { readonly computed: number }> {
  await browser.startTracing(page, { categories: ['toplevel'] })
  const measured = await page.evaluate(own => (globalThis as unknown as Program).measure(own), way)
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const mains = trace.traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const isMain = new Set(mains.map(threadOf))
  const tasks = trace.traceEvents.filter(own => own.name.endsWith('RunTask') && isMain.has(threadOf(own)))
  expect(tasks.length).toBeGreaterThan(5)
  return { ...measured, computed: Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000)) }
}

describe.each([
  ['isolated', true],
  ['page', false],
])('on a page (%s)', (path, isolated) => {
  test('the upscaler leaves the main thread to others, and a call would not', async () => {
    const page = await visit(`/${path}`)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated)
    // the first on its page: kernels are planned and compiled in it
    const { computed, longest, gap, frames, took } = await measure(page, 'forwardAsync')
    const whole = await measure(page, 'forward')
    console.log(
      `forwardAsync, ${path}: longest task ${longest || 'under 50'} ms, ${computed.toFixed()} of the processor; ` +
        `longest gap ${gap.toFixed()} ms; ${frames} frames in ${took.toFixed()} ms; a call takes ${whole.took.toFixed()} ms`,
    )
    // drawn all the time, and not at the end
    expect(frames).toBeGreaterThan(took / 1000)
    expect(computed).toBeLessThan(PART * whole.computed)
    // this is how it looks where nothing gives way
    expect(whole.longest).toBeGreaterThan(0.9 * whole.took)
    expect(await page.evaluate(() => (globalThis as unknown as Program).isSame())).toBe(true)
    await page.close()
  })
})
