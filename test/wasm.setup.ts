/**
 * For the suites that run on WebAssembly where machine code could serve (`vitest.config.ts`, `test/nodes/`): it is WebAssembly
 * that serves, in the Node that was meant, with fused products if its engine has them, or they fail.
 */
import { beforeAll, expect } from 'vitest'
import { probeEngine } from '../src/backends/wasm/engine.js'
import { backends } from '../src/index.js'

const major = Number(process.versions.node.split('.')[0])

beforeAll(() => {
  expect(String(major)).toBe(process.env['TESTS_OF_NODE'] ?? String(major))
  expect(backends.getBackend()).toBe('wasm')
  // V8 has relaxed SIMD since 11.4, which came with Node 21
  expect(probeEngine()).toMatchObject({ fma: major >= 21 })
  expect(backends.convolutionAlgorithms()[0]!.name).toMatch(/^wasm\//)
})
