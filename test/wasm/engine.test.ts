import { afterEach, describe, expect, test, vi } from 'vitest'
import { probe, probeEngine } from '../../src/backends/wasm/engine.js'
import { backends } from '../../src/index.js'

class CompileError extends Error {
  override name = 'CompileError'
}

/** WebAssembly with another way of making modules, or of validating them. */
const host = ({
  validate = bytes => WebAssembly.validate(bytes),
  Module = WebAssembly.Module,
}: {
  validate?: (bytes: Uint8Array<ArrayBuffer>) => boolean
  Module?: new (bytes: Uint8Array<ArrayBuffer>) => object
}) => ({ WebAssembly: { validate, Module, Instance: WebAssembly.Instance } as unknown as typeof WebAssembly })

describe('a runtime that cannot serve says why in a sentence', () => {
  test('without WebAssembly', () => expect(probe({})).toMatch('needs WebAssembly, which'))

  test('without vectors', () => expect(probe(host({ validate: () => false }))).toMatch('needs WebAssembly SIMD'))

  test('where a policy forbids compilation', () => {
    class Refusing {
      constructor() {
        throw new CompileError('WebAssembly.Module(): Wasm code generation disallowed by embedder')
      }
    }
    expect(probe(host({ Module: Refusing }))).toMatch(
      /may not compile WebAssembly \(CompileError: .*'wasm-unsafe-eval'$/,
    )
  })

  test('where only small modules are compiled at once', () => {
    class Small extends WebAssembly.Module {
      constructor(bytes: Uint8Array<ArrayBuffer>) {
        if (bytes.length > 4096) throw new RangeError('WebAssembly.Module is disallowed on the main thread')
        super(bytes)
      }
    }
    expect(probe(host({ Module: Small }))).toMatch('compiles only small modules')
  })
})

test('what an engine has is found out by trying', () => {
  // relaxed multiply-adds are instruction 0x105
  const withoutRelaxed = host({
    validate: bytes => !Buffer.from(bytes).includes(Buffer.from([0xfd, 0x85, 0x02])) && WebAssembly.validate(bytes),
  })
  expect(probe(withoutRelaxed)).toMatchObject({ fma: false })
  expect(probe(globalThis)).toEqual(probeEngine())
})

describe('the backend', () => {
  afterEach(() => {
    backends.setBackend(null)
    vi.unstubAllEnvs()
  })

  test('is listed between machine code and loops, and can be chosen', () => {
    expect(backends.describeBackends().map(({ name }) => name)).toEqual(['x64', 'wasm', 'portable', 'reference'])
    backends.setBackend('wasm')
    expect(backends.getBackend()).toBe('wasm')
    expect(backends.convolutionAlgorithms().map(({ name }) => name)).toEqual([
      'wasm/depthwise',
      'wasm/winograd',
      'wasm/channel-lanes',
      'wasm/pixel-lanes',
      'wasm/weight-gradient',
      'portable/direct',
      'reference',
    ])
  })
})
