import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { mnistDigits } from './mnistPlugin.js'

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

// Shared memory between threads, and precise timers, are for pages that are isolated from others.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

// Refusals of the library name the class that refuses: `constructor.name` is part of what one reads.
const named = { output: { keepNames: true } }

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // works under any path
  base: './',
  plugins: [mnistDigits()],
  resolve: {
    alias: [
      { find: /^convforge$/, replacement: source('index.ts') },
      { find: /^convforge\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: named,
  },
  worker: { format: 'es', rolldownOptions: named },
  server: { headers },
  preview: { headers },
})
