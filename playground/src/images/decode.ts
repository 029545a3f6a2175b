/**
 * From a file to pixels, or to a sentence that says why not.
 *
 * @module
 */

/** A refusal in words for whoever looks at the page. */
export class PictureError extends Error {}

const MOST_MEGABYTES = 50

/**
 * The picture in a file, upright, in sRGB.
 *
 * @throws PictureError for what is no picture, and for more than 50 MB
 */
export async function decode(file: Blob, name: string): Promise<ImageBitmap> {
  if (file.size > MOST_MEGABYTES * 1e6) {
    throw new PictureError(
      `${name} has ${Math.round(file.size / 1e6)} MB; files up to ${MOST_MEGABYTES} MB are opened.`,
    )
  }
  try {
    return await createImageBitmap(file)
  } catch {
    throw new PictureError(`${name} is not a picture that this browser can read. PNG and JPEG always work.`)
  }
}

/** The sample at an address of this page. */
export async function fetchPicture(url: string): Promise<Blob> {
  const response = await fetch(url).catch(() => null)
  if (!response?.ok) throw new PictureError('The sample could not be loaded. Is the network there?')
  return response.blob()
}

/** A canvas of this size, to read pixels from. */
export function scratch(width: number, height: number): CanvasRenderingContext2D {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  return canvas.getContext('2d', { willReadFrequently: true })!
}
