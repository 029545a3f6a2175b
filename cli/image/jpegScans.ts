import { CliError } from '../error.js'
import type { JpegComponent, JpegFrame } from './jpegFrame.js'
import type { JpegSegment } from './jpegSegments.js'

/**
 * Each scan costs time for all its blocks, however few bytes it has. libjpeg writes 10 scans, mozjpeg a few more, and a
 * scan for each coefficient would make 192.
 */
const MAX_SCANS = 200

/**
 * Compares scans with the frame that they are of. The codec does not: where data is missing it reads zeros, and it makes
 * room for the whole picture first, which a file of 200 bytes can say to have 100 megapixels.
 */
export class JpegScans {
  private scans = 0
  private readonly begun = new Set<JpegComponent>()

  constructor(private readonly frame: JpegFrame) {}

  add({ body, dataBytes }: JpegSegment): void {
    if (++this.scans > MAX_SCANS) throw new CliError(`a JPEG of more than ${MAX_SCANS} scans is not supported`)
    const count = body[0] ?? 0
    if (count < 1 || count > 4 || body.length < 4 + 2 * count)
      throw new CliError('damaged JPEG: the header of a scan does not fit its length')
    const components = Array.from({ length: count }, (_, i) => this.component(body[1 + 2 * i]))
    // which coefficients a scan has is said in each, but only of progressive ones is it read
    const first = !this.frame.progressive || body[1 + 2 * count] === 0
    if (first) for (const component of components) this.begun.add(component)
    const blocks = components.reduce((total, component) => total + component.blocks, 0)
    if (dataBytes * 8 < blocks * this.fewestBits(first)) throw dataMissing()
  }

  /** Every component must have been in a scan that says what its blocks begin with. */
  end(): void {
    if (!this.frame.components.every(component => this.begun.has(component))) throw dataMissing()
  }

  private component(id: number): JpegComponent {
    const component = this.frame.components.find(own => own.id === id)
    if (!component) throw new CliError(`damaged JPEG: a scan is of component ${id}, which the frame does not have`)
    return component
  }

  /**
   * The fewest bits in which a block can be stored, as no code is shorter than a bit. Sequential: a code for its first
   * coefficient, and one for the end of the block. Progressive: a code, or a bit, for the first coefficient; of the others
   * nothing, since one code can end 32767 blocks.
   */
  private fewestBits(first: boolean): number {
    if (!this.frame.progressive) return 2
    return first ? 1 : 0
  }
}

function dataMissing(): CliError {
  return new CliError('damaged JPEG: it has fewer bytes than a picture of its size takes')
}
