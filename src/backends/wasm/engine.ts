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
   * What its compiler makes of a block of code. `loadsFirst`: it moves all loads to the start, and has no registers for them then
   * (V8 before 2025). `inOrder`: instructions run as they are written (V8 13). `spilling`: of a block of several steps it keeps
   * some sums in memory, of one step none (measured in Chromium 156: a layer of 256 channels of 14x14 takes 8.2 ms with
   * steps unrolled and 4.4 with one at a time, its weight gradient 9.3 and 5.6; in Node 24 unrolled ones are faster).
   */
  readonly scheduling: 'loadsFirst' | 'inOrder' | 'spilling'
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
    scheduling: schedulingOf(own),
  }
}

function schedulingOf(own: typeof WebAssembly): Engine['scheduling'] {
  // 64-bit memories came with V8 13.3, and the compiler that keeps the order not much before
  if (!own.validate(module(code => code.emit('f32x4.add'), 2, { has64Bits: true }))) return 'loadsFirst'
  // promises in the place of calls that wait came with V8 13.7
  return 'Suspending' in own ? 'spilling' : 'inOrder'
}

/** A module with one instruction on so many vectors. */
function module(emit: (code: FunctionBuilder) => void, operands = 2, memory: MemoryImport | null = null) {
  const builder = new FunctionBuilder({ parameters: [ValueType.v128], results: [ValueType.v128] })
  for (let i = 0; i < operands; i++) builder.get(0)
  emit(builder)
  return assembleModule([{ builder }], memory)
}
