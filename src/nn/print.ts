/**
 * Modules as PyTorch prints them.
 *
 * @module
 */
import type { Module } from './module.js'

const indent = (text: string) => text.replaceAll('\n', '\n  ')

/** The text of a module and those below it. */
export function printModule(module: Module): string {
  const children = [...module.moduleEntries()].map(([name, child]) => `(${name}): ${indent(String(child))}`)
  const extra = module.extraRepr()
  const lines = [...(extra === '' ? [] : extra.split('\n')), ...children]
  const name = module.constructor.name
  if (children.length === 0 && lines.length <= 1) return `${name}(${extra})`
  return `${name}(\n  ${lines.join('\n  ')}\n)`
}
