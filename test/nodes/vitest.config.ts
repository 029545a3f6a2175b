import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import root, { CONVOLUTIONS, ELSEWHERE, ON_WASM } from '../../vitest.config.js'

const { projects: _, ...test } = root.test!

/** What runs in another Node than the main run's, on WebAssembly alone (run.mjs). */
export default defineConfig({
  ...root,
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    ...test,
    ...ON_WASM,
    isolate: false,
    name: `wasm in Node ${process.versions.node}`,
    // layers of x64 are drawn there
    include: [...CONVOLUTIONS, ...ON_WASM.include, 'test/differential/pytorch-modules.test.ts'],
    exclude: [...ELSEWHERE, 'test/differential/layers.test.ts'],
  },
})
