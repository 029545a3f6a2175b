/**
 * What a visitor may expect of the page: usable by everybody, small, self-contained, on any static host.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { objections } from './support/axe.js'
import { cellTexts, pageWidth, usePlayground } from './support/browser.js'

const playground = usePlayground()

const GROUPED = '#arithmetic?size=3&in=2&out=2&groups=2&padding=1&mode=reflect&weight=digits&bias=1'
const LARGE = ['#arithmetic?in=4&out=4&groups=2&padding=1&weight=digits', '#arithmetic?size=16&padding=same']
const TRANSPOSED = '#arithmetic?transposed=1&stride=2&padding=1'
const IMPOSSIBLE = '#arithmetic?kernel=9'

test.each([
  ['light', 1280, GROUPED],
  ['dark', 1280, GROUPED],
  ['light', 360, GROUPED],
  ['dark', 360, TRANSPOSED],
  ['light', 1280, IMPOSSIBLE],
  ['dark', 1280, IMPOSSIBLE],
] as const)('axe has no objection: %s, %i pixels wide, %s', async (colorScheme, width, hash) => {
  const page = await playground.open(hash, { colorScheme, viewport: { width, height: 800 } })
  expect(await objections(page)).toEqual([])
})

// axe leaves out texts of one letter, which is most of the cells
test.each(['light', 'dark'] as const)('the numbers in the cells are legible: %s', async colorScheme => {
  for (const hash of [GROUPED, '#arithmetic?in=8&out=8&groups=8&size=3&padding=1&mode=circular&weight=digits']) {
    const page = await playground.open(hash, { colorScheme })
    const contrasts = await page.$$eval('td span, td small', all => {
      const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
      const luminance = (colour: string) => {
        context.fillStyle = colour
        context.fillRect(0, 0, 1, 1)
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map(byte =>
          byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
        ) as [number, number, number]
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      return all.map(text => {
        const [a, b] = [getComputedStyle(text).color, getComputedStyle(text.closest('td')!).backgroundColor].map(
          luminance,
        )
        return (Math.max(a!, b!) + 0.05) / (Math.min(a!, b!) + 0.05)
      })
    })
    expect(contrasts.length).toBeGreaterThan(50)
    expect(Math.min(...contrasts)).toBeGreaterThan(4.5)
  }
})

test.each([...LARGE, GROUPED, TRANSPOSED, IMPOSSIBLE])('nothing is wider than the window: %s', async hash => {
  const page = await playground.open(hash)
  for (const width of [360, 390, 768, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 })
    expect(await pageWidth(page)).toBeLessThanOrEqual(width)
  }
})

test('all tabs are in sight, however narrow the window', async () => {
  const page = await playground.open()
  for (const width of [320, 360, 390, 600]) {
    await page.setViewportSize({ width, height: 800 })
    const [bar, ...links] = await page.$$eval('nav, nav a', all =>
      all.map(own => own.getBoundingClientRect()).map(({ left, right }) => [left, right] as const),
    )
    expect(links.length).toBe(4)
    expect(links.filter(([left, right]) => left < Math.max(0, bar![0]) || right > Math.min(width, bar![1]))).toEqual([])
  }
})

test('the theme is the system’s until one is chosen, and then stays', async () => {
  const page = await playground.open('', { colorScheme: 'dark' })
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
  const dark = await background()
  await page.emulateMedia({ colorScheme: 'light' })
  await expect.poll(background).not.toBe(dark)
  await page.getByRole('button', { name: 'Switch to dark theme' }).click()
  await expect.poll(background).toBe(dark)
  await page.reload()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(await background()).toBe(dark)
})

test('nothing moves for those who ask for no motion', async () => {
  const duration = async (reducedMotion: 'reduce' | 'no-preference') => {
    const page = await playground.open('', { reducedMotion })
    return page.$eval('.window', element => getComputedStyle(element).transitionDuration)
  }
  expect(await duration('no-preference')).toContain('0.16s')
  expect(await duration('reduce')).toBe('0s')
})

test('the first load is below 300 kB, compressed, and brings no other tab', async () => {
  const page = await playground.open()
  await page.waitForLoadState('networkidle')
  const loaded = await page.evaluate(() =>
    ['navigation', 'resource'].flatMap(type => performance.getEntriesByType(type)).map(({ name }) => name),
  )
  const files = loaded
    .filter(url => !url.startsWith('blob:'))
    .map(url => new URL(url).pathname.slice(1) || 'index.html')
  expect(files.filter(name => name.endsWith('.js')).length).toBeGreaterThan(2)
  const size = files.reduce((sum, name) => sum + gzipSync(readFileSync(join(playground.site.folder, name))).length, 0)
  expect(size).toBeLessThan(300_000)
  expect(files.filter(name => !/\.(html|js|css|svg)$/.test(name))).toEqual([])
})

test('the page is isolated from others, as shared memory needs', async () => {
  const page = await playground.open()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
})

test('it works on any static host, under any path', async () => {
  const types: Record<string, string> = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.css': 'text/css',
    '.svg': 'image/svg+xml',
  }
  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://host').pathname.replace(/^\/some\/where\//, '')
    const type = types[extname(path || 'index.html')]
    if (!type || path.startsWith('/')) return response.writeHead(404).end()
    return response
      .writeHead(200, { 'Content-Type': type })
      .end(readFileSync(join(playground.site.folder, path || 'index.html')))
  })
  await new Promise<void>(done => server.listen(0, 'localhost', done))
  const page = await playground.open()
  const missing: string[] = []
  page.on('response', response => {
    if (response.status() !== 200) missing.push(response.url())
  })
  // another port is another host: this page is watched by its own list
  page.removeAllListeners('request')
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/some/where/#arithmetic?kernel=5`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect((await cellTexts(page, 'output')).length).toBe(1)
  expect(missing).toEqual([])
  await page.context().close()
  server.close()
})
