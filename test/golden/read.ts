/**
 * Reading the golden files from the disk: numbers that PyTorch computed, see data/README.md.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type GoldenTensor, parseSafetensors } from './parse.js'

/** The path of a golden file, e.g. `goldenFile('rng-dev.json')`. */
export const goldenFile = (name: string): string => fileURLToPath(new URL(`./data/${name}`, import.meta.url))

/** All tensors of a safetensors file, by name. */
export const readSafetensors = (path: string): Record<string, GoldenTensor> =>
  parseSafetensors(readFileSync(path), path)
