// Builds dist/, by tsc alone: one output file per source file, written as in the source. So bundlers can drop what an
// application does not import (`export * as nn` stays what it is, where a bundler's output would make an object of it),
// and a stack trace names the file one finds in the repository.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
