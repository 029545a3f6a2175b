/**
 * What the tab shows at the moment.
 *
 * @module
 */
import { signal } from '@preact/signals'
import sampleUrl from '../../../photos/chelsea-half.png?url'
import { decode, fetchPicture, PictureError, scratch } from '../images/decode.js'
import { double } from './double.js'

/** Doubled, it is what every browser can hold in a canvas: 4096 x 4096. */
const MOST_PIXELS = 2 ** 22

/** And the longest side that, doubled, every browser's canvas can have: 32,767. */
const MOST_SIDE = 2 ** 14 - 1

/** A picture on its way, or done. */
export interface Work {
  /** The file's name, without its ending. */
  readonly name: string
  readonly source: ImageData
  /** Twice as large: enlarged by the browser, and the tiles that are ready over it. */
  readonly before: HTMLCanvasElement
  readonly after: HTMLCanvasElement
  readonly done: number
  readonly total: number
  readonly milliseconds: number
  readonly state: 'running' | 'done' | 'cancelled'
}

export const work = signal<Work | null>(null)

/** Why there is no picture. */
export const problem = signal<string | null>(null)

/** What is being read and decoded at the moment, by name. */
export const opening = signal<string | null>(null)

let running = new AbortController()

/** Stops what is running; what is ready stays. */
export function cancel(): void {
  running.abort()
  opening.value = null
}

export const openSample = () => start('chelsea', () => fetchPicture(sampleUrl), 'The sample')

export const openFile = (file: File) => start(file.name.replace(/\.[^.]*$/, ''), async () => file, file.name)

async function start(name: string, fetchFile: () => Promise<Blob>, title: string): Promise<void> {
  cancel()
  running = new AbortController()
  const { signal: stopped } = running
  problem.value = null
  try {
    const source = await read(fetchFile, title, stopped)
    if (!stopped.aborted) await run(name, source, stopped)
  } catch (error) {
    // a later picture has its own words
    if (stopped.aborted) return
    // a result that is there stays there; this picture's own work has nothing to show
    if (work.value?.state === 'running') work.value = null
    problem.value =
      error instanceof PictureError ? error.message : `The network could not be run: ${(error as Error).message}`
  }
}

async function read(fetchFile: () => Promise<Blob>, title: string, stopped: AbortSignal): Promise<ImageData> {
  opening.value = title
  try {
    return await pixels(await fetchFile(), title)
  } finally {
    // unless a later picture is being opened
    if (!stopped.aborted) opening.value = null
  }
}

async function pixels(file: Blob, title: string): Promise<ImageData> {
  const bitmap = await decode(file, title)
  const { width, height } = bitmap
  if (width * height > MOST_PIXELS) {
    const megapixels = (count: number) => (count / 1e6).toFixed(1)
    throw new PictureError(
      `${title} is ${width} × ${height}: ${megapixels(width * height)} megapixels. Up to ${megapixels(MOST_PIXELS)} are doubled here; the command “convforge upscale” takes larger ones.`,
    )
  }
  if (Math.max(width, height) > MOST_SIDE) {
    throw new PictureError(
      `${title} is ${width} × ${height}. Up to ${MOST_SIDE} pixels a side are doubled here: a browser can draw nothing longer than the result; the command “convforge upscale” takes larger ones.`,
    )
  }
  const context = scratch(width, height)
  context.drawImage(bitmap, 0, 0)
  return context.getImageData(0, 0, width, height)
}

async function run(name: string, source: ImageData, stopped: AbortSignal): Promise<void> {
  const before = enlarge(source)
  const after = enlarge(source)
  const context = after.getContext('2d')!
  const started = performance.now()
  const show = (changes: Partial<Work>) => {
    const base = { name, source, before, after, done: 0, total: 1, state: 'running' } as const
    work.value = { ...base, ...work.value, ...changes, milliseconds: performance.now() - started }
  }
  work.value = null
  show({})
  const stop = () => show({ state: 'cancelled' })
  stopped.addEventListener('abort', stop)
  await double(
    source,
    ({ image, part, done, total }) => {
      context.putImageData(image, 0, 0, part.x, part.y, part.width, part.height)
      show({ done, total })
    },
    stopped,
  )
  // what is done is not cancelled any more
  stopped.removeEventListener('abort', stop)
  show({ state: 'done' })
}

/** Twice as large, as browsers enlarge pictures. */
function enlarge(source: ImageData): HTMLCanvasElement {
  const small = scratch(source.width, source.height)
  small.putImageData(source, 0, 0)
  const { canvas } = Object.assign(scratch(2 * source.width, 2 * source.height), { imageSmoothingQuality: 'high' })
  canvas.getContext('2d')!.drawImage(small.canvas, 0, 0, canvas.width, canvas.height)
  return canvas
}
