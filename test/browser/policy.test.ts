/**
 * A bundled page whose content security policy allows no WebAssembly: the portable path serves, and `backends` says why.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChromium } from './chromium.js'

const PROGRAM = `
import { backends, nn, ones } from 'convforge'
backends.setNumThreads(2)
backends.allowReducedPrecision(false)
const layer = new nn.Conv2d(16, 24, 3, { bias: false })
nn.init.ones_(layer.weight)
const sum = () => layer(ones(1, 16, 34, 34)).sum().item()
const first = sum()
// workers start, or are refused, when the page's thread is free
await new Promise(resolve => setTimeout(resolve, 100))
globalThis.report = {
  backend: backends.getBackend(),
  wasm: backends.describeBackends().find(({ name }) => name === 'wasm'),
  isolated: crossOriginIsolated,
  sums: [first, sum()],
}
`

interface Report {
  readonly backend: string
  readonly wasm: { readonly available: boolean; readonly reason: string }
  readonly isolated: boolean
  readonly sums: readonly number[]
}

let server: Server
let browser: Browser

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: PROGRAM, resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  const script = outputFiles[0]!.text
  server = createServer(({ url }, response) => {
    if (url === '/program.js') return response.setHeader('Content-Type', 'text/javascript').end(script)
    const policy = url === '/allowed' ? "script-src 'self' 'wasm-unsafe-eval'" : "script-src 'self'"
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    response.setHeader('Content-Security-Policy', policy).setHeader('Content-Type', 'text/html')
    return response.end('<!doctype html><script type="module" src="/program.js"></script>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  browser = await openChromium()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

async function visit(path: string): Promise<{ report: Report; errors: string[] }> {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', error => errors.push(error.message))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  await page.waitForFunction(() => 'report' in globalThis)
  const report = await page.evaluate(() => (globalThis as unknown as { report: Report }).report)
  await page.close()
  return { report, errors }
}

/** 32 x 32 pixels of 24 channels, each the sum of 16 x 9 ones. */
const SUM = 32 * 32 * 24 * 16 * 9

describe('a page whose content security policy', () => {
  test("lacks 'wasm-unsafe-eval' is served by the portable path, and told why", async () => {
    const { report, errors } = await visit('/forbidden')
    expect(report).toMatchObject({ backend: 'portable', isolated: true, sums: [SUM, SUM], wasm: { available: false } })
    expect(report.wasm.reason).toMatch(/may not compile WebAssembly .*'wasm-unsafe-eval'/)
    expect(errors).toEqual([])
  })

  test('has it is served by WebAssembly on one thread, as it allows no workers from text', async () => {
    const { report, errors } = await visit('/allowed')
    expect(report).toMatchObject({ backend: 'wasm', isolated: true, sums: [SUM, SUM], wasm: { available: true } })
    expect(errors).toEqual([])
  })
})
