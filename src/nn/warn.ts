/**
 * What PyTorch only warns of.
 *
 * @module
 */
const given = new Set<string>()

/** Writes a warning to the console, each text once. */
export function warnOnce(message: string): void {
  if (given.has(message)) return
  given.add(message)
  console.warn(`Warning: ${message}`)
}
