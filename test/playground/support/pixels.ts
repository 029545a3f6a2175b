/**
 * What a canvas holds.
 */
import type { Page } from 'playwright'

/** Rows of red, green, blue and alpha. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: readonly number[]
}

export function pixelsOf(page: Page, selector: string): Promise<Pixels> {
  return page.$eval(selector, element => {
    const { width, height } = element as HTMLCanvasElement
    // read from a copy: a canvas that is read often is warned about
    const copy = Object.assign(document.createElement('canvas'), { width, height })
    const context = copy.getContext('2d', { willReadFrequently: true })!
    context.drawImage(element as HTMLCanvasElement, 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    return { width, height, data: [...data] }
  })
}
