/**
 * The program on a page; see `chromium.ts`.
 */
import { Program } from './program.js'
import type { Request, Values } from './protocol.js'
import type { Surroundings } from './webPeer.js'

declare global {
  /** How the benchmark asks the page. */
  var ask: (requestAndValues: string) => Promise<unknown>
  /** TensorFlow.js, from its script tags. */
  var tf: { readonly wasm: unknown }
}

/** Packages as a page gets them without a bundler: from their own modules, or from script tags. */
const PACKAGES: Readonly<Record<string, () => unknown>> = {
  'onnxruntime-web': () => import(`${location.origin}/onnxruntime-web/dist/ort.wasm.bundle.min.mjs`),
  '@jax-js/jax': () => import(`${location.origin}/@jax-js/jax/dist/index.js`),
  '@tensorflow/tfjs-core': () => globalThis.tf,
  '@tensorflow/tfjs-backend-wasm': () => globalThis.tf.wasm,
}

const surroundings: Surroundings = {
  load: async <T>(name: string) => (await PACKAGES[name]!()) as T,
  versionOf: async name => (await (await fetch(`/${name}/package.json`)).json()).version,
  tensorflowFiles: '/@tensorflow/tfjs-backend-wasm/dist/',
  async withProcessors(value, body) {
    Object.defineProperty(navigator, 'hardwareConcurrency', { value, configurable: true })
    try {
      return await body()
    } finally {
      // what the browser says is a property of the prototype
      Reflect.deleteProperty(navigator, 'hardwareConcurrency')
    }
  },
}

const program = new Program(surroundings)
globalThis.ask = text => program.answer(...(JSON.parse(text) as [Request, Values<Request>]))
