/**
 * The tab Picture: the pixels on the page are the library's, from files, the sample and the camera.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { KERNELS } from '../../playground/src/picture/kernels.js'
import { DEFAULTS, readLink, writeLink } from '../../playground/src/picture/link.js'
import { kernelSize, resize, type Setting } from '../../playground/src/picture/setting.js'
import { fromTypedArray, nn, tensor } from '../../src/index.js'
import { objections } from './support/axe.js'
import { follow, holdDecoding, pageWidth, usePlayground } from './support/browser.js'
import { type Pixels, pixelsOf } from './support/pixels.js'

const photo = (name: string) => fileURLToPath(new URL(`../../photos/${name}.png`, import.meta.url))

const playground = usePlayground()

const openPicture = async (query = '', options = {}) => {
  const page = await playground.open(`#picture?${query}`, options)
  await page.locator('[data-picture="result"]').waitFor()
  return page
}

/** What the bytes of the canvas should be before rounding, [H, W, 3]. */
function expected(picture: Pixels, setting: Setting): { shape: readonly number[]; values: number[] } {
  const { weights, divisor, grey, stride, dilation, paddingMode } = setting
  const size = kernelSize(setting)
  const border = (dilation * (size - 1)) / 2
  const rgb = picture.data.filter((_, at) => at % 4 !== 3)
  const bytes = fromTypedArray(Float32Array.from(rgb), { shape: [picture.height, picture.width, 3] })
  const weight = tensor([0, 1, 2].map(() => [weights.map(own => own / divisor)])).reshape(3, 1, size, size)
  const padded = nn.functional.pad(bytes.permute(2, 0, 1), [border, border, border, border], paddingMode)
  const output = nn.functional.conv2d(padded, weight, null, { stride, dilation, groups: 3 })
  const values = output
    .add(grey ? 128 : 0)
    .clamp(0, 255)
    .permute(1, 2, 0)
  return { shape: values.shape, values: [...values.contiguous().dataSync()].map(Number) }
}

test.each([
  'kernel=sobel-y&mode=replicate',
  'kernel=gaussian&stride=2&dilation=3',
  'weights=0,1,2,-1,0.5,0,0,0,-2&divisor=1.5&grey=1&stride=3&mode=circular',
  'kernel=laplacian&mode=constant',
])('the canvas holds what the library makes of the picture: %s', async query => {
  const page = await openPicture(query)
  await page.setInputFiles('input[type=file]', photo('chelsea-half'))
  const file = PNG.sync.read(readFileSync(photo('chelsea-half')))
  const original = () => pixelsOf(page, '[data-picture="original"]')
  await expect.poll(async () => (await original()).width).toBe(file.width)
  const picture = await original()
  expect(picture.height).toBe(file.height)
  // smaller than the longer side that is set: the pixels are the file's
  expect(picture.data).toEqual([...file.data])

  const { setting, faults } = readLink(query)
  expect(faults).toEqual([])
  const { shape, values } = expected(picture, setting)
  const result = await pixelsOf(page, '[data-picture="result"]')
  expect([result.height, result.width, 3]).toEqual(shape)
  const shown = result.data.filter((_, at) => at % 4 !== 3)
  // rounded to the nearest byte, but for what float32 adds
  const distances = shown.map((byte, at) => Math.abs(byte - values[at]!))
  expect(Math.max(...distances)).toBeLessThan(0.501)
})

test('every control changes the setting, which is in the address', async () => {
  const page = await openPicture()
  await page.getByRole('button', { name: 'Sharpen' }).click()
  await expect.poll(() => new URL(page.url()).hash).toBe('#picture?kernel=sharpen')
  await page.getByRole('spinbutton', { name: 'stride' }).fill('2')
  await page.getByRole('spinbutton', { name: 'dilation' }).fill('3')
  await page.getByRole('combobox', { name: 'beyond the edge' }).selectOption('replicate')
  await page.getByRole('combobox', { name: 'longer side' }).selectOption('240')
  await page.getByRole('spinbutton', { name: 'row 2, column 2' }).fill('6.5')
  await page.getByRole('spinbutton', { name: 'divided by' }).fill('2')
  // no divisor: the last one stays
  await page.getByRole('spinbutton', { name: 'divided by' }).fill('0')
  await page.getByRole('switch', { name: 'add grey 128' }).check()
  const hash = '#picture?weights=0,-1,0,-1,6.5,-1,0,-1,0&divisor=2&stride=2&dilation=3&mode=replicate&side=240'
  await expect.poll(() => new URL(page.url()).hash).toBe(hash)
  await page.getByRole('radio', { name: '5 × 5' }).check()
  await expect.poll(() => page.getByRole('spinbutton', { name: 'row 3, column 3' }).inputValue()).toBe('6.5')
  expect(await page.locator('.weights input').count()).toBe(25)
  const size = () => pixelsOf(page, '[data-picture="result"]').then(({ width }) => width)
  await expect.poll(size).toBe(120)
  expect(await page.locator('[data-fact="time"]').textContent()).toMatch(/^\d+\.\d ms$/)
})

