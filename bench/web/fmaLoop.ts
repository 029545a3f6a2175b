/**
 * The most that an engine's code can do: a loop of nothing but multiply-adds on registers, in WebAssembly.
 */
import { assembleModule, FunctionBuilder, ValueType } from '../../src/backends/wasm/assembler/index.js'
import { engine } from '../../src/backends/wasm/engine.js'

/** Independent sums that hide the latency, with registers left for the factors. */
const SUMS = 12
const UNROLLED = 4
const LANES = 4
const REPETITIONS = 10_000

/** Floating point operations of one call; a multiply-add is two. */
export const LOOP_OPERATIONS = REPETITIONS * UNROLLED * SUMS * LANES * 2

/** The loop: fused where the engine has relaxed SIMD, else a product and a sum. */
export function fmaLoop(): () => void {
  const memory = new WebAssembly.Memory({ initial: 1 })
  const module = new WebAssembly.Module(assembleModule([{ builder: emitLoop(engine().fma), name: 'loop' }], {}))
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const loop = exports['loop'] as (repetitions: number) => void
  return () => loop(REPETITIONS)
}

function emitLoop(isFused: boolean): FunctionBuilder {
  const code = new FunctionBuilder({ parameters: [ValueType.i32], results: [] })
  const sums = Array.from({ length: SUMS }, () => code.local(ValueType.v128))
  const factor = code.local(ValueType.v128)
  // a zero that the compiler does not know: no result is slower than another, and nothing overflows
  code.i32Const(0)
  code.memory('v128.load', 0)
  code.set(factor)
  code.loop()
  for (let i = 0; i < UNROLLED; i++) for (const sum of sums) multiplyAdd(code, sum, factor, isFused)
  code.get(0)
  code.i32Const(1)
  code.emit('i32.sub')
  code.tee(0)
  code.branchIf(0)
  code.end()
  for (const sum of sums) {
    code.i32Const(0)
    code.get(sum)
    code.memory('v128.store', 0)
  }
  return code
}

/** A product that is not fused is of the sum itself: one of two constants would be taken out of the loop. */
function multiplyAdd(code: FunctionBuilder, sum: number, factor: number, isFused: boolean): void {
  code.get(isFused ? factor : sum)
  code.get(factor)
  if (!isFused) code.emit('f32x4.mul')
  code.get(isFused ? sum : factor)
  code.emit(isFused ? 'f32x4.relaxed_madd' : 'f32x4.add')
  code.set(sum)
}
