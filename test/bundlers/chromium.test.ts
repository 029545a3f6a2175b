/**
 * The package on a page, by the ways in which it gets there: bundled by esbuild or by Vite, from Vite's development server, or
 * as it lies on a static host. Nothing but pages and scripts is there to be fetched: no WebAssembly file and no worker's.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import type { Browser } from 'playwright'
import * as vite from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openChromium } from '../browser/chromium.js'
import { folderWithPackage } from './support/package.js'
import { PROGRAM, pageOf, type Report } from './support/program.js'
import { ISOLATED, type Site, serveFolder } from './support/site.js'

const folder = folderWithPackage()
const write = (path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

/** What the program finds in this Node, on the same backend. */
function reportOfNode(): Report {
  const program = `${PROGRAM}\nconsole.log(JSON.stringify(globalThis.report))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: folder,
    env: { ...process.env, CONVFORGE_BACKEND: 'wasm' },
    encoding: 'utf8',
  })
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Report
}

async function bundleByEsbuild(): Promise<void> {
  write('esbuild/index.html', pageOf('./program.js'))
  await esbuild.build({
    stdin: { contents: PROGRAM, resolveDir: folder, loader: 'js' },
    absWorkingDir: folder,
    outfile: 'esbuild/program.js',
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'warning',
  })
}

const VITE = { root: folder, configFile: false, logLevel: 'warn' } as const

async function bundleByVite(): Promise<void> {
  write('index.html', pageOf('./program.js'))
  write('program.js', PROGRAM)
  await vite.build({ ...VITE, base: './', build: { outDir: 'vite', target: 'es2022' } })
}

function writeUnbundled(): void {
  const map = { imports: { convforge: '../node_modules/convforge/dist/src/index.js' } }
  write('static/index.html', pageOf('./program.js', `<script type="importmap">${JSON.stringify(map)}</script>\n`))
  write('static/program.js', PROGRAM)
}

async function serveByVite(headers: Readonly<Record<string, string>>): Promise<Site> {
  const server = await vite.createServer({ ...VITE, server: { headers, port: 0, host: '127.0.0.1' } })
  await server.listen()
  return { url: server.resolvedUrls!.local[0]!.replace(/\/$/, ''), close: () => server.close() }
}

let browser: Browser
let expected: Report
beforeAll(async () => {
  writeUnbundled()
  await bundleByEsbuild()
  await bundleByVite()
  expected = reportOfNode()
  browser = await openChromium()
})
afterAll(() => browser?.close())

async function visit(url: string, workersExpected: number) {
  const page = await browser.newPage()
  const errors: string[] = []
  const requests: string[] = []
  page.on('pageerror', error => errors.push(error.message))
  page.on('console', message => message.type() === 'error' && errors.push(message.text()))
  page.on('request', request => {
    // the worker's source has an address of the page's own, blob:...; icons and such, data:...
    if (request.url().startsWith('http')) requests.push(`${request.resourceType()} ${new URL(request.url()).pathname}`)
  })
  await page.goto(url)
  await page.waitForFunction(() => 'report' in globalThis, null, { timeout: 60_000 })
  const [report, isolated] = await page.evaluate(() => [
    (globalThis as unknown as { report: Report }).report,
    crossOriginIsolated,
  ])
  await expect.poll(() => page.workers().length).toBe(workersExpected)
  const workers = page.workers().map(worker => worker.url())
  await page.close()
  return { report, isolated, errors, requests, workers }
}

test('in Node, WebAssembly computes, and its numbers are those of the reference', () => {
  expect(expected).toMatchObject({ backend: 'wasm', threads: 2 })
  expect(expected.output).toHaveLength(16 * 20 * 20)
  expect(expected.losses).toHaveLength(2)
  const { backend, algorithms, ...numbers } = expected
  expect(algorithms.filter(name => name.startsWith('wasm/')).length).toBeGreaterThanOrEqual(2)
  const program = `import { backends as own } from 'convforge'\nown.setBackend('reference')\n${PROGRAM}`
  const { stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', `${program}\nconsole.log(JSON.stringify(globalThis.report))`],
    { cwd: folder, encoding: 'utf8' },
  )
  expect(JSON.parse(stdout)).toMatchObject({ backend: 'reference', ...numbers })
})

describe.each([
  ['isolated page', ISOLATED],
  ['page', {}],
] as const)('on a %s', (_, headers) => {
  const isIsolated = headers === ISOLATED
  /** What the page asked for, after it has been found to compute as Node does. */
  const requestsOf = async (url: string) => {
    const { report, isolated, errors, workers, requests } = await visit(url, isIsolated ? 1 : 0)
    expect(errors).toEqual([])
    expect(isolated).toBe(isIsolated)
    expect(report).toEqual(expected)
    expect(workers).toEqual(isIsolated ? [expect.stringMatching(/^blob:/)] : [])
    return requests
  }

  let site: Site
  beforeAll(async () => {
    site = await serveFolder(folder, headers)
  })
  afterAll(() => site?.close())

  test('bundled by esbuild, it is one script', async () => {
    const requests = await requestsOf(`${site.url}/esbuild/`)
    expect(requests).toEqual(['document /esbuild/', 'script /esbuild/program.js'])
  })

  test('bundled by Vite, it is one script', async () => {
    const requests = await requestsOf(`${site.url}/vite/`)
    expect(requests).toEqual(['document /vite/', expect.stringMatching(/^script \/vite\/assets\/index-[\w-]+\.js$/)])
  })

  test('from a static host, without a bundler, it is the scripts of dist', async () => {
    const requests = await requestsOf(`${site.url}/static/`)
    const [page, script, ...rest] = requests
    expect([page, script]).toEqual(['document /static/', 'script /static/program.js'])
    expect(rest.length).toBeGreaterThan(100)
    expect(rest.filter(one => !/^script \/node_modules\/convforge\/dist\/src\/[\w/.-]+\.js$/.test(one))).toEqual([])
  })

  test("from Vite's development server, it is scripts", async () => {
    const server = await serveByVite(headers)
    try {
      const requests = await requestsOf(`${server.url}/`)
      expect(requests.filter(one => !/^(document|script) /.test(one) || one.endsWith('.wasm'))).toEqual([])
      expect(requests).toContainEqual(expect.stringMatching(/^script \/node_modules\/\.vite\/deps\/convforge\.js$/))
    } finally {
      await server.close()
    }
  })
})
