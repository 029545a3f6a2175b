/**
 * The packages of `bench/package.json`, which are not there until `npm run bench` has installed them.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))
const fromBench = createRequire(`${folder}package.json`)

/** Loads one of them; the caller declares the part of it that it uses. */
export function requirePeer<T>(name: string): T {
  return fromBench(name) as T
}

/** The URL of the file that `import` would load. */
export function resolvePeer(name: string): string {
  return pathToFileURL(fromBench.resolve(name)).href
}

/** The folder of one of them; `null` where it is not installed, as a package for another system. */
export function peerFolder(name: string): string | null {
  const path = `${folder}node_modules/${name}`
  return existsSync(path) ? path : null
}

/** Installs them if one is missing; without their install scripts, which only download CUDA libraries. */
export function installPeers(): void {
  const { dependencies } = requirePeer<{ dependencies: Record<string, string> }>('./package.json')
  if (Object.keys(dependencies).every(peerFolder)) return
  process.stderr.write('installing the peers into bench/node_modules (once; about 700 MB, without install scripts)\n')
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    throw new Error('npm ci in bench/ failed; without a network, run with --peers pytorch or --peers none')
}
