/**
 * Typing numbers key by key, in fields and in cells: what is typed stands, and what is only looked at stays as it was.
 */
import type { Locator, Page } from 'playwright'
import { expect, test } from 'vitest'
import { cell, follow, usePlayground } from './support/browser.js'

const playground = usePlayground()

const field = (page: Page, name: string) => page.getByRole('spinbutton', { name, exact: true })
const hash = (page: Page) => new URL(page.url()).hash

/** As fingers do it: the page is drawn between two keys. */
async function type(into: Locator, text: string): Promise<void> {
  await into.focus()
  await into.press('Control+A')
  await into.press('Delete')
  await into.pressSequentially(text, { delay: 30 })
}

test('decimals are typed into a kernel and its divisor', async () => {
  const page = await playground.open('#picture?kernel=gaussian')
  const weight = field(page, 'row 1, column 1')
  for (const text of ['0.5', '-0.5', '2.25', '0.0625', '1e-3']) {
    await type(weight, text)
    expect(await weight.inputValue()).toBe(text)
    await expect.poll(() => hash(page)).toContain(`weights=${Number(text)},4,6,`)
  }
  await type(field(page, 'divided by'), '0.25')
  await expect.poll(() => hash(page)).toContain('divisor=0.25')

  await follow(page, '#picture?weights=0.25,0,0,0,1,0,0,0,0')
  await expect.poll(() => weight.inputValue()).toBe('0.25')
  await weight.press('End')
  for (const key of ['Backspace', 'Backspace', '7']) await weight.press(key)
  await expect.poll(() => hash(page)).toContain('weights=0.7,0,')
  // what is no number, or not allowed, goes when the field is left
  await type(weight, '1.5e')
  await weight.blur()
  expect(await weight.inputValue()).toBe('1.5')
  await type(field(page, 'stride'), '0')
  await field(page, 'stride').blur()
  expect(await field(page, 'stride').inputValue()).toBe('1')
})

test('a decimal in a field of whole numbers is refused by the library, as it is typed', async () => {
  const page = await playground.open('#arithmetic')
  await type(field(page, 'padding height'), '2.5')
  expect(await field(page, 'padding height').inputValue()).toBe('2.5')
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('2.5')
})

test('from an emptied field the buttons go on', async () => {
  const page = await playground.open('#arithmetic?stride=3,1')
  const stride = field(page, 'stride height')
  await type(stride, '')
  await expect
    .poll(() => page.locator('[data-language="PyTorch"]').textContent())
    .toBe('m = nn.Conv2d(1, 1, 3, stride=(?, 1), bias=False)')
  await page.getByRole('button', { name: 'stride height: less' }).click()
  await expect.poll(() => stride.inputValue()).toBe('2')
  await expect.poll(() => hash(page)).toBe('#arithmetic?stride=2,1')
})

test('a cell that is left without typing is not changed', async () => {
  const numbers = '#arithmetic?x=0:-1e-7,1:12345678,2:0.123456789'
  const page = await playground.open(numbers)
  const input = page.locator('.cell-input')
  for (const [at, text] of ['−1e−7', '12345678', '0.123456791', '0'].entries()) {
    await cell(page, 'input', at).click()
    await cell(page, 'input', at).click()
    expect(await input.inputValue()).toBe(text)
    await page.keyboard.press('Enter')
    await expect.poll(() => input.count()).toBe(0)
    await cell(page, 'input', at).click()
    await input.waitFor()
    await page.getByRole('heading', { level: 1 }).click()
    await expect.poll(() => input.count()).toBe(0)
    expect(hash(page)).toBe(numbers)
  }
  await follow(page, '#arithmetic')
  await expect.poll(() => page.getByRole('button', { name: 'Plain' }).getAttribute('aria-pressed')).toBe('true')
  await cell(page, 'input', 2).click()
  await page.keyboard.press('Enter')
  await input.press('Enter')
  await expect.poll(() => input.count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Plain' }).getAttribute('aria-pressed')).toBe('true')
})

test('a small negative number is typed as it is shown', async () => {
  const page = await playground.open('#arithmetic')
  await cell(page, 'input', 0).click()
  await page.keyboard.press('Enter')
  await page.locator('.cell-input').fill('−2e−7')
  await page.keyboard.press('Enter')
  await expect.poll(() => hash(page)).toBe('#arithmetic?x=0:-2e-7')
})
