import { createPicture, type Picture } from './picture.js'

/**
 * The picture turned upright. An EXIF orientation says what stands at row 0 and column 0 of the stored picture; 5 to 8
 * exchange rows and columns.
 */
export function orient(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture
  const { width, height, channels, depth } = picture
  const transposed = orientation >= 5
  const out = createPicture(transposed ? height : width, transposed ? width : height, channels, depth)
  for (let y = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++) {
      const [sourceX, sourceY] = source(orientation, x, y, width, height)
      const from = (sourceY * width + sourceX) * channels
      const to = (y * out.width + x) * channels
      for (let c = 0; c < channels; c++) out.data[to + c] = picture.data[from + c]
    }
  }
  return out
}

/** Which stored pixel is shown at (x, y); width and height are those of the stored picture. */
function source(orientation: number, x: number, y: number, width: number, height: number): [number, number] {
  const right = width - 1
  const bottom = height - 1
  switch (orientation) {
    case 2:
      return [right - x, y]
    case 3:
      return [right - x, bottom - y]
    case 4:
      return [x, bottom - y]
    case 5:
      return [y, x]
    case 6:
      return [y, bottom - x]
    case 7:
      return [right - y, bottom - x]
    case 8:
      return [right - y, x]
    default:
      return [x, y]
  }
}
