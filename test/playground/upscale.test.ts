/**
 * The tab Upscale: what the page makes of a photo is what the library makes of it.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright'
import { PNG } from 'pngjs'
import { expect, test, vi } from 'vitest'
import { fromTypedArray, nn, noGrad } from '../../src/index.js'
import { safetensors } from '../../src/interop/index.js'
import { UPCONV7_CONTEXT, upconv7 } from '../../src/models/index.js'
import { objections } from './support/axe.js'
import { holdDecoding, pageWidth, usePlayground } from './support/browser.js'
import { pixelsOf } from './support/pixels.js'

// a browser beside other tests takes its time
vi.setConfig({ testTimeout: 240_000 })

const root = new URL('../../', import.meta.url)

const playground = usePlayground()

/** A part of the sample. */
function crop(width: number, height: number): PNG {
  const photo = PNG.sync.read(readFileSync(new URL('photos/chelsea-half.png', root)))
  const part = new PNG({ width, height })
  PNG.bitblt(photo, part, 90, 40, width, height, 0, 0)
  return part
}

const choose = (page: Page, name: string, buffer: Buffer) =>
  page.setInputFiles('input[type=file]', { name, mimeType: 'image/png', buffer })

const finished = (page: Page) => page.getByRole('button', { name: 'Save as PNG' }).waitFor({ timeout: 200_000 })

/** The library's own result in 0..255 before rounding, [2 H, 2 W, 3]: the picture as a whole, without tiles. */
async function doubled({ width, height, data }: PNG): Promise<number[]> {
  const network = upconv7().eval()
  network.loadStateDict(await safetensors.loadFile(fileURLToPath(new URL('models/upconv7-scale2x.safetensors', root))))
  const rgb = Float32Array.from(data.filter((_, at) => at % 4 !== 3))
  const picture = fromTypedArray(rgb, { shape: [height, width, 3] })
    .permute(2, 0, 1)
    .div(255)
  const context = Array<number>(4).fill(UPCONV7_CONTEXT)
  const output = noGrad(() => network(nn.functional.pad(picture, context, 'replicate')))
  return [...output.clamp(0, 1).mul(255).permute(1, 2, 0).contiguous().dataSync()].map(Number)
}

test('a crop of the sample becomes what the library makes of it, on the page and in the saved file', async () => {
  // wider than a tile, so that two are joined
  for (const [width, height] of [
    [40, 30],
    [70, 12],
  ] as const) {
    const picture = crop(width, height)
    const page = await playground.open('#upscale')
    await choose(page, 'cat.nose.png', PNG.sync.write(picture))
    await finished(page)
    const { data, ...size } = await pixelsOf(page, 'canvas.after')
    expect(size).toEqual({ width: 2 * width, height: 2 * height })
    const expected = await doubled(picture)
    const shown = data.filter((_, at) => at % 4 !== 3)
    expect(Math.max(...shown.map((byte, at) => Math.abs(byte - expected[at]!)))).toBeLessThan(0.51)
    expect(data.filter((_, at) => at % 4 === 3).every(alpha => alpha === 255)).toBe(true)

    expect(await page.locator('[data-fact="size"]').textContent()).toBe(
      `${width} × ${height} → ${2 * width} × ${2 * height}`,
    )
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as PNG' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('cat.nose-2x.png')
    const saved = PNG.sync.read(readFileSync(await download.path()))
    expect([...saved.data]).toEqual(data)

    // it is still there after a look at another tab
    await page.getByRole('link', { name: 'Arithmetic' }).click()
    await page.getByRole('grid').first().waitFor()
    await page.getByRole('link', { name: 'Upscale' }).click()
    await finished(page)
    expect((await pixelsOf(page, 'canvas.after')).data).toEqual(data)
  }
})

test('a transparent picture keeps its alpha', async () => {
  const picture = crop(20, 16)
  for (let pixel = 0; pixel < 20 * 16; pixel++) picture.data[4 * pixel + 3] = pixel % 20 < 10 ? 0 : 255
  const page = await playground.open('#upscale')
  await choose(page, 'half.png', PNG.sync.write(picture))
  await finished(page)
  const { data } = await pixelsOf(page, 'canvas.after')
  const alpha = (column: number) => data[4 * (16 * 40 + column) + 3]
  expect([0, 10, 17, 22, 39].map(alpha)).toEqual([0, 0, 0, 255, 255])
  // a file that is none takes nothing away
  await choose(page, 'notes.png', Buffer.from('not a picture'))
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('notes.png is not a picture')
  await finished(page)
  expect((await pixelsOf(page, 'canvas.after')).data).toEqual(data)
})

