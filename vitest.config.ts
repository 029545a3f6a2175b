import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  // tests of the examples run them from the source, under the package's name
  resolve: {
    alias: [
      { find: /^convforge$/, replacement: source('index.ts') },
      { find: /^convforge\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
})
