/** Stores of some lanes write these lanes and nothing else, on either instruction set. */
import { describe, expect, test } from 'vitest'
import { compile } from '../../src/backends/x64/compile.js'
import { cpu, type InstructionSet, unavailable } from '../../src/backends/x64/runtime/index.js'
import type { ElementMachine } from '../../src/kernel/elementMachine.js'
import type { Pointer, Precision } from '../../src/kernel/machine.js'
import { FIRST_TENSOR_SLOT } from '../../src/kernel/program.js'
import { ProgramBuilder } from '../../src/kernel/programBuilder.js'

/** What an array of -1 is after a kernel that finds 1, 2, 3 ... at `source` and the array at `to`. */
function stored(
  isa: InstructionSet,
  precision: Precision,
  body: (machine: ElementMachine, source: Pointer, to: Pointer) => void,
): number[] {
  const builder = new ProgramBuilder()
  const kernel = builder.kernel('lanes', machine => {
    const [source, to] = [machine.pointer(), machine.pointer()]
    machine.argument(source, FIRST_TENSOR_SLOT)
    machine.argument(to, FIRST_TENSOR_SLOT + 1)
    body(machine, source, to)
    machine.release(source, to)
  })
  builder.task(kernel, [])
  const ArrayType = precision === 'float64' ? Float64Array : Float32Array
  const result = new ArrayType(48).fill(-1)
  compile(builder.finish(), precision, isa)([new ArrayType(16).map((_, i) => i + 1), result])
  return [...result]
}

const bits = { avx2: 256, avx512: 512 } as const

describe.skipIf(unavailable() !== null).each(['avx2', 'avx512'] as const)('%s', isa => {
  test.skipIf(!cpu()[isa]).each(['float32', 'float64', 'widened'] as const)('any lanes of %s', precision => {
    const lanes = bits[isa] / (precision === 'float32' ? 32 : 64)
    for (let first = 0; first < lanes; first++) {
      for (let count = 1; first + count <= lanes; count++) {
        const found = stored(isa, precision, (machine, source, to) => {
          const vector = machine.vector()
          machine.read(vector, { base: source, offset: 0 }, lanes)
          machine.round(vector)
          machine.write({ base: to, offset: 16 * machine.storedBytes }, vector, first, count)
          machine.release(vector)
        })
        const expected = found.map((_, i) => (i >= 16 && i < 16 + count ? first + i - 16 + 1 : -1))
        expect(found, `${count} from lane ${first} on`).toEqual(expected)
      }
    }
  })
})
