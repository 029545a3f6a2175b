import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface PackageJson {
  name: string
  version: string
}

/**
 * The folder that holds convforge's package.json. Searched upwards, because this file runs both from cli/ (tests) and
 * from dist/cli/ (the published command).
 */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)))

export const version: string = readPackageJson(packageRoot)!.version

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (readPackageJson(folder)?.name === 'convforge') return folder
    if (dirname(folder) === folder) throw new Error(`no package.json of convforge above ${start}`)
  }
}

function readPackageJson(folder: string): PackageJson | undefined {
  const path = join(folder, 'package.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as PackageJson) : undefined
}
