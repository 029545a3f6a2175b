import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** A PNG of any kind, written independently of the codec under test. The samples follow a formula, see `sample`. */
export interface PngKind {
  width: number
  height: number
  colorType: 0 | 2 | 3 | 4 | 6
  depth: 1 | 2 | 4 | 8 | 16
  interlaced: boolean
  /** With a tRNS chunk; for colour types 0, 2 and 3. */
  transparent: boolean
}

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

export function sample(x: number, y: number, channel: number, depth: number): number {
  return (x * 37 + y * 101 + channel * 59 + x * y * 7) & (2 ** depth - 1)
}

export function paletteEntry(index: number): [number, number, number, number] {
  return [(index * 5) & 255, (index * 5 + 77) & 255, (index * 5 + 154) & 255, (index * 31) & 255]
}

export function buildPng(kind: PngKind): Buffer {
  const { width, height, colorType, depth, interlaced, transparent } = kind
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, colorType, 0, 0, interlaced ? 1 : 0], 8)
  const passes = interlaced ? ADAM7 : [[0, 0, 1, 1]]
  const pixels = deflateSync(Buffer.concat(passes.map(pass => filteredRows(kind, pass))))
  const chunks = [chunk('IHDR', header)]
  const entries = Array.from({ length: 2 ** Math.min(depth, 8) }, (_, i) => paletteEntry(i))
  if (colorType === 3) chunks.push(chunk('PLTE', Buffer.from(entries.flatMap(entry => entry.slice(0, 3)))))
  if (transparent)
    chunks.push(chunk('tRNS', colorType === 3 ? Buffer.from(entries.map(entry => entry[3])) : transparentSample(kind)))
  // Split, as real files are.
  for (let i = 0; i < pixels.length; i += 100) chunks.push(chunk('IDAT', pixels.subarray(i, i + 100)))
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks, chunk('IEND', Buffer.alloc(0))])
}

export function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)])
}

/** The contents of the chunks of one type, one after another. */
export function chunkBody(png: Buffer, wanted: string): Buffer {
  const bodies: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8)
    if (type === wanted) bodies.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  return Buffer.concat(bodies)
}

/** A PNG of which the header, or the rows before they are packed, are other ones; checksums are right. */
export function forgePng(
  kind: PngKind,
  { header = body => body, rows = body => body }: { header?(body: Buffer): Buffer; rows?(body: Buffer): Buffer },
): Buffer {
  const png = buildPng(kind)
  return Buffer.concat([
    png.subarray(0, 8),
    chunk('IHDR', header(Buffer.from(chunkBody(png, 'IHDR')))),
    chunk('IDAT', deflateSync(rows(inflateSync(chunkBody(png, 'IDAT'))))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** The colour of the first pixel. */
function transparentSample({ colorType, depth }: PngKind): Buffer {
  const data = Buffer.alloc(2 * CHANNELS[colorType])
  for (let c = 0; c < CHANNELS[colorType]; c++) data.writeUInt16BE(sample(0, 0, c, depth), 2 * c)
  return data
}

function filteredRows(kind: PngKind, [left, top, stepX, stepY]: readonly number[]): Buffer {
  const rows: Buffer[] = []
  const distance = Math.max(1, (CHANNELS[kind.colorType] * kind.depth) >> 3)
  let above: Buffer | undefined
  for (let y = top; y < kind.height && left < kind.width; y += stepY) {
    const row = packRow(kind, y, left, stepX)
    // Every filter gets its turn.
    rows.push(filter(rows.length % 5, row, above ?? Buffer.alloc(row.length), distance))
    above = row
  }
  return Buffer.concat(rows)
}

function packRow({ width, colorType, depth }: PngKind, y: number, left: number, step: number): Buffer {
  let bits = ''
  for (let x = left; x < width; x += step) {
    for (let c = 0; c < CHANNELS[colorType]; c++) bits += sample(x, y, c, depth).toString(2).padStart(depth, '0')
  }
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map(byte => Number.parseInt(byte.padEnd(8, '0'), 2)))
}

function filter(type: number, row: Buffer, above: Buffer, distance: number): Buffer {
  const out = Buffer.alloc(row.length + 1)
  out[0] = type
  for (let i = 0; i < row.length; i++) {
    const a = row[i - distance] ?? 0
    const b = above[i]
    const c = above[i - distance] ?? 0
    out[i + 1] = (row[i] - [0, a, b, (a + b) >> 1, paeth(a, b, c)][type]) & 255
  }
  return out
}

function paeth(a: number, b: number, c: number): number {
  const [toA, toB, toC] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  if (toA <= toB && toA <= toC) return a
  return toB <= toC ? b : c
}
