/**
 * The page in Chromium: its numbers are the library's, and every way to look, choose and change works.
 */
import { expect, test } from 'vitest'
import { compute } from '../../playground/src/arithmetic/layer.js'
import { readLink, writeLink } from '../../playground/src/arithmetic/link.js'
import { DEFAULTS } from '../../playground/src/arithmetic/setting.js'
import { layerLine } from '../../playground/src/arithmetic/snippets.js'
import { cell, cells, cellTexts, follow, numberOf, shows, usePlayground } from './support/browser.js'
import { truth } from './support/library.js'
import { SETTINGS } from './support/settings.js'

const playground = usePlayground()

test('the cells show the numbers of the library, whatever the setting', async () => {
  const page = await playground.open()
  for (const [name, setting] of SETTINGS) {
    await follow(page, `#arithmetic?${writeLink(setting)}`)
    const { output, padded } = truth(setting, compute(setting).numbers!)
    const [channels, height, width] = output.shape.slice(1)
    await expect
      .poll(() => page.locator('.output h2').textContent(), { message: name })
      .toBe(`Output ${channels} × ${height} × ${width}`)
    await expect.poll(() => page.locator('[data-language="PyTorch"]').textContent()).toBe(layerLine(setting, 'python'))
    const outputs = await cells(page, 'output')
    expect(outputs.length, name).toBe(output.numel())
    expect(wrong(outputs, output.dataSync()), name).toEqual([])
    if (setting.transposed) continue
    const inside = await cells(page, 'input')
    const outside = await cells(page, 'padding')
    expect(inside.length + outside.length, name).toBe(padded.numel())
    expect(wrong(outside, padded.dataSync()), name).toEqual([])
  }
})

/** The cells that do not show their number. */
function wrong(shown: readonly (readonly [at: number, text: string])[], values: ArrayLike<number | bigint>) {
  return shown.filter(([at, text]) => !shows(text, values[at] as number))
}

test('an output under the pointer lights its inputs and weights and shows its sum', async () => {
  const page = await playground.open('#arithmetic?stride=2&padding=1&bias=1')
  await cell(page, 'output', 0).hover()
  const sum = page.getByRole('region', { name: 'The sum' })
  await expect.poll(() => sum.textContent()).toContain('y[0, 0, 0] is the sum of 9 products')
  // the first output of Sobel's filter with padding: 9·2 + 7·1 of four inputs, and the bias
  const terms = await sum.locator('.term').allTextContents()
  expect(terms).toEqual(['0·(−1)', '0·0', '0·1', '0·(−2)', '4·0', '9·2', '0·(−1)', '9·0', '7·1'])
  expect(await sum.locator('.from-padding').count()).toBe(5)
  expect(await sum.locator('.total').textContent()).toBe(' = 25.5')
  const lit = await page.$$eval('td.lit', all => all.map(own => (own as HTMLElement).dataset['tensor']))
  expect(lit.filter(own => own === 'input').length).toBe(4)
  expect(lit.filter(own => own === 'padding').length).toBe(5)
  expect(lit.filter(own => own === 'weight').length).toBe(9)
  await page.mouse.move(2, 2)
  await expect.poll(() => sum.textContent()).toContain('y[0, 1, 1]')
  await follow(page, '#arithmetic?size=1&kernel=1&weight=ones&x=0:123455678')
  await expect.poll(() => sum.locator('.terms').textContent()).toBe('123456000·1 = 123456000')
  await follow(page, '#arithmetic?size=1&kernel=1&x=0:1.23456&w=0:1.23456')
  await expect.poll(() => sum.locator('.terms').textContent()).toBe('1.23456·1.23456 ≈ 1.52414')
})

