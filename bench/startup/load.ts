/**
 * How long a package takes to load in a fresh process, without the loader that runs the benchmarks' TypeScript.
 */
import { execFileSync } from 'node:child_process'
import { resolvePeer } from '../peers/require.js'

const PACKAGES = {
  convforge: () => new URL('../../dist/src/index.js', import.meta.url).href,
  onnxruntime: () => resolvePeer('onnxruntime-node'),
}

/** Milliseconds. */
export function loadTime(name: keyof typeof PACKAGES): number {
  const url = JSON.stringify(PACKAGES[name]())
  const script = `const start = performance.now(); await import(${url}); console.log(performance.now() - start)`
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }))
}
