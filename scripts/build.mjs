// Builds dist/: JavaScript by tsdown (tsdown.config.ts), declarations by tsc, which keeps `declare module` blocks as
// they are written. Through tsdown's API rather than its command, which warns about Node 20 at every run.
import { spawnSync } from 'node:child_process'
import { build } from 'tsdown'

await build({ logLevel: 'error' })
const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
