// Nothing outside of the operands is read or written: they end, or begin, at a page that traps any access.
import { expect, test } from 'vitest'
import { maxPoolOperation } from '../../src/backends/compiled/maxPool.js'
import { compiledVectors } from '../../src/backends/compiled/vectors.js'
import { NativeBlock } from '../../src/backends/x64/runtime/index.js'
import { x64Target } from '../../src/backends/x64/target.js'
import { add, Formula, multiply, operand, scalar } from '../../src/kernel/expression.js'
import { slidingWindows } from '../../src/ops/pooling/windows.js'
import { forEachInstructionSet } from './support.js'

const x64Vectors = compiledVectors(x64Target)
const maxPool = maxPoolOperation(x64Target)

const PAGE = 4096
const SUM = new Formula('element', add(operand(0), operand(1)))
const ELEMENT = new Formula('double', operand(0))
const SCALED = new Formula('double', add(multiply(operand(0), scalar(0)), operand(1)))

/** Numbers that end where their memory ends, and numbers that begin where it begins. */
function atTheEdges(type: typeof Float32Array | typeof Float64Array | typeof Int32Array, length: number) {
  const bytes = Math.ceil((length * type.BYTES_PER_ELEMENT) / PAGE) * PAGE
  return (['end', 'start'] as const).map(edge => {
    const memory = new NativeBlock(bytes).view()
    const offset = edge === 'end' ? bytes - length * type.BYTES_PER_ELEMENT : 0
    const numbers = new type(memory.buffer as ArrayBuffer, memory.byteOffset + offset, length)
    for (let i = 0; i < length; i++) numbers[i] = i % 23
    return numbers
  })
}

forEachInstructionSet('bounds', () => {
  test('elementwise, of every length', () => {
    for (const type of [Float32Array, Float64Array]) {
      for (let length = 2; length < 150; length++) {
        const [a, b] = [atTheEdges(type, length), atTheEdges(type, length)]
        const results = atTheEdges(type, length)
        for (const [i, result] of results.entries()) {
          const operands = [a[i]!, b[i]!, result].map(data => ({ data, offset: 0, strides: [1] }))
          for (const formula of [SUM, SCALED]) {
            const scalars = formula === SCALED ? [1] : []
            expect(x64Vectors.elementwise({ shape: [length], operands, formula, into: [2], scalars })).toBe(true)
            expect(Array.from(result)).toEqual(Array.from({ length }, (_, k) => 2 * (k % 23)))
          }
        }
      }
    }
  })

  test('elementwise, rows and columns', () => {
    for (let run = 2; run < 40; run++) {
      const rows = 7
      const [x, y] = [atTheEdges(Float32Array, rows * run), atTheEdges(Float32Array, rows * run)]
      const [ofRows, ofColumns] = [atTheEdges(Float32Array, rows), atTheEdges(Float32Array, run)]
      for (const edge of [0, 1]) {
        for (const other of [
          { data: ofRows[edge]!, offset: 0, strides: [1, 0] },
          { data: ofColumns[edge]!, offset: 0, strides: [0, 1] },
        ]) {
          const [from, to] = [x[edge]!, y[edge]!].map(data => ({ data, offset: 0, strides: [run, 1] }))
          const call = { shape: [rows, run], operands: [from!, other, to!], formula: SUM, into: [2] }
          expect(x64Vectors.elementwise(call)).toBe(true)
        }
      }
    }
  })

  test('sums of rows and of columns', () => {
    for (const type of [Float32Array, Float64Array]) {
      for (let run = 1; run < 80; run++) {
        for (const data of atTheEdges(type, 3 * run)) {
          const operands = [{ data, offset: 0, strides: [run, 1] }]
          const call = {
            shape: [3, run],
            operands,
            formula: new Formula('double', operand(0)),
            operation: 'add',
          } as const
          const rows = x64Vectors.fold({ ...call, kept: [true, false] })
          const columns = x64Vectors.fold({ ...call, kept: [false, true] })
          const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((total, own) => total + own, 0)
          // a row of one element is no row of vectors
          if (run > 1) expect(sum(rows!)).toBe(sum(data))
          expect(sum(columns ?? data)).toBe(sum(data))
        }
      }
    }
  })

  test('max pooling of every width', () => {
    for (let width = 3; width < 75; width++) {
      const spatial = [1, 5, width] as const
      const pool = { kernel: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1], ceilMode: false }
      const windows = slidingWindows([5, width], pool)
      const results = 2 * windows[1].count * windows[2].count
      const [inputs, outputs] = [atTheEdges(Float32Array, 2 * 5 * width), atTheEdges(Float32Array, results)]
      const places = atTheEdges(Int32Array, results)
      for (const edge of [0, 1]) {
        const [input, output] = [inputs[edge]!, outputs[edge]!]
        const call = { input, output, places: places[edge] as Int32Array, planes: 2, spatial, windows }
        expect(maxPool(call)).toBe(true)
        expect(Math.max(...output)).toBeLessThan(23)
      }
    }
  })

  test('arrays that have become shorter than their tensor are left alone, after a call of the same shapes too', () => {
    const add = (...lengths: number[]) => {
      const operands = lengths.map(length => ({ data: new Float32Array(length), offset: 0, strides: [1] }))
      return x64Vectors.elementwise({ shape: [100], operands, formula: SUM, into: [2] })
    }
    const sum = (length: number) => {
      const operands = [{ data: new Float32Array(length), offset: 0, strides: [10, 1] }]
      return x64Vectors.fold({ shape: [10, 10], kept: [true, false], operands, formula: ELEMENT, operation: 'add' })
    }
    expect(add(100, 99, 100)).toBe(false)
    expect(add(100, 100, 100)).toBe(true)
    expect(add(100, 99, 100)).toBe(false)
    expect(sum(99)).toBe(null)
    expect(sum(100)).toEqual(new Float64Array(10))
    expect(sum(99)).toBe(null)
  })
})
