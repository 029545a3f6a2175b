import { defineConfig } from 'tsdown'

// One output file per source file: bundlers can drop what an application does not import, and a stack trace names
// the file one finds in the repository. Declarations come from tsc (scripts/build.mjs).
export default defineConfig({
  entry: ['src/index.ts', 'src/{nn,interop,models,optim,data,tools,checkpoint}/index.ts', 'cli/main.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  unbundle: true,
  dts: false,
  fixedExtension: false,
  external: [/^node:/],
})
