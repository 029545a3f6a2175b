/**
 * The package as people get it.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { builtFile } from '../../cli/support/command.js'

const root = join(import.meta.dirname, '../../..')

/** A folder in which the package is installed, without what it depends on; gone after the tests of the file. */
export function folderWithPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'convforge-package-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  // packed from what was built
  builtFile('main.js')
  const packed = run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root)
  const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
  const installed = join(folder, 'node_modules', 'convforge')
  mkdirSync(installed, { recursive: true })
  run('tar', ['-xzf', filename, '--strip-components=1', '-C', installed], folder)
  return folder
}

function run(command: string, parameters: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, parameters, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}