test('an input shows where it goes, a weight where it is used, with the gradients of autograd', async () => {
  const page = await playground.open('#arithmetic?size=5,6&padding=1&mode=circular&weight=digits')
  const chosen = { ...DEFAULTS, size: [5, 6], padding: [1, 1], paddingMode: 'circular', weight: 'digits' } as const
  const { inputGradient, weightGradient } = truth(chosen, compute(chosen).numbers!)
  const sum = page.getByRole('region', { name: 'The sum' })
  for (const at of [0, 8, 29]) {
    await cell(page, 'input', at).hover()
    const total = () => sum.locator('.total[data-total="input"]').textContent()
    await expect.poll(async () => numberOf((await total())!.replace('=', ''))).toBe(inputGradient.dataSync()[at])
  }
  await cell(page, 'weight', 4).hover()
  const total = () => sum.locator('.total[data-total="weight"]').textContent()
  await expect.poll(async () => numberOf((await total())!.replace('=', ''))).toBe(weightGradient.dataSync()[4])
})

test('a padding cell tells which element it shows', async () => {
  const page = await playground.open('#arithmetic?padding=2&mode=reflect')
  await cell(page, 'padding', 1).hover()
  const sum = page.getByRole('region', { name: 'The sum' })
  await expect
    .poll(() => sum.textContent())
    .toBe('row −2, column −1 of channel 0: padding, shows row 2, column 1 (reflect)')
  expect(await page.locator('.arrows > g').count()).toBe(1)
  expect(await cell(page, 'input', 2 * 5 + 1).getAttribute('class')).toContain('lit')
})

test('by keyboard: the arrows go through a grid, digits type into a cell, the output follows', async () => {
  const page = await playground.open()
  await cell(page, 'output', 4).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowDown')
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['at'])).toBe('8')
  await expect.poll(() => page.getByRole('region', { name: 'The sum' }).textContent()).toContain('y[0, 2, 2]')
  await page.keyboard.press('Control+Home')
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['at'])).toBe('0')
  expect(numberOf((await cellTexts(page, 'output'))[0]!)).toBe(-8)
  // the centre of the first window is x[0, 1, 1], with weight 0; its right neighbour has weight 2
  await cell(page, 'input', 7).focus()
  await page.keyboard.type('-10.5')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await cellTexts(page, 'input'))[7]).toBe('−10.5')
  expect(numberOf((await cellTexts(page, 'output'))[0]!)).toBe(-8 + 2 * (-10.5 - 3))
  await expect.poll(() => page.url()).toContain('x=7:-10.5')
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset['at'])).toBe('7')
  // Escape leaves it as it was, and what is no number is not taken
  await page.keyboard.type('9')
  await page.keyboard.press('Escape')
  await expect.poll(async () => (await cellTexts(page, 'input'))[7]).toBe('−10.5')
  await page.keyboard.type('1.2.3')
  await page.keyboard.press('Enter')
  expect(await page.locator('.cell-input').getAttribute('aria-invalid')).toBe('true')
})

test('each grid is one stop of the Tab key, and Space plays', async () => {
  const page = await playground.open('#arithmetic?in=2&out=2')
  const grids = page.getByRole('grid')
  expect(await grids.count()).toBe(2 + 4 + 2)
  for (const grid of await grids.all()) expect(await grid.locator('td[tabindex="0"]').count()).toBe(1)
  await cell(page, 'output', 0).focus()
  await page.keyboard.press(' ')
  await expect.poll(() => page.getByRole('button', { name: 'Pause' }).count()).toBe(1)
  const step = () => page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuetext')
  await expect.poll(step, { timeout: 10_000 }).toBe('step 3 of 18')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Next step' }).click()
  await page.getByRole('slider', { name: 'Step' }).focus()
  await page.keyboard.press('End')
  await expect.poll(step).toBe('step 18 of 18')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect.poll(step).toBe('step 1 of 18')
})

test('the kernel is dragged over the input', async () => {
  const page = await playground.open('#arithmetic?size=7&out=2')
  // the kernel of the second output channel
  await cell(page, 'output', 25 + 12).click()
  await cell(page, 'input', 24).hover()
  await page.mouse.down()
  await cell(page, 'input', 48).hover()
  const sum = page.getByRole('region', { name: 'The sum' })
  await expect.poll(() => sum.textContent()).toContain('y[1, 4, 4]')
  await cell(page, 'input', 1).hover()
  await expect.poll(() => sum.textContent()).toContain('y[1, 0, 0]')
  // let go outside of the stage, the kernel stays where it is
  await page.mouse.move(640, 2)
  await page.mouse.up()
  await cell(page, 'input', 48).hover()
  await expect.poll(() => sum.textContent()).toContain('x[0, 6, 6]')
})

