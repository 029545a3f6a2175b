/**
 * The tab Learn in Chromium: it trains as the library does in Node, and recognises what its network recognises.
 */
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { readIdx } from '../../examples/mnist/idx.js'
import { objections } from './support/axe.js'
import { pageWidth, usePlayground } from './support/browser.js'
import { drawSeven } from './support/drawing.js'
import { accuracy, recognise, train } from './support/training.js'

const patience = { timeout: 60_000 }

const playground = usePlayground()

const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`).textContent()
const stepOf = async (page: Page) => Number.parseInt((await figure(page, 'step'))!, 10)
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** The tab with its digits loaded. */
async function openLearn(query = '', options = {}): Promise<Page> {
  const page = await playground.open(`#learn${query}`, options)
  await expect.poll(() => figure(page, 'state'), patience).toBe('not trained yet')
  await page.locator('.answer').waitFor()
  return page
}

async function oneStep(page: Page): Promise<number> {
  const before = await stepOf(page)
  await button(page, 'One step').click()
  await expect.poll(() => stepOf(page), patience).toBe(before + 1)
  return Number(await figure(page, 'loss'))
}

/** What the bars say, from 0 to 1. */
async function probabilities(page: Page): Promise<number[]> {
  const texts = await page.locator('.answer .percent').allTextContents()
  return texts.map(text => Number(text.replace(' %', '')) / 100)
}

/** The digit that the network sees, from the picture of it. */
const seen = (page: Page) =>
  page.$eval('.boards .pixels', canvas => {
    const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 28, 28)
    return Array.from({ length: 784 }, (_, at) => data[4 * at + 3]!)
  })

const furthest = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((own, i) => Math.abs(own - b[i]!)))

test('it trains and recognises as the library does in Node', async () => {
  const settings = { batch: 16, rate: 0.03, epochs: 1, seed: 3 }
  const { model, losses } = train(settings, 6)
  const page = await openLearn('?batch=16&rate=0.03&epochs=1&seed=3')
  expect(await page.locator('.says').textContent()).toContain('not trained yet')
  const shown: number[] = []
  for (const _ of losses) shown.push(await oneStep(page))
  expect(furthest(shown, losses)).toBeLessThan(1e-3)
  expect(losses.at(-1)!).toBeLessThan(losses[0]!)
  expect(await page.locator('.says').textContent()).not.toContain('not trained yet')

  // test digits, by keyboard
  const tested = readIdx('t10k-images-idx3-ubyte').bytes
  const labels = readIdx('t10k-labels-idx1-ubyte').bytes
  for (const index of [4, 999]) {
    await page.getByRole('spinbutton', { name: 'or a test digit' }).focus()
    await page.keyboard.press('Control+a')
    await page.keyboard.type(String(index))
    const pixels = tested.subarray(784 * index, 784 * (index + 1))
    await expect.poll(() => page.locator('.says').textContent(), patience).toContain(`It is a ${labels[index]}.`)
    await expect.poll(() => seen(page), patience).toEqual([...pixels])
    const expected = recognise(model, pixels)
    await expect.poll(async () => furthest(await probabilities(page), expected), patience).toBeLessThan(2e-3)
  }

  // a drawing: what is seen is recognised as the library does it
  const before = await probabilities(page)
  await drawSeven(page)
  await expect.poll(() => page.locator('.boards figcaption').textContent(), patience).toContain('your drawing')
  await expect.poll(() => probabilities(page), patience).not.toEqual(before)
  // the picture and the answer follow the pointer, each in its time
  const difference = async () => furthest(await probabilities(page), recognise(model, await seen(page)))
  await expect.poll(difference, patience).toBeLessThan(2e-3)
  expect((await seen(page)).filter(ink => ink > 128).length).toBeGreaterThan(20)
  await button(page, 'Clear').click()
  await expect.poll(() => page.locator('.says').textContent(), patience).toContain(`It is a ${labels[999]}.`)
})

/** The ink of the pad in 28 rows of 28. */
const ink = (page: Page) =>
  page.$eval('.pad', pad => {
    const small = Object.assign(document.createElement('canvas'), { width: 28, height: 28 })
    const context = small.getContext('2d', { willReadFrequently: true })!
    context.drawImage(pad as HTMLCanvasElement, 0, 0, 28, 28)
    return [...context.getImageData(0, 0, 28, 28).data].filter((_, at) => at % 4 === 3)
  })

