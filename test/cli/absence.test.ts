/**
 * The package as people get it, where machine code cannot run: other backends serve, and `convforge info` says why.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { release } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { unavailable } from '../../src/backends/x64/runtime/index.js'
import { backends } from '../../src/index.js'
import { folderWithPackage } from '../bundlers/support/package.js'
import { builtFile } from './support/command.js'

/** Who serves where x64 does not. */
const next = backends.describeBackends().find(({ name, available }) => available && name !== 'x64')!.name

const root = join(import.meta.dirname, '..', '..')
const folder = folderWithPackage()

// what is set for the whole run would be an answer of its own
const { CONVFORGE_BACKEND: _, NODE_PATH: __, ...env } = process.env

function node(...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, { cwd: folder, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`node ${parameters.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

/** As `npm install --omit=optional` leaves it, without a network: links to what the package depends on. */
function linkDependencies(): void {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'node_modules/convforge/package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
}

describe('installed without koffi', () => {
  beforeAll(linkDependencies)

  const reason = unavailable()?.startsWith('needs')
    ? 'needs '
    : 'the optional dependency koffi cannot be loaded (npm install koffi): Cannot find module'

  test('a layer is served, with its gradients, by the next backend', () => {
    const program = `
      import { backends, ones } from 'convforge'
      import { Conv2d } from 'convforge/nn'
      const layer = new Conv2d(2, 3, 3, { padding: 1 })
      for (const parameter of layer.parameters()) parameter.detach().fill_(1)
      const x = ones(1, 2, 4, 5).requiresGrad_()
      const output = layer(x).sum()
      output.backward()
      console.log(backends.getBackend(), output.item(), x.grad.sum().item(), layer.bias.grad.tolist().join())
    `
    // 2 x 3 weights of each tap: it meets 4 x 5 pixels, or a row, a column or both less; and 60 biases
    const products = 6 * (4 + 3 + 3) * (5 + 4 + 4)
    expect(node('--input-type=module', '--eval', program)).toBe(`${next} ${products + 60} ${products} 20,20,20\n`)
  })

  test('convforge info names koffi and the cure', () => {
    const text = node(join('node_modules', 'convforge', 'dist', 'cli', 'main.js'), 'info')
    expect(text).toContain(`serving    ${next}\n`)
    expect(text).toContain(`  x64        not available: ${reason}`)
  })
})

// the kernel's own switch for a process (PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN), which Linux has since 6.3
const [major, minor] = release().split('.').map(Number) as [number, number]
const hasSwitch = major > 6 || (major === 6 && minor >= 3)

test.skipIf(unavailable() !== null || !hasSwitch)('where executable memory is refused, convforge info says so', () => {
  const preload = `
    import { createRequire } from 'node:module'
    const koffi = createRequire(${JSON.stringify(builtFile('main.js'))})('koffi')
    const prctl = koffi.load(null).func('prctl', 'int', ['int', 'int64_t', 'int64_t', 'int64_t', 'int64_t'])
    if (prctl(65, 1, 0, 0, 0) !== 0) throw new Error('PR_SET_MDWE is refused')
  `
  // V8 itself must not need executable memory then
  const flags = ['--jitless', '--import', `data:text/javascript,${encodeURIComponent(preload)}`]
  const stdout = node(...flags, builtFile('main.js'), 'info')
  // so it compiles no WebAssembly either
  expect(stdout).toContain('serving    portable\n')
  expect(stdout).toContain(
    '  x64        not available: the system refuses executable memory: mprotect failed (error 13)\n',
  )
})
