import { parseLayer } from '../explain/parseLayer.js'
import { printLayer } from '../explain/printLayer.js'

export function explain(words: readonly string[]): void {
  process.stdout.write(printLayer(parseLayer(words.join(' '))))
}
