import { CliError } from '../error.js'
import { LAYER_EXAMPLE, parseLayer } from '../explain/parseLayer.js'
import { printLayer } from '../explain/printLayer.js'

export function explain(words: readonly string[]): void {
  // Without quotes a shell takes "> 64" for a file to write to, and the layer arrives in pieces.
  if (words.length > 1) throw new CliError(`put the layer in quotes: convforge explain "${LAYER_EXAMPLE}"`, 2)
  process.stdout.write(printLayer(parseLayer(words[0])))
}
