/**
 * Takes the pictures of the page in docs/images/: npm run screenshots, or some: npm run screenshots -- playground-dark.
 *
 * Their letters are Inter and JetBrains Mono where these are installed (fonts-inter, fonts-jetbrains-mono).
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright'
import { openChromium } from '../test/browser/chromium.js'
import { drawSeven } from '../test/playground/support/drawing.js'
import { openSite } from './site.js'

interface Picture {
  readonly name: string
  readonly hash: string
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
  /** What the pointer is over. */
  readonly hover?: string
  /** The button that is pressed first. */
  readonly press?: string
  /** What must be there. Default: a grid of numbers. */
  readonly ready?: string
  /** Whether photos are in it, which a JPEG holds in less. */
  readonly photo?: boolean
  /** What is done on the page first. Default: it waits for a grid */
  readonly prepare?: (page: Page) => Promise<void>
}

const PICTURES: readonly Picture[] = [
  {
    name: 'playground',
    hash: '#arithmetic?size=7&stride=2&padding=2&dilation=2&bias=1&weight=edge',
    width: 1280,
    height: 900,
    colorScheme: 'light',
  },
  {
    name: 'playground-dark',
    hash: '#arithmetic?size=4&in=4&out=4&groups=2&weight=digits',
    width: 1280,
    height: 900,
    colorScheme: 'dark',
    hover: 'td[data-tensor="output"][data-at="10"]',
  },
  {
    name: 'playground-phone',
    hash: '#arithmetic?kernel=3&padding=1&mode=reflect',
    width: 390,
    height: 844,
    colorScheme: 'light',
  },
  {
    name: 'playground-picture',
    hash: '#picture?kernel=sharpen&side=480',
    width: 1280,
    height: 640,
    colorScheme: 'light',
    press: 'Emboss',
    ready: '[data-picture="result"]',
    photo: true,
  },
  {
    name: 'playground-upscale',
    hash: '#upscale',
    width: 1280,
    height: 900,
    colorScheme: 'dark',
    press: 'Double the sample',
    ready: 'button:text("Save as PNG")',
    photo: true,
  },
  {
    name: 'playground-learn',
    hash: '#learn?epochs=1',
    width: 1280,
    height: 900,
    colorScheme: 'light',
    prepare: trainAndDraw,
  },
]

/** Trains to the end, and draws a seven. */
async function trainAndDraw(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start' }).click()
  await page.locator('[data-figure="state"]', { hasText: 'finished' }).waitFor({ timeout: 600_000 })
  await drawSeven(page)
  await page.getByText('your drawing').waitFor()
  await page.mouse.move(2, 2)
  // the answer comes from the worker
  await page.waitForTimeout(1000)
}

const images = fileURLToPath(new URL('../docs/images/', import.meta.url))

async function take(browser: Browser, url: string, picture: Picture): Promise<void> {
  const { name, hash, width, height, colorScheme, hover, press, ready = '[role=grid]', photo, prepare } = picture
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
    deviceScaleFactor: 1.5,
  })
  await page.goto(`${url}${hash}`)
  if (press) await page.getByRole('button', { name: press }).click()
  if (prepare) await prepare(page)
  else await page.locator(ready).first().waitFor({ timeout: 300_000 })
  if (hover) await page.hover(hover)
  const path = join(images, `${name}.${photo ? 'jpg' : 'png'}`)
  await page.screenshot({ path, ...(photo && { quality: 85 }) })
  console.log(`${path}: ${Math.round(statSync(path).size / 1024)} kB`)
  await page.close()
}

const site = await openSite()
const browser = await openChromium()
const names = process.argv.slice(2)
for (const picture of PICTURES.filter(own => names.length === 0 || names.includes(own.name)))
  await take(browser, site.url, picture)
await browser.close()
await site.close()
