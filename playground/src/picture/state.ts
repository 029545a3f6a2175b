/**
 * What the tab shows at the moment.
 *
 * @module
 */
import { batch, computed, signal } from '@preact/signals'
import sampleUrl from '../../../photos/chelsea.png?url'
import { decode, fetchPicture, PictureError, scratch } from '../images/decode.js'
import { type Camera, openCamera } from './camera.js'
import { type Frame, filter } from './filter.js'
import { DEFAULTS } from './link.js'
import type { Setting } from './setting.js'

export const setting = signal<Setting>(DEFAULTS)

/** Where the pictures come from. */
export const source = signal<'sample' | 'file' | 'camera'>('sample')

/** Why there is no picture, or not the one that was asked for. */
export const problem = signal<string | null>(null)

/** What is being read and decoded at the moment, by name. */
export const opening = signal<string | null>(null)

/** The picture, as large as it is; a video's is its present frame. */
const still = signal<ImageBitmap | null>(null)
const live = signal<Frame | null>(null)

const side = computed(() => Number(setting.value.side))

/** The pixels that the kernel goes over. */
export const picture = computed<Frame | null>(() => live.value ?? (still.value && shrink(still.value, side.value)))

export const filtered = computed(() => picture.value && filter(picture.value, setting.value))

/** Frames of the camera in the last second. */
export const rate = signal(0)

/** Sets values of the setting. */
export function set(values: Partial<Setting>): void {
  setting.value = { ...setting.value, ...values }
}

/** The pixels of a picture, made smaller where its longer side is too long. What is transparent is white. */
function shrink(from: ImageBitmap | HTMLVideoElement, longest: number): Frame {
  const [width, height] = from instanceof ImageBitmap ? [from.width, from.height] : [from.videoWidth, from.videoHeight]
  const scale = Math.min(1, longest / Math.max(width, height))
  const context = scratch(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)))
  const { canvas } = context
  context.fillStyle = 'white'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(from, 0, 0, canvas.width, canvas.height)
  return context.getImageData(0, 0, canvas.width, canvas.height) as Frame
}

let camera: Camera | null = null

/** Counts what is asked for: an answer that comes after the next question is dropped. */
let asked = 0

function release(): void {
  camera?.stop()
  camera = null
}

/**
 * Takes an answer, unless something else has been asked for since. Refusals are shown.
 *
 * @param name of what is opened, to be shown meanwhile; null for what is no file
 */
async function ask<Answer>(
  name: string | null,
  question: () => Promise<Answer>,
  take: (answer: Answer) => void,
  drop = (_: Answer) => {},
) {
  const own = ++asked
  opening.value = name
  try {
    const answer = await question()
    if (own !== asked) return drop(answer)
    batch(() => {
      release()
      live.value = null
      problem.value = null
      take(answer)
    })
  } catch (error) {
    if (!(error instanceof PictureError)) throw error
    if (own === asked) problem.value = error.message
  } finally {
    if (own === asked) opening.value = null
  }
}

export function openFile(file: File): Promise<void> {
  return ask(file.name, () => decode(file, file.name), takeStill('file'))
}

export function openSample(): Promise<void> {
  return ask('The sample', async () => decode(await fetchPicture(sampleUrl), 'The sample'), takeStill('sample'))
}

const takeStill = (from: 'sample' | 'file') => (bitmap: ImageBitmap) => {
  source.value = from
  still.value = bitmap
}

export function startCamera(): Promise<void> {
  const ended = async () => {
    await stopCamera()
    problem.value = 'The camera has stopped.'
  }
  return ask(
    null,
    () => openCamera(ended),
    opened => {
      source.value = 'camera'
      camera = opened
      follow(opened)
    },
    opened => opened.stop(),
  )
}

/** Keeps the last frame. */
export async function stopCamera(): Promise<void> {
  if (source.value !== 'camera') return
  release()
  source.value = 'file'
  const last = live.value
  if (last) await ask(null, () => createImageBitmap(new ImageData(last.data, last.width)), takeStill('file'))
}

/** When the tab is left: the camera does not go on behind another one, nor starts there. */
export function leave(): void {
  asked++
  opening.value = null
  stopCamera()
}

/** Every frame through the kernel, as fast as they come and it goes. */
function follow(own: Camera): void {
  const times: number[] = []
  const next = (now: number) => {
    if (camera !== own) return
    times.push(now)
    while (times[0]! < now - 1000) times.shift()
    batch(() => {
      live.value = shrink(own.video, side.value)
      rate.value = times.length
    })
    own.video.requestVideoFrameCallback(next)
  }
  own.video.requestVideoFrameCallback(next)
}
