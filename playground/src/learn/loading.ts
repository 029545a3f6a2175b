/**
 * The digits that come with the page; the page alone loads them, the worker gets them from it.
 *
 * @module
 */
import url from 'virtual:mnist-digits'
import { type DigitSets, PIXELS } from './digits.js'

/** Loads what the page was built with: its layout is told where it is packed. */
export async function loadDigits(): Promise<DigitSets> {
  const response = await fetch(url)
  if (!response.ok || !response.body) throw new Error(`the digits could not be loaded: ${response.status}`)
  const unpacked = response.body.pipeThrough(new DecompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer())
  const counts = new DataView(bytes.buffer)
  const [train, test] = [counts.getUint32(0, true), counts.getUint32(4, true)]
  let at = 8
  const take = (length: number) => {
    at += length
    return bytes.subarray(at - length, at)
  }
  const [trainPixels, testPixels] = [take(train * PIXELS), take(test * PIXELS)]
  return { train: { pixels: trainPixels, labels: take(train) }, test: { pixels: testPixels, labels: take(test) } }
}
