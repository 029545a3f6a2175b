import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli')

/** A file of the built command line. The commands are tested as people get them, bundled. */
export function builtFile(name: string): string {
  const path = join(folder, name)
  if (!existsSync(path)) throw new Error(`${path} is missing: run "npm run build" before the tests`)
  return path
}

export interface Run {
  code: number | null
  stdout: string
  stderr: string
}

export function convforge(args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Run {
  const result = spawnSync(process.execPath, [builtFile('main.js'), ...args], { encoding: 'utf8', ...options })
  return { code: result.status, stdout: result.stdout, stderr: result.stderr }
}
