/**
 * The built page in Chromium, watched: no page may log an error or ask another host for anything.
 */
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { openSite, type Site } from '../../../playground/site.js'
import { openChromium } from '../../browser/chromium.js'

interface Playground {
  readonly site: Site
  /** Opens the page at a hash, such as `#arithmetic?kernel=2`. */
  open(hash?: string, options?: BrowserContextOptions): Promise<Page>
}

/** The page for the tests of a file. After each of them its pages are closed, and nothing may have gone wrong in them. */
export function usePlayground(): Playground {
  let site: Site
  let browser: Browser
  let faults: string[] = []
  beforeAll(async () => {
    site = await openSite()
    browser = await openChromium()
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map(context => context.close()))
    const found = faults
    faults = []
    expect(found).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })
  return {
    get site() {
      return site
    },
    async open(hash = '', options = {}) {
      const context = await browser.newContext({
        reducedMotion: 'reduce',
        viewport: { width: 1280, height: 900 },
        ...options,
      })
      const page = await context.newPage()
      watch(page, site.url, faults)
      await page.goto(`${site.url}${hash}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      return page
    },
  }
}

function watch(page: Page, url: string, faults: string[]): void {
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', error => faults.push(`uncaught: ${error.message}`))
  page.on('requestfailed', request => faults.push(`failed: ${request.url()}`))
  page.on('request', request => {
    // a worker made of a text has an address of this page's own: blob:ORIGIN/...
    if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`another host: ${request.url()}`)
  })
}

/** Follows a link within the page. */
export const follow = (page: Page, hash: string) =>
  page.evaluate(own => {
    location.hash = own
  }, hash)

/** From now on the page decodes no picture; the answer lets it go on. */
export async function holdDecoding(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const decode = window.createImageBitmap.bind(window)
    const held = new Promise<void>(goOn => Object.assign(window, { goOn }))
    window.createImageBitmap = async (file: ImageBitmapSource) => {
      await held
      return decode(file)
    }
  })
  return () => page.evaluate(() => (window as unknown as { goOn(): void }).goOn())
}

/** How wide the page is, which may be more than the window. */
export const pageWidth = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth)

/** The number that a cell or a sum shows. */
export const numberOf = (text: string) => Number(text.trim().replaceAll('\u2212', '-'))

type Tensor = 'input' | 'weight' | 'output' | 'padding'

/** What one reads in the cells of a tensor, with their positions. */
export async function cells(page: Page, tensor: Tensor): Promise<(readonly [at: number, text: string])[]> {
  const found = await page.$$eval(`td[data-tensor="${tensor}"]`, all =>
    all.map(own => [Number((own as HTMLElement).dataset['at']), own.querySelector('span')?.textContent ?? ''] as const),
  )
  return found.sort(([a], [b]) => a - b)
}

/** The same without the positions. */
export const cellTexts = async (page: Page, tensor: Tensor) => (await cells(page, tensor)).map(([, text]) => text)

/** Whether a text is a number rounded to the decimals that it shows. */
export function shows(text: string, value: number): boolean {
  const decimals = text.split('.')[1]?.length ?? 0
  const slack = Number.isInteger(value) ? 0 : 0.5 * 10 ** -Math.max(decimals, text.includes('.') ? 2 : 0) + 1e-6
  return Math.abs(numberOf(text) - value) <= slack
}

/** A cell of a tensor. */
export const cell = (page: Page, tensor: string, at: number) =>
  page.locator(`td[data-tensor="${tensor}"][data-at="${at}"]`)
