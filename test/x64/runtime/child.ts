/**
 * Runs a script in a process of its own, for what would end or disturb the process of the tests.
 */
import { spawnSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const folder = join(import.meta.dirname, '../../../out/x64-children')

/** Bundles `NAME.child.ts` (a path from here); the script lies inside the project, where koffi is found, unless there is another folder. */
export async function bundleChild(name: string, into = folder): Promise<string> {
  const outfile = join(into, `${basename(name)}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.child.ts`)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
  })
  return outfile
}

export interface Outcome {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The outcome of a script. A script that hangs is killed after a minute: its signal is SIGKILL then. */
export function runChild(
  script: string,
  parameters: readonly string[] = [],
  { flags = [], environment = {} }: { flags?: readonly string[]; environment?: Record<string, string> } = {},
): Outcome {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...flags, script, ...parameters], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  return { status, signal, stdout: stdout.trim(), stderr }
}
