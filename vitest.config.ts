import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BROWSER_PROJECTS } from './test/browser/projects.js'

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

/**
 * Suites of convolutions that the x64 backend serves, with the processor's best instruction set unless told otherwise. The
 * random layers among them have Winograd's algorithm, whose own suite would take two minutes more.
 */
export const CONVOLUTIONS = [
  'test/golden/{conv,train}.test.ts',
  'test/differential/{algorithms,depthwise,layers,manyChannels,nonfinite}.test.ts',
  'test/differential/pytorch-{blocks,convolutions}.test.ts',
  'test/property/conv-*.test.ts',
]
/** These are of dtypes, or of checks, that no machine code serves. */
export const ELSEWHERE = ['test/property/conv-{integers,meta,rules}.test.ts']

/** Suites that leave nothing changed behind: the files of a worker share its modules, which are loaded once. */
export const SHARING = [
  'test/{data,errors,interop,layers,models,nn,ops,optim,property}/**/*.test.ts',
  'test/golden/*.test.ts',
  'test/autograd/{gradcheck,randomGraphs}.test.ts',
]

const MIRRORS = ['test/mirrors.setup.ts']

/** Suites of derivatives, which are computed by the best backend there is: here by WebAssembly. */
export const ON_WASM = {
  include: [
    'test/autograd/{gradcheck,randomGraphs}.test.ts',
    'test/layers/*.gradient.test.ts',
    'test/ops/*.gradient.test.ts',
  ],
  env: { CONVFORGE_BACKEND: 'wasm', TESTS_OF_BACKEND: 'wasm' },
  setupFiles: ['test/wasm.setup.ts', ...MIRRORS],
}

/** Processors without AVX-512 run these suites with AVX2 in the other projects. */
const hasAvx512 = existsSync('/proc/cpuinfo') && /\bavx512f\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
const AVX2 = {
  extends: true as const,
  test: {
    name: 'avx2',
    isolate: false,
    include: CONVOLUTIONS,
    exclude: ELSEWHERE,
    env: { CONVFORGE_ISA: 'avx2', TESTS_OF_BACKEND: 'x64' },
    setupFiles: ['test/avx2.setup.ts'],
  },
}

export default defineConfig({
  // tests of the examples run them from the source, under the package's name
  resolve: {
    alias: [
      { find: /^convforge$/, replacement: source('index.ts') },
      { find: /^convforge\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    // Vitest leaves a core to itself, though most of the time it only waits: of two that is half of all
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // browsers and processes that end on a signal depend on what else the machine does; a wrong number is wrong each time
    retry: process.env['CI'] ? 2 : 0,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // a busy machine takes its time: a worker that is stopped, a picture that is read
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**/*.browser.test.ts', ...SHARING],
          setupFiles: MIRRORS,
        },
      },
      {
        extends: true,
        test: { name: 'shared modules', include: SHARING, isolate: false, setupFiles: MIRRORS },
      },
      ...(hasAvx512 ? [AVX2] : []),
      { extends: true, test: { name: 'wasm', isolate: false, ...ON_WASM } },
      ...BROWSER_PROJECTS,
    ],
  },
})
