import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError, describeError } from '../error.js'
import { packageRoot } from '../packageRoot.js'
import { loadUpscaler, multiplyAdds } from '../upscale/network.js'
import { upscale } from './upscale.js'

/** `convforge demo`, which is `npm start`: the shipped photo doubled, into ./out, over its own earlier result. */
export async function demo(folder = 'out', loadNetwork = loadUpscaler): Promise<void> {
  const original = join(packageRoot, 'photos', 'chelsea.png')
  // The published package has no room for the original, only for the picture to double.
  const withOriginal = existsSync(original)
  await mkdir(folder, { recursive: true }).catch(error => {
    throw new CliError(`${folder}: cannot be made: ${describeError(error)}`)
  })
  process.stdout.write('doubling chelsea-half.png with upconv7: six Conv2d and one ConvTranspose2d\n')
  const { source, milliseconds } = await upscale(
    join(packageRoot, 'photos', 'chelsea-half.png'),
    {
      output: join(folder, 'chelsea-2x.png'),
      compare: join(folder, 'chelsea-compare.png'),
      original: withOriginal ? original : undefined,
      force: true,
    },
    loadNetwork,
  )
  const rate = multiplyAdds(source.width, source.height) / (milliseconds / 1000) / 1e9
  process.stdout.write(`${rate.toFixed(rate < 10 ? 1 : 0)} billion multiply-adds a second\n`)
}
