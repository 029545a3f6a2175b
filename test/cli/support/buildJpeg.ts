/** The parts of a JPEG, one by one, so that a test can put any of them where it does not belong. */

export const SOI = Buffer.from('ffd8', 'hex')
export const EOI = Buffer.from('ffd9', 'hex')

export function segment(marker: number, body: readonly number[] | Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, Buffer.from(body)])
}

/** Quantization by 1, and for each kind of coefficient one code of a single bit, 0: the end of a block, or no change. */
export const TABLES = Buffer.concat([
  segment(0xdb, [0, ...Array<number>(64).fill(1)]),
  ...[0x00, 0x10].map(table => segment(0xc4, [table, 1, ...Array<number>(15).fill(0), 0])),
])

/** A frame header with a component for each of the `factors`, such as 0x11; the components are 1, 2, ... */
export function frameHeader(width: number, height: number, factors: readonly number[], marker = 0xc0): Buffer {
  const body = Buffer.from([8, 0, 0, 0, 0, factors.length, ...factors.flatMap((factor, i) => [i + 1, factor, 0])])
  body.writeUInt16BE(height, 1)
  body.writeUInt16BE(width, 3)
  return segment(marker, body)
}

/** A scan of some components with so many bytes of zeros, each of which ends four blocks. */
export function scan(components: readonly number[], bytes: number, first = 0, last = 63): Buffer {
  const header = [components.length, ...components.flatMap(id => [id, 0]), first, last, 0]
  return Buffer.concat([segment(0xda, header), Buffer.alloc(bytes)])
}

export function jpeg(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat([SOI, TABLES, ...parts, EOI])
}