test('a drawing is still there after a look at another tab', async () => {
  const page = await openLearn()
  await drawSeven(page)
  const drawn = await ink(page)
  expect(drawn.filter(own => own > 128).length).toBeGreaterThan(20)
  await page.getByRole('link', { name: 'Arithmetic' }).click()
  await page.getByRole('grid').first().waitFor()
  await page.getByRole('link', { name: 'Learn' }).click()
  await page.locator('.pad').waitFor()
  expect(await ink(page)).toEqual(drawn)
  await button(page, 'Clear').click()
  await expect.poll(async () => Math.max(...(await ink(page)))).toBe(0)
})

test('a second finger on the pad draws nothing', async () => {
  const page = await openLearn('', { hasTouch: true })
  await page.locator('.pad').scrollIntoViewIfNeeded()
  const { x, y, width } = (await page.locator('.pad').boundingBox())!
  const session = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: readonly (readonly [number, number])[]) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: fingers.map(([left, top], id) => ({ x: x + left * width, y: y + top * width, id })),
    })
  await touch('touchStart', [[0.2, 0.2]])
  await touch('touchMove', [[0.8, 0.2]])
  await touch('touchStart', [
    [0.8, 0.2],
    [0.2, 0.8],
  ])
  for (let part = 0.2; part < 0.7; part += 0.1) {
    await touch('touchMove', [
      [0.8, part],
      [part, 0.8],
    ])
  }
  await touch('touchEnd', [])
  const drawn = await ink(page)
  const at = (left: number, top: number) => drawn[Math.floor(top * 28) * 28 + Math.floor(left * 28)]
  // the first finger's way, and what lies between the two
  expect([at(0.5, 0.2), at(0.8, 0.5)]).toEqual([255, 255])
  expect([at(0.2, 0.8), at(0.4, 0.8), at(0.5, 0.5)]).toEqual([0, 0, 0])
})

test('the field of the test digit shows the digit that is looked at', async () => {
  const page = await openLearn()
  const field = page.getByRole('spinbutton', { name: 'or a test digit' })
  const caption = () => page.locator('.boards figcaption').textContent()
  for (const text of ['5000', '']) {
    await field.focus()
    await field.press('Control+A')
    await field.press('Delete')
    await field.pressSequentially(text)
    await field.blur()
    expect(await field.inputValue()).toBe('500')
    expect(await caption()).toContain('test digit 500')
  }
})

test('settings that are changed in quick succession begin no other training in between', async () => {
  const page = await openLearn()
  const begun = await page.evaluate(async () => {
    const told: { readonly batch: number; readonly rate: number }[] = []
    const post = Worker.prototype.postMessage
    Worker.prototype.postMessage = function (message) {
      if (message.type === 'reset') told.push(message.settings)
      post.call(this, message)
    }
    for (const [at, value] of ['16', '0.03'].entries()) {
      const select = document.querySelectorAll('select')[at]!
      select.value = value
      select.dispatchEvent(new Event('change', { bubbles: true }))
      // drawn anew, but not yet on the screen
      for (let turn = 0; turn < 8; turn++) await null
    }
    return told
  })
  expect(begun.map(({ batch, rate }) => [batch, rate])).toEqual([
    [16, 0.01],
    [16, 0.03],
  ])
  await expect.poll(() => new URL(page.url()).hash).toBe('#learn?batch=16&rate=0.03')
})

