import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rgb8 } from '../../../cli/image/flatten.js'
import type { Picture } from '../../../cli/image/picture.js'

interface Expected {
  width: number
  height: number
  mode: 'RGB' | 'RGBA'
  data: string
}

const folder = join(import.meta.dirname, '..', 'fixtures')
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, Expected>

export function fixturePath(name: string): string {
  return join(folder, name)
}

export function fixture(name: string): Buffer {
  return readFileSync(fixturePath(name))
}

/** What Pillow sees in the fixture, or made. */
export function pillow(name: string): Picture {
  const { width, height, mode, data } = expected[name]
  return {
    width,
    height,
    channels: mode === 'RGBA' ? 4 : 3,
    depth: 8,
    data: new Uint8Array(Buffer.from(data, 'base64')),
  }
}

export function pillowRgb(name: string): Rgb8 {
  return pillow(name) as Rgb8
}

export function photoPath(name: string): string {
  return join(import.meta.dirname, '..', '..', '..', 'photos', name)
}
