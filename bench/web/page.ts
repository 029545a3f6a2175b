/**
 * The page in Chromium: the program as one bundle, and the peers' packages, on a local server with the two headers that let
 * a page have shared memory.
 */
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

const PACKAGES = fileURLToPath(new URL('../node_modules', import.meta.url))
const TENSORFLOW = ['tfjs-core/dist/tf-core.min.js', 'tfjs-backend-wasm/dist/tf-backend-wasm.min.js']
const page = (peers: boolean) =>
  `<!doctype html><meta charset="utf-8"><title>convforge</title>
${peers ? TENSORFLOW.map(path => `<script src="/@tensorflow/${path}"></script>`).join('\n') : ''}
<script type="module" src="/program.js"></script>`

export interface Page {
  readonly url: string
  close(): void
}

/** @param tensorflow whether the page loads TensorFlow.js */
export async function servePage(tensorflow: boolean): Promise<Page> {
  const program = await bundle()
  const server = createServer(async ({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url ?? '/', 'http://localhost').pathname))
    try {
      const [type, content] =
        path === '/'
          ? ['text/html', page(tensorflow)]
          : path === '/program.js'
            ? ['text/javascript', program]
            : [TYPES[extname(path)] ?? 'application/octet-stream', await readFile(join(PACKAGES, path))]
      response.writeHead(200, { ...HEADERS, 'Content-Type': type }).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  const port = await listen(server)
  return { url: `http://localhost:${port}/`, close: () => void server.close() }
}

function listen(server: Server): Promise<number> {
  return new Promise(resolve => server.listen(0, 'localhost', () => resolve((server.address() as AddressInfo).port)))
}

/** convforge is the built package in it, as everywhere in the benchmarks. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('pageProgram.ts', import.meta.url))],
    tsconfig: fileURLToPath(new URL('../tsconfig.dist.json', import.meta.url)),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  })
  return outputFiles[0]!.text
}
