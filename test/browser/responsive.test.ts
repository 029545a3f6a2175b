/**
 * A page's main thread while the upscaler doubles a picture of 256 x 256 pixels on it: no task takes more than 50 ms.
 *
 * Other programs on the machine make tasks longer by the clock, not by the time that the thread has the processor. That must
 * be short in any case; the time by the clock, as the page itself measures it, where the machine is not busy. The best of a
 * few runs counts; each is the first on its page, so that kernels are planned and compiled in it.
 */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openChromium } from './chromium.js'

vi.setConfig({ testTimeout: 600_000 })

/** What browsers call a long task. */
const LONG_MILLISECONDS = 50

const RUNS = 5

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
    const isBusy = loadavg()[0]! > availableParallelism()
    const [runs, best] = [[] as string[], { computed: Number.POSITIVE_INFINITY, longest: Number.POSITIVE_INFINITY }]
    const isLong = () => best.computed > LONG_MILLISECONDS || (!isBusy && best.longest > LONG_MILLISECONDS)
    for (let run = 0; run < RUNS && isLong(); run++) {
      const page = await visit(`/${path}`)
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated)
      const { computed, longest, gap, frames, took } = await measure(page, 'forwardAsync')
      best.computed = Math.min(best.computed, computed)
      best.longest = Math.min(best.longest, longest)
      runs.push(
        `longest task ${longest || 'under 50'} ms, ${computed.toFixed()} of the processor; ` +
          `longest gap ${gap.toFixed()} ms; ${frames} frames in ${took.toFixed()} ms`,
      )
      // drawn all the time, and not at the end
      expect(frames).toBeGreaterThan(took / 1000)
      if (run === 0) {
        // this is how it looks where nothing gives way
        const whole = await measure(page, 'forward')
        expect(whole.longest).toBeGreaterThan(0.9 * whole.took)
        expect(whole.computed).toBeGreaterThan(2 * LONG_MILLISECONDS)
        expect(await page.evaluate(() => (globalThis as unknown as Program).isSame())).toBe(true)
      }
      await page.close()
    }
    console.log(`forwardAsync, ${path}: ${runs.join(' | ')}`)
    expect(best.computed).toBeLessThanOrEqual(LONG_MILLISECONDS)
    if (!isBusy) expect(best.longest).toBeLessThanOrEqual(LONG_MILLISECONDS)
  })
})
