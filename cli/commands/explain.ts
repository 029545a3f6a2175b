import { CliError } from '../error.js'
import { LAYER_EXAMPLE, parseLayer } from '../explain/parseLayer.js'
import { printCode } from '../explain/printCode.js'
import { planLayer, printLayer } from '../explain/printLayer.js'

/** @param asm whether to print the machine code too */
export function explain(words: readonly string[], { asm = false }: { asm?: boolean } = {}): void {
  // Without quotes a shell takes "> 64" for a file to write to, and the layer arrives in pieces.
  if (words.length > 1) throw new CliError(`put the layer in quotes: convforge explain "${LAYER_EXAMPLE}"`, 2)
  const layer = parseLayer(words[0])
  process.stdout.write(printLayer(layer))
  if (asm) process.stdout.write(`\n${printCode(planLayer(layer).plan)}`)
}
