/**
 * Drawing on the pad of the tab Learn.
 */
import type { Page } from 'playwright'

export async function drawSeven(page: Page): Promise<void> {
  const { x, y, width } = (await page.locator('.pad').boundingBox())!
  await page.mouse.move(x + 0.3 * width, y + 0.25 * width)
  await page.mouse.down()
  await page.mouse.move(x + 0.7 * width, y + 0.25 * width, { steps: 5 })
  await page.mouse.move(x + 0.45 * width, y + 0.8 * width, { steps: 5 })
  await page.mouse.up()
}