test('the pictures are of the network’s first layer', async () => {
  const settings = { batch: 16, rate: 0.1, epochs: 2, seed: 0 }
  const { model } = train(settings, 0)
  const page = await openLearn('?batch=16&rate=0.1')
  const weights = model.stateDict()['features.0.0.weight']!.dataSync() as Float32Array
  const kernels = async () => {
    const labels = await page.getByRole('img', { name: /^Kernel/ }).evaluateAll(all => all.map(own => own.ariaLabel!))
    return labels.flatMap(label => label.split(': ')[1]!.split(', ').map(Number))
  }
  const numbers = await kernels()
  expect(numbers.length).toBe(72)
  expect(furthest(numbers, [...weights])).toBeLessThan(0.0051)
  expect(await page.getByRole('img', { name: /^Feature map/ }).count()).toBe(8)
  for (let step = 0; step < 2; step++) await oneStep(page)
  const later = train(settings, 2).model.stateDict()['features.0.0.weight']!.dataSync() as Float32Array
  expect(furthest([...later], [...weights])).toBeGreaterThan(0.005)
  await expect.poll(async () => furthest(await kernels(), [...later]), patience).toBeLessThan(0.0051)
  expect(await kernels()).not.toEqual(numbers)
})

test('pause pauses, going on goes on, and reset begins again', async () => {
  const page = await openLearn('?batch=16')
  await button(page, 'Start').focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => stepOf(page), patience).toBeGreaterThan(2)
  expect(await page.getByRole('combobox', { name: 'batch size' }).isDisabled()).toBe(true)
  await button(page, 'Pause').click()
  await expect.poll(() => figure(page, 'state'), patience).toBe('paused')
  const paused = await stepOf(page)
  await page.waitForTimeout(1500)
  expect(await stepOf(page)).toBe(paused)
  await button(page, 'Go on').click()
  await expect.poll(() => stepOf(page), patience).toBeGreaterThan(paused)
  // another tab, and back: it has not gone on meanwhile, and is not lost
  await page.getByRole('link', { name: 'Arithmetic' }).click()
  await page.getByRole('grid').first().waitFor()
  await page.getByRole('link', { name: 'Learn' }).click()
  await expect.poll(() => figure(page, 'state'), patience).toBe('paused')
  expect(await stepOf(page)).toBeGreaterThan(paused)
  await expect.poll(() => new URL(page.url()).hash).toBe('#learn?batch=16')
  await button(page, 'Reset').click()
  await expect.poll(() => figure(page, 'state'), patience).toBe('not trained yet')
  expect(await stepOf(page)).toBe(0)
  await page.getByRole('combobox', { name: 'batch size' }).selectOption('128')
  await expect.poll(() => figure(page, 'step'), patience).toBe('0 of 94')
  await expect.poll(() => new URL(page.url()).hash).toBe('#learn?batch=128')
})

test('it is tested on the test digits as it goes', async () => {
  const { model } = train({ batch: 128, rate: 0.03, epochs: 1, seed: 0 }, 12)
  const expected = 100 * accuracy(model)
  const page = await openLearn('?batch=128&epochs=1&rate=0.03')
  expect(await figure(page, 'step')).toBe('0 of 47')
  for (let step = 0; step < 12; step++) await oneStep(page)
  await expect.poll(() => figure(page, 'test accuracy'), patience).toContain('%')
  // a digit or two on the edge may fall to another side
  expect(Math.abs(Number.parseFloat((await figure(page, 'test accuracy'))!) - expected)).toBeLessThan(0.5)
})

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 360],
] as const)('axe has no objection: %s, %i pixels wide', async (colorScheme, width) => {
  const page = await openLearn('?batch=16&rate=2', { colorScheme, viewport: { width, height: 800 } })
  expect(await page.getByRole('alert').textContent()).toContain('rate=2')
  await oneStep(page)
  expect(await objections(page)).toEqual([])
  await button(page, 'Go on').hover()
  expect(await objections(page)).toEqual([])
  for (const narrow of [360, 768, 1920]) {
    await page.setViewportSize({ width: narrow, height: 800 })
    expect(await pageWidth(page)).toBeLessThanOrEqual(narrow)
  }
})

test('the digits are loaded with this tab only', async () => {
  const page = await playground.open('#arithmetic')
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await page.reload()
  await page.getByRole('grid').first().waitFor()
  const loadsDigits = () => asked.some(url => url.endsWith('.bin'))
  expect(asked.length).toBeGreaterThan(3)
  expect(loadsDigits()).toBe(false)
  await page.getByRole('link', { name: 'Learn' }).click()
  await expect.poll(() => figure(page, 'state'), patience).toBe('not trained yet')
  expect(loadsDigits()).toBe(true)
})