test('a dropped file is opened, and what is no picture is refused in words', async () => {
  const page = await openPicture()
  const drop = async (name: string, bytes: Buffer) => {
    const transfer = await page.evaluateHandle(
      ([base64, own]) => {
        const data = new DataTransfer()
        data.items.add(new File([Uint8Array.from(atob(base64!), letter => letter.charCodeAt(0))], own!))
        return data
      },
      [bytes.toString('base64'), name],
    )
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: transfer })
  }
  await drop('notes.png', Buffer.from('not a picture'))
  const alert = page.getByRole('alert')
  await expect.poll(() => alert.textContent()).toContain('notes.png is not a picture')
  await drop('cat.png', readFileSync(photo('chelsea-half')))
  await expect.poll(() => pixelsOf(page, '[data-picture="original"]').then(({ width }) => width)).toBe(225)
  expect(await alert.count()).toBe(0)
})

test('that a picture is being opened is said until it is there', async () => {
  const page = await openPicture()
  const goOn = await holdDecoding(page)
  await page.setInputFiles('input[type=file]', photo('chelsea-half'))
  await expect.poll(() => page.getByRole('status').textContent()).toBe('chelsea-half.png is being opened')
  expect(await objections(page)).toEqual([])
  await goOn()
  await expect.poll(() => pixelsOf(page, '[data-picture="original"]').then(({ width }) => width)).toBe(225)
  expect(await page.getByRole('status').count()).toBe(0)
})

test('fields are no taller beside a tall kernel', async () => {
  const page = await openPicture(`weights=${Array(25).fill(1)}`, { viewport: { width: 768, height: 1024 } })
  for (const name of ['stride', 'dilation']) {
    expect((await page.getByRole('group', { name }).boundingBox())!.height).toBeLessThan(40)
  }
})

test('the camera is followed, and stops with the tab', async () => {
  const page = await openPicture('side=240')
  await page.evaluate(() => {
    // a camera that sees a colour change
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 })
    const context = canvas.getContext('2d')!
    let shade = 0
    setInterval(() => {
      context.fillStyle = `rgb(${shade++ % 256} 90 200)`
      context.fillRect(0, 0, 320, 240)
    }, 30)
    const stream = canvas.captureStream(30)
    Object.assign(window, { stream })
    navigator.mediaDevices.getUserMedia = async () => stream
  })
  await page.getByRole('button', { name: 'Camera' }).click()
  await expect.poll(() => page.locator('[data-fact="rate"]').textContent()).toMatch(/^[2-9]|\d\d$/)
  const before = await pixelsOf(page, '[data-picture="original"]')
  expect([before.width, before.height]).toEqual([240, 180])
  await expect
    .poll(() => pixelsOf(page, '[data-picture="original"]').then(({ data }) => data[0]))
    .not.toBe(before.data[0])
  await follow(page, '#arithmetic')
  const state = () =>
    page.evaluate(() => (window as unknown as { stream: MediaStream }).stream.getTracks()[0]!.readyState)
  await expect.poll(state).toBe('ended')
})

test.each([
  ['NotAllowedError', 'not allowed'],
  ['NotFoundError', 'no camera'],
])('without a camera the page says so: %s', async (name, words) => {
  const page = await openPicture()
  await page.evaluate(own => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', own))
  }, name)
  await page.getByRole('button', { name: 'Camera' }).click()
  await expect.poll(() => page.getByRole('alert').textContent()).toContain(words)
  // the sample is still there
  expect(await page.locator('[data-picture="result"]').count()).toBe(1)
})

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)('axe has no objection, and nothing is too wide: %s, %i', async (colorScheme, width) => {
  const page = await openPicture('kernel=gaussian', { colorScheme, viewport: { width, height: 800 } })
  expect(await objections(page)).toEqual([])
  expect(await pageWidth(page)).toBeLessThanOrEqual(width)
})

test('links: every kernel comes back under its name, and nonsense is named', () => {
  for (const { id, weights, divisor, grey } of KERNELS) {
    const setting: Setting = { ...DEFAULTS, weights, divisor, grey, stride: 4, side: '640' }
    const link = writeLink(setting)
    expect(link).toBe(`${id === 'sobel-x' ? '' : `kernel=${id}&`}stride=4&side=640`)
    expect(readLink(link)).toEqual({ setting, faults: [] })
  }
  const nonsense = ['weights=1,2,3', 'divisor=0', 'stride=0', 'mode=zeros', 'kernel=sobel', 'x']
  expect(readLink(nonsense.join('&'))).toEqual({ setting: DEFAULTS, faults: nonsense })
})

test('a kernel in another size keeps its middle', () => {
  const three = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  const five = resize(three, 5)
  expect(five).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 7, 8, 9, 0, 0, 0, 0, 0, 0])
  expect(resize(five, 3)).toEqual(three)
})
