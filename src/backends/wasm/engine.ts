/**
 * What the WebAssembly engine at hand can do, found out by trying.
 *
 * @module
 */
import { assembleModule, FunctionBuilder, type MemoryImport, padded, ValueType } from './assembler/index.js'

export interface Engine {
  /** Relaxed SIMD, whose multiply-adds are fused where the processor can. */
  readonly fma: boolean
  /**
   * Whether instructions run in the order in which they are written. V8's compiler before 2025 moves all loads of a block of
   * code to its start, and has no registers for them then.
   */
  readonly keepsOrder: boolean
}

/** Browsers once compiled no larger modules on a page's main thread, unless asynchronously. */
const ONCE_LARGEST = 4096

let found: Engine | string | undefined

/** The engine, or the sentence that says why kernels cannot run in it. */
export function probeEngine(): Engine | string {
  found ??= probe(globalThis)
  return found
}

/** `null` if kernels can run here, else a sentence that says why not. */
export function unavailable(): string | null {
  const own = probeEngine()
  return typeof own === 'string' ? own : null
}

/** The engine; where there is none, an error that says why. */
export function engine(): Engine {
  const own = probeEngine()
  if (typeof own === 'string') throw new Error(`WebAssembly cannot serve here: ${own}`)
  return own
}

/** @param host the global object, where `WebAssembly` may be missing */
export function probe(host: { readonly WebAssembly?: typeof WebAssembly }): Engine | string {
  const { WebAssembly: own } = host
  if (own === undefined) return 'needs WebAssembly, which this runtime lacks'
  const plain = module(code => code.emit('f32x4.add'))
  if (!own.validate(plain)) return 'needs WebAssembly SIMD, which this runtime lacks'
  try {
    new own.Instance(new own.Module(padded(plain, ONCE_LARGEST)))
  } catch (error) {
    const { name, message } = error as Error
    if (error instanceof RangeError) return `this runtime compiles only small modules at once (${message})`
    return `this page or process may not compile WebAssembly (${name}: ${message}); a content security policy needs 'wasm-unsafe-eval'`
  }
  return {
    fma: own.validate(module(code => code.emit('f32x4.relaxed_madd'), 3)),
    // 64-bit memories came with V8 13.3, and the compiler that keeps the order not much before
    keepsOrder: own.validate(module(code => code.emit('f32x4.add'), 2, { has64Bits: true })),
  }
}

/** A module with one instruction on so many vectors. */
function module(emit: (code: FunctionBuilder) => void, operands = 2, memory: MemoryImport | null = null) {
  const builder = new FunctionBuilder({ parameters: [ValueType.v128], results: [ValueType.v128] })
  for (let i = 0; i < operands; i++) builder.get(0)
  emit(builder)
  return assembleModule([{ builder }], memory)
}
