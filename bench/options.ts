/**
 * The command line of `npm run bench`.
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { LAYERS, selectLayers } from './layers.js'
import { PEERS, PRECISIONS, SECTIONS, type Settings } from './settings.js'
import { RUNTIMES } from './web/runtime.js'

const RESULTS = fileURLToPath(new URL('results', import.meta.url))

/** Reads the arguments; wrong ones end the process with a message, as does `--help`. */
export function parseOptions(argv: readonly string[]): Settings {
  const threads = [1, 2].filter(count => count <= availableParallelism())
  const options = new Command('npm run bench --')
    .description('Times convforge beside the peers of servers and browsers, in one run and on the same data.')
    .addOption(
      new Option('--sections <names>', `of ${SECTIONS.join(', ')}`).argParser(among(SECTIONS)).default(SECTIONS),
    )
    .option('--layers <texts>', 'parts of names, or layers such as "32x64x64 -> 32 k3 p1", with commas', layerTexts, [])
    .option('--batches <numbers>', 'batch sizes of the section "layers" (default: 1,8)', counts)
    .option('--threads <numbers>', 'each in a process of its own', counts, threads)
    .addOption(
      new Option('--precision <names>', `of ${PRECISIONS.join(', ')}`).argParser(among(PRECISIONS)).default(PRECISIONS),
    )
    .addOption(new Option('--peers <names>', `of ${PEERS.join(', ')}, or none`).argParser(peerNames).default(PEERS))
    .addOption(
      new Option('--runtimes <names>', `of ${RUNTIMES.join(', ')}: where the sections of browsers run`)
        .argParser(among(RUNTIMES))
        .default(RUNTIMES),
    )
    .option('--rounds <number>', 'undisturbed rounds to take the median of (default: 15, in browsers 9)', count)
    .option('--quick', 'a fast look: few and short rounds, batch 1', false)
    .option('--out <folder>', 'where the results go', RESULTS)
    .parse(argv, { from: 'user' })
    .opts()
  const quick: boolean = options['quick']
  return {
    sections: options['sections'],
    layers: options['layers'],
    batches: options['batches'] ?? (quick ? [1] : [1, 8]),
    threads: options['threads'],
    precisions: options['precision'],
    peers: options['peers'],
    runtimes: options['runtimes'],
    out: options['out'],
    rounds: options['rounds'] ?? (quick ? 3 : 15),
    sampleMilliseconds: quick ? 20 : 60,
    limitMilliseconds: quick ? 3000 : 30_000,
    web: {
      rounds: options['rounds'] ?? (quick ? 3 : 9),
      sampleMilliseconds: 20,
      limitMilliseconds: quick ? 2000 : 10_000,
    },
  }
}

function pieces(text: string): string[] {
  return text.split(',').map(piece => piece.trim())
}

function among<T extends string>(allowed: readonly T[]): (text: string) => T[] {
  return text =>
    pieces(text).map(piece => {
      const found = allowed.find(name => name === piece)
      if (found === undefined) throw new InvalidArgumentError(`There are: ${allowed.join(', ')}.`)
      return found
    })
}

function peerNames(text: string): Settings['peers'] {
  return text === 'none' ? [] : among(PEERS)(text)
}

function layerTexts(text: string): string[] {
  try {
    selectLayers(LAYERS, pieces(text))
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
  return pieces(text)
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('A whole number from 1 to 9999 is needed.')
  return Number(text)
}

function counts(text: string): number[] {
  return pieces(text).map(count)
}
