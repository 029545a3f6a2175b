/**
 * The camera, frame after frame.
 *
 * @module
 */
import { PictureError } from '../images/decode.js'

export interface Camera {
  readonly video: HTMLVideoElement
  stop(): void
}

const REASONS: Readonly<Record<string, string>> = {
  NotAllowedError: 'The camera is not allowed for this page. Allow it in the browser’s settings, or open a picture.',
  NotFoundError: 'There is no camera here. Open a picture instead.',
  NotReadableError: 'The camera cannot be read; another program may be using it.',
}

/**
 * Asks for the camera and starts it.
 *
 * @param onEnd called when the camera goes away by itself
 * @throws PictureError in words for whoever looks at the page
 */
export async function openCamera(onEnd: () => void): Promise<Camera> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new PictureError('Browsers give the camera to pages over https only. Open a picture instead.')
  }
  const video = { facingMode: 'environment', width: { ideal: 640 }, height: { ideal: 480 } }
  const stream = await navigator.mediaDevices.getUserMedia({ video }).catch((error: DOMException) => {
    throw new PictureError(REASONS[error.name] ?? `The camera did not start: ${error.message}`)
  })
  const element = document.createElement('video')
  Object.assign(element, { srcObject: stream, muted: true, playsInline: true })
  for (const track of stream.getTracks()) track.addEventListener('ended', onEnd)
  await element.play()
  return {
    video: element,
    stop() {
      for (const track of stream.getTracks()) track.stop()
      element.srcObject = null
    },
  }
}
