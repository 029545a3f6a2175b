/**
 * The README's examples, type-checked and run as printed, against the built package under its own name.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
  match => match[1]!,
)

let folder: string

beforeAll(() => {
  if (!existsSync(join(root, 'dist', 'src', 'index.js'))) throw new Error('dist/ is missing: run "npm run build" first')
  // inside the package, where its own name leads to dist/
  folder = mkdtempSync(join(root, '.readme-'))
  blocks.forEach((code, i) => {
    writeFileSync(join(folder, `example${i}.ts`), code)
  })
  const compile = [
    '--outDir',
    folder,
    '--rootDir',
    root,
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--strict',
    '--types',
    'node',
  ]
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  // an example that does not type-check fails here, with the compiler's words
  execFileSync('node', [tsc, '--ignoreConfig', ...compile, ...blocks.map((_, i) => join(folder, `example${i}.ts`))], {
    encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'inherit'],
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(blocks.map((code, i) => [i, code] as const))('example %i prints what its comments say', (i, code) => {
  const printed = execFileSync('node', [join(folder, basename(folder), `example${i}.js`)], {
    cwd: folder,
    encoding: 'utf8',
  })
  const promised = [...code.matchAll(/console\.log\(.*\)(?:\n\/\/| \/\/) (.*)/g)].map(match => match[1])
  expect(promised.length).toBeGreaterThan(0)
  expect(printed.trim().split('\n')).toEqual(promised)
})
