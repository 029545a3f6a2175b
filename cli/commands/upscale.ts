import { join, parse, resolve } from 'node:path'
import { formatDuration } from '../duration.js'
import { CliError } from '../error.js'
import { type Comparison, checkOriginalSize, compare } from '../image/compare.js'
import { isTransparent } from '../image/flatten.js'
import { type OutputFile, prepareOutput } from '../image/outputFile.js'
import type { Picture } from '../image/picture.js'
import { formatPsnr } from '../image/psnr.js'
import { readPicture } from '../image/read.js'
import { checkFormatHolds, encodePicture, formatOf } from '../image/write.js'
import { startProgress } from '../progress.js'
import { loadUpscaler } from '../upscale/network.js'
import { SCALE } from '../upscale/tiles.js'
import { upscalePicture } from '../upscale/upscaler.js'

export interface UpscaleCommandOptions {
  output?: string
  denoise?: boolean
  compare?: string
  original?: string
  tile?: number
  force?: boolean
  /** Of JPEG results. */
  quality?: number
  quiet?: boolean
}

export const DEFAULT_TILE = 128
export const DEFAULT_QUALITY = 95

/** `convforge upscale`. Whatever can be refused is refused before the long work starts. */
export async function upscale(
  input: string,
  options: UpscaleCommandOptions,
  loadNetwork = loadUpscaler,
): Promise<{ source: Picture; milliseconds: number }> {
  const { output = defaultOutput(input), quality = DEFAULT_QUALITY, force = false, quiet = false } = options
  checkUsage(output, options)
  const source = await readPicture(input)
  const original = options.original === undefined ? undefined : await readPicture(options.original)
  if (original) checkOriginalSize(options.original ?? '', original, source)
  checkFormatHolds(output, source.width * SCALE, source.height * SCALE)
  const outputFile = await prepareOutput(output, force)
  const compareFile = options.compare === undefined ? undefined : await prepareOutput(options.compare, force)
  const network = await loadNetwork(options.denoise ?? false)

  const progress = startProgress(quiet)
  const lines: string[] = []
  try {
    const started = performance.now()
    const tileSize = options.tile ?? DEFAULT_TILE
    const result = await upscalePicture(source, network, { tileSize, onProgress: progress.update })
    const milliseconds = performance.now() - started

    progress.finishing('writing')
    await outputFile.write(await encodePicture(result, formatOf(output), quality))
    lines.push(`${output}: ${result.width} x ${result.height}, in ${formatDuration(milliseconds)}`)
    if (formatOf(output) === 'jpeg' && isTransparent(source)) {
      lines.push(`${output}: its transparent parts are white now, because a JPEG has no alpha`)
    }
    if (compareFile ?? original)
      lines.push(...(await writeComparison(compare(source, result, original), compareFile, quality)))
    return { source, milliseconds }
  } finally {
    progress.stop()
    if (!quiet) for (const line of lines) process.stdout.write(`${line}\n`)
  }
}

async function writeComparison(
  { draw, psnr }: Comparison,
  file: OutputFile | undefined,
  quality: number,
): Promise<string[]> {
  const lines: string[] = []
  if (file) {
    await file.write(await encodePicture(draw(), formatOf(file.path), quality))
    lines.push(`${file.path}: ${psnr ? 'bicubic, network and original' : 'bicubic and network'}, side by side`)
  }
  if (psnr) {
    const { network, bicubic } = psnr
    lines.push(`PSNR against the original: network ${formatPsnr(network)}, bicubic ${formatPsnr(bicubic)}`)
  }
  return lines
}

/** photos/cat.jpg becomes photos/cat-2x.png: a PNG, because a result should lose nothing unless one asks for it. */
function defaultOutput(input: string): string {
  const { dir, name } = parse(input)
  return join(dir, `${name}-2x.png`)
}

function checkUsage(output: string, { compare, quality }: UpscaleCommandOptions): void {
  const formats = [output, compare ?? output].map(formatOf)
  if (compare !== undefined && resolve(output) === resolve(compare)) {
    throw new CliError(`${output}: the result and the comparison cannot be the same file`, 2)
  }
  if (quality !== undefined && !formats.includes('jpeg')) {
    throw new CliError('--quality is for .jpg results; a PNG loses nothing', 2)
  }
}