test('the kernel steps within the visible part of a panel', async () => {
  const page = await playground.open('#arithmetic?size=3,40', { viewport: { width: 390, height: 800 } })
  const inSight = (selector: string) =>
    page.$$eval(selector, cells => {
      const panel = cells[0]!.closest('.panel')!.getBoundingClientRect()
      return cells
        .map(own => own.getBoundingClientRect())
        .every(({ left, right }) => left >= panel.left - 1 && right <= panel.right + 1)
    })
  const slider = page.getByRole('slider', { name: 'Step' })
  await slider.focus()
  const top = await page.evaluate(() => scrollY)
  for (const key of ['End', 'Home']) {
    await page.keyboard.press(key)
    await expect.poll(() => inSight('.input td.lit')).toBe(true)
    await expect.poll(() => inSight('.output td.looked')).toBe(true)
  }
  expect(await page.evaluate(() => [scrollX, scrollY])).toEqual([0, top])
})

test('each tab comes back as it was left', async () => {
  const page = await playground.open('#arithmetic?stride=2&kernel=2')
  const tab = (name: string) => page.getByRole('navigation').getByRole('link', { name })
  const hash = () => new URL(page.url()).hash
  await tab('Picture').click()
  await page.getByRole('button', { name: 'Emboss' }).click()
  await expect.poll(hash).toBe('#picture?kernel=emboss')
  await tab('Arithmetic').click()
  await expect.poll(() => page.locator('.kernel h2').textContent()).toBe('Kernel 1 × 1 × 2 × 2')
  await tab('Arithmetic').click()
  expect(hash()).toBe('#arithmetic?kernel=2&stride=2')
  // what could not be read again is not written
  await page.getByRole('spinbutton', { name: 'stride height' }).fill('1.5')
  await page.getByRole('alert').waitFor()
  expect(hash()).toBe('#arithmetic?kernel=2&stride=2')
  await tab('Picture').click()
  await page.locator('button[aria-pressed="true"]', { hasText: 'Emboss' }).waitFor()
})

test('every control changes the layer, and the setting is in the address', async () => {
  const page = await playground.open()
  const type = async (label: string, value: number) => {
    await page.getByRole('spinbutton', { name: label, exact: true }).fill(String(value))
  }
  await type('input size height', 7)
  await type('input size width', 8)
  await type('kernel height', 2)
  await type('kernel width', 3)
  await type('stride height', 2)
  await type('stride width', 1)
  await type('padding height', 1)
  await type('padding width', 2)
  await type('dilation height', 1)
  await type('dilation width', 2)
  await type('channels in', 2)
  await type('channels out', 4)
  await type('groups', 2)
  await page.getByRole('switch', { name: 'bias' }).check()
  await page.getByRole('combobox', { name: 'padding mode' }).selectOption('replicate')
  await page.getByRole('combobox', { name: 'input numbers' }).selectOption('ramp')
  await page.getByRole('combobox', { name: 'weights' }).selectOption('digits')
  const hash =
    '#arithmetic?size=7,8&in=2&out=4&kernel=2,3&stride=2,1&padding=1,2&dilation=1,2&groups=2&bias=1&mode=replicate&input=ramp&weight=digits'
  await expect.poll(() => new URL(page.url()).hash).toBe(hash)
  const before = await cellTexts(page, 'output')
  const again = await playground.open(hash)
  expect(await cellTexts(again, 'output')).toEqual(before)
  expect(await again.locator('[data-language="PyTorch"]').textContent()).toBe(
    "m = nn.Conv2d(2, 4, (2, 3), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2, padding_mode='replicate')",
  )
  await page.getByRole('combobox', { name: 'padding mode' }).selectOption('zeros')
  await page.getByRole('radio', { name: 'ConvTranspose2d' }).check()
  await type('output padding height', 1)
  expect(await page.locator('[data-language="convforge"]').textContent()).toBe(
    'const m = new nn.ConvTranspose2d(2, 4, [2, 3], { stride: [2, 1], padding: [1, 2], outputPadding: [1, 0], dilation: [1, 2], groups: 2 })',
  )
  expect(await page.locator('.output h2').textContent()).toBe('Output 4 × 13 × 8')
})

