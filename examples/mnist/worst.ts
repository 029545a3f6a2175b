/**
 * The digits that the network got most wrong, as one picture.
 */
import { writeFileSync } from 'node:fs'
import type { Tensor } from 'convforge'
import type { Dataset } from 'convforge/data'
import type { Rgb8 } from '../../cli/image/flatten.js'
import { drawLabel, labelHeight, labelWidth } from '../../cli/image/label.js'
import { createPicture } from '../../cli/image/picture.js'
import { encodePng } from '../../cli/image/png.js'
import type { Answer } from './report.js'

const SIDE = 28
const SCALE = 3
const GAP = 6
const COLUMNS = 10
const LABEL_SCALE = 2

/** Writes the mistakes, worst first, each over "digit → answer"; returns them. */
export async function drawWorst(
  path: string,
  all: readonly Answer[],
  digits: Dataset<Tensor[]>,
  count = 50,
): Promise<Answer[]> {
  const worst = all
    .filter(answer => answer.guess !== answer.label)
    .sort((a, b) => a.confidence - b.confidence)
    .slice(0, count)
  const [width, height] = [SIDE * SCALE + GAP, SIDE * SCALE + labelHeight(LABEL_SCALE) + GAP]
  const rows = Math.max(1, Math.ceil(worst.length / COLUMNS))
  const picture = createPicture(COLUMNS * width + GAP, rows * height + GAP, 3, 8) as Rgb8
  picture.data.fill(255)
  worst.forEach(({ index, label, guess }, place) => {
    const [left, top] = [GAP + (place % COLUMNS) * width, GAP + Math.floor(place / COLUMNS) * height]
    drawDigit(picture, digits.get(index)[0]!, left, top)
    const text = `${label} → ${guess}`
    const middle = left + Math.floor((SIDE * SCALE - labelWidth(text, LABEL_SCALE)) / 2)
    drawLabel(picture, text, middle, top + SIDE * SCALE + 4, LABEL_SCALE)
  })
  writeFileSync(path, await encodePng(picture))
  return worst
}

/** Dark on a light grey square, as on paper. */
function drawDigit(picture: Rgb8, image: Tensor, left: number, top: number): void {
  const pixels = image.mul(0.3081).add(0.1307).dataSync() as Float32Array
  for (let y = 0; y < SIDE * SCALE; y++) {
    for (let x = 0; x < SIDE * SCALE; x++) {
      const ink = pixels[Math.floor(y / SCALE) * SIDE + Math.floor(x / SCALE)]!
      const at = 3 * ((top + y) * picture.width + left + x)
      picture.data.fill(Math.round(240 * (1 - ink)), at, at + 3)
    }
  }
}
