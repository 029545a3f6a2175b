import type { Rgb8 } from './flatten.js'
import { drawLabel, labelHeight, labelWidth } from './label.js'
import { createPicture } from './picture.js'

export interface Panel {
  picture: Rgb8
  label: string
}

const GAP = 4

/** The pictures side by side on white with a thin gap, each under its label. A label that does not fit is left out. */
export function drawPanels(panels: readonly Panel[]): Rgb8 {
  const scale = Math.min(...panels.map(panel => panel.picture.width)) >= 240 ? 2 : 1
  const top = labelHeight(scale)
  const width = panels.reduce((sum, panel) => sum + panel.picture.width, GAP * (panels.length - 1))
  const height = top + Math.max(...panels.map(panel => panel.picture.height))
  const sheet = createPicture(width, height, 3, 8) as Rgb8
  sheet.data.fill(255)
  let left = 0
  for (const { picture, label } of panels) {
    paste(picture, sheet, left, top)
    const free = picture.width - labelWidth(label, scale)
    if (free >= 0) drawLabel(sheet, label, left + Math.floor(free / 2), 3 * scale, scale)
    left += picture.width + GAP
  }
  return sheet
}

function paste(picture: Rgb8, sheet: Rgb8, left: number, top: number): void {
  const stride = picture.width * 3
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * stride, (y + 1) * stride)
    sheet.data.set(row, ((top + y) * sheet.width + left) * 3)
  }
}