test('the sample: tiles appear one by one, the page stays responsive, and it can be cancelled', async () => {
  const page = await playground.open('#upscale')
  await page.getByRole('button', { name: 'Double the sample' }).click()
  const tiles = () => page.locator('[data-fact="tiles"]').textContent()
  await expect.poll(tiles, { timeout: 100_000 }).toMatch(/^[1-9]\d* of 12$/)
  expect(await page.getByRole('progressbar').getAttribute('max')).toBe('12')
  // turns of the page's own thread while the network is at the next tile
  const turns = await page.evaluate(async () => {
    const count = () => document.querySelector('[data-fact="tiles"]')!.textContent
    const before = count()
    let own = 0
    for (; count() === before; own++) await new Promise(done => setTimeout(done, 1))
    return own
  })
  expect(turns).toBeGreaterThan(5)
  expect(page.workers().length).toBeGreaterThan(0)
  // at once: waiting until it stands still, as a click does, may take as long as the tiles that are left
  await page.getByRole('button', { name: 'Cancel' }).dispatchEvent('click')
  await expect.poll(() => page.getByRole('status').textContent()).toBe('Cancelled')
  await expect.poll(() => page.workers().length).toBe(0)
  // another picture may follow
  await choose(page, 'cat.png', PNG.sync.write(crop(10, 10)))
  await finished(page)
})

test('that a photo is being opened is said until it is there, or given up', async () => {
  const page = await playground.open('#upscale')
  const goOn = await holdDecoding(page)
  const status = page.getByRole('status')
  await choose(page, 'notes.png', Buffer.from('not a picture'))
  await expect.poll(() => status.textContent()).toBe('notes.png is being opened')
  await goOn()
  await page.getByRole('alert').waitFor()
  expect(await status.count()).toBe(0)
})

test.each([
  [59_700, '1 min 0 s'],
  [119_700, '2 min 0 s'],
])('%i milliseconds are %s', async (milliseconds, words) => {
  const page = await playground.open('#upscale')
  await page.evaluate(own => {
    // it begins before there is a report
    performance.now = () => (document.querySelector('.report') ? own : 0)
  }, milliseconds)
  await choose(page, 'cat.png', PNG.sync.write(crop(10, 10)))
  await finished(page)
  expect(await page.locator('[data-fact="time"]').textContent()).toBe(words)
})

test.each([
  [2, 3000],
  [600, 1],
])('a strip of %i × %i is in sight as a whole', async (width, height) => {
  const page = await playground.open('#upscale')
  await choose(page, 'strip.png', PNG.sync.write(new PNG({ width, height })))
  await page.locator('canvas.after').waitFor()
  for (const canvas of ['canvas.before', 'canvas.after']) {
    const box = (await page.locator(canvas).boundingBox())!
    expect(Math.min(box.width, box.height)).toBeGreaterThan(20)
    expect(box.x + box.width / 2).toBeCloseTo(640, -1)
  }
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(1100)
  expect(await pageWidth(page)).toBeLessThanOrEqual(1280)
})

test('the line between before and after moves with the keyboard and the pointer', async () => {
  const page = await playground.open('#upscale')
  await choose(page, 'cat.png', PNG.sync.write(crop(16, 12)))
  await finished(page)
  const slider = page.getByRole('slider')
  const line = () => page.locator('.line').evaluate(own => (own as HTMLElement).offsetLeft)
  await slider.press('Home')
  await expect.poll(line).toBeLessThan(1)
  await slider.press('ArrowRight')
  expect(await slider.inputValue()).toBe('1')
  const { x, y, width, height } = (await page.locator('.layers').boundingBox())!
  await page.mouse.move(x + width / 4, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.75, y + height / 2)
  await page.mouse.up()
  await expect.poll(() => slider.inputValue()).toBe('75')
})

test.each([
  ['notes.png', Buffer.from('not a picture'), 'notes.png is not a picture that this browser can read'],
  ['cut.png', PNG.sync.write(crop(40, 30)).subarray(0, 60), 'cut.png is not a picture that this browser can read'],
  ['wall.png', PNG.sync.write(new PNG({ width: 3000, height: 1500 })), '4.5 megapixels. Up to 4.2 are doubled here'],
  ['strip.png', PNG.sync.write(new PNG({ width: 16_384, height: 2 })), 'Up to 16383 pixels a side are doubled here'],
])('what cannot be doubled is refused in words: %s', async (name, bytes, words) => {
  const page = await playground.open('#upscale')
  await choose(page, name, bytes)
  await expect.poll(() => page.getByRole('alert').textContent()).toContain(words)
  expect(await page.locator('canvas').count()).toBe(0)
})

test('a file that is dropped beside the card leaves the page as it is', async () => {
  const page = await playground.open('#upscale')
  const refused = await page.evaluate(() => {
    const dropped = (types: readonly (File | string)[]) =>
      ['dragover', 'drop'].map(type => {
        const dataTransfer = new DataTransfer()
        for (const own of types) {
          if (typeof own === 'string') dataTransfer.items.add(own, 'text/plain')
          else dataTransfer.items.add(own)
        }
        return !document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }))
      })
    return [dropped([new File(['a'], 'cat.png')]), dropped(['a text'])]
  })
  expect(refused).toEqual([
    [true, true],
    [false, false],
  ])
})

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('axe has no objection, and nothing is too wide: %s, %i', async (colorScheme, width) => {
  const page = await playground.open('#upscale', { colorScheme, viewport: { width, height: 800 } })
  expect(await objections(page)).toEqual([])
  await choose(page, 'cat.png', PNG.sync.write(crop(24, 16)))
  await finished(page)
  expect(await objections(page)).toEqual([])
  expect(await pageWidth(page)).toBeLessThanOrEqual(width)
})