test('a link that is followed within the page is read, and a bad one says so', async () => {
  const page = await playground.open('#arithmetic?kernel=2&stride=two')
  const notice = page.getByRole('alert')
  expect(await notice.textContent()).toBe('Not understood in the link, and left at its default: stride=two')
  expect(await page.locator('.kernel h2').textContent()).toBe('Kernel 1 × 1 × 2 × 2')
  await follow(page, '#arithmetic?kernel=4')
  await expect.poll(() => page.locator('.kernel h2').textContent()).toBe('Kernel 1 × 1 × 4 × 4')
  expect(await notice.count()).toBe(0)
  await follow(page, '#nowhere')
  await expect.poll(() => notice.textContent()).toContain('nowhere')
})

test('an impossible choice shows the words of the library', async () => {
  const page = await playground.open('#arithmetic?padding=same')
  await page.getByRole('spinbutton', { name: 'stride height' }).fill('2')
  expect(await page.getByRole('alert').textContent()).toBe(
    "ValueError: padding='same' is not supported for strided convolutions (stride=[2, 1])",
  )
  expect(await page.getByRole('grid').count()).toBe(0)
  await page.getByRole('spinbutton', { name: 'stride height' }).fill('')
  expect(await page.getByRole('alert').textContent()).toContain('NaN')
  await page.getByRole('spinbutton', { name: 'stride height' }).fill('1')
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  await page.getByRole('spinbutton', { name: 'input size height' }).fill('5000')
  await expect.poll(() => page.locator('.refusal').textContent()).toContain('The output is [1, 1, 5000, 5]')
  // names of classes are not shortened where the page is built
  await follow(page, '#arithmetic?transposed=1&mode=reflect')
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('supported for ConvTranspose2d, but')
})

test('the formula has the numbers in it', async () => {
  const page = await playground.open('#arithmetic?size=7,8&kernel=2,3&stride=2,1&padding=1,2')
  const lines = await page.locator('.formula [data-axis]').allTextContents()
  expect(lines).toEqual([
    'height ⌊(7 + 2·1 − 1·(2 − 1) − 1) / 2 + 1⌋ = 4',
    'width ⌊(8 + 2·2 − 1·(3 − 1) − 1) / 1 + 1⌋ = 10',
  ])
  const height = page.locator('.formula [data-axis="height"]')
  await follow(page, '#arithmetic?padding=999999')
  await expect.poll(() => height.textContent()).toMatch(/^height ⌊\(5 \+ 2·999999 .* = 2000001$/)
  await follow(page, '#arithmetic?stride=0')
  await expect.poll(() => height.textContent()).toMatch(/ \/ 0 \+ 1⌋ = \?$/)
})

test.each([
  ['#arithmetic?bias=1', 'channels in: less', 'Input 0 × 5 × 5'],
  ['#arithmetic?transposed=1', 'channels out: less', 'Output 0 × 7 × 7'],
])('a tensor without channels is an empty one: %s', async (hash, button, title) => {
  const page = await playground.open(hash)
  await page.getByRole('button', { name: button }).click()
  await expect.poll(() => page.locator('.stage h2').allTextContents()).toContain(title)
  await page.reload()
  await expect.poll(() => page.locator('.stage h2').allTextContents()).toContain(title)
})

test('whatever a link says is shown, computed or refused', async () => {
  const page = await playground.open()
  const names = ['in', 'out', 'size', 'kernel', 'stride', 'padding', 'dilation', 'groups', 'outputPadding']
  for (const layer of ['', 'transposed=1&']) {
    for (const name of names) {
      for (const value of [0, -1, 999999]) {
        await follow(page, `#arithmetic?${layer}${name}=${value}`)
        // a tab that has failed does not follow
        const code = () => page.locator('[data-language="PyTorch"]').textContent()
        const setting = readLink(`${layer}${name}=${value}`).setting
        await expect.poll(code, { message: `${layer}${name}=${value}` }).toBe(layerLine(setting, 'python'))
      }
    }
  }
})

test('changes in quick succession are no links to open: it plays on, and looks where it looked', async () => {
  const page = await playground.open('#arithmetic')
  const threeClicks = () =>
    page.evaluate(async () => {
      for (let click = 0; click < 3; click++) {
        document.querySelector<HTMLElement>('button[aria-label="padding height: more"]')!.click()
        // drawn anew, but not yet on the screen
        for (let turn = 0; turn < 8; turn++) await null
      }
    })
  const hash = () => new URL(page.url()).hash
  const step = page.getByRole('slider', { name: 'Step' })
  await step.fill('1')
  await threeClicks()
  await expect.poll(hash).toBe('#arithmetic?padding=3,0')
  expect(await step.getAttribute('aria-valuetext')).toBe('step 2 of 27')
  await page.getByRole('button', { name: 'Play' }).click()
  await threeClicks()
  await expect.poll(hash).toBe('#arithmetic?padding=6,0')
  expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(1)
  // and a link that arrives is opened
  await follow(page, '#arithmetic?padding=1')
  await expect.poll(() => step.getAttribute('aria-valuetext')).toBe('step 13 of 25')
})

test('a fault in one tab is told, and leaves the others usable', async () => {
  const page = await playground.open('#arithmetic')
  // the fault is logged, as it should be
  page.removeAllListeners('console')
  const damage = () =>
    page.evaluate(() => {
      Object.assign(window, { own: Number.prototype.toLocaleString })
      Number.prototype.toLocaleString = () => {
        throw new Error('out of order')
      }
    })
  const repair = () =>
    page.evaluate(() => {
      Number.prototype.toLocaleString = (window as unknown as { own: () => string }).own
    })
  await damage()
  const alert = page.getByRole('alert')
  await page.getByRole('button', { name: 'kernel height: less' }).click()
  await expect.poll(() => alert.textContent()).toContain('This part of the page has failed: Error: out of order')
  await page.getByRole('link', { name: 'Picture' }).click()
  await page.getByRole('heading', { level: 1, name: 'A kernel over a picture' }).waitFor()
  await page.getByRole('link', { name: 'Arithmetic' }).click()
  await alert.waitFor()
  await repair()
  await follow(page, '#arithmetic?kernel=1')
  await expect.poll(() => page.locator('.kernel h2').textContent()).toBe('Kernel 1 × 1 × 1 × 1')
  await damage()
  await page.getByRole('button', { name: 'kernel height: more' }).click()
  await alert.waitFor()
  await repair()
  await page.getByRole('button', { name: 'Begin anew' }).click()
  await expect.poll(() => page.locator('.kernel h2').textContent()).toBe('Kernel 1 × 1 × 3 × 3')
  expect(await alert.count()).toBe(0)
})

test('code and link are copied', async () => {
  const page = await playground.open('#arithmetic?kernel=2', { permissions: ['clipboard-read', 'clipboard-write'] })
  const copied = () => page.evaluate(() => navigator.clipboard.readText())
  await page.getByRole('button', { name: 'Copy PyTorch code' }).click()
  await expect.poll(copied).toBe('m = nn.Conv2d(1, 1, 2, bias=False)')
  await page.getByRole('switch', { name: 'with the numbers' }).check()
  await page.getByRole('button', { name: 'Copy convforge code' }).click()
  await expect.poll(copied).toContain('m.loadStateDict({ weight: tensor([[[[')
  await page.getByRole('button', { name: 'Copy a link to this setting' }).click()
  await expect.poll(copied).toBe(`${playground.site.url}#arithmetic?kernel=2`)
})
