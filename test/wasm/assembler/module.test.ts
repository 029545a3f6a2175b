import { describe, expect, test } from 'vitest'
import { assembleModule, FunctionBuilder, padded, ValueType } from '../../../src/backends/wasm/assembler/index.js'
import { LANE_MEMORY, MEMORY, NUMERIC, VECTOR } from '../../../src/backends/wasm/assembler/instructions.js'

const { i32, v128 } = ValueType

const builder = (parameters: readonly ValueType[] = [], results: readonly ValueType[] = []) =>
  new FunctionBuilder({ parameters, results })

test('a module is what the specification says, byte by byte', () => {
  const sum = builder([i32, i32], [i32])
  sum.get(0)
  sum.get(1)
  sum.emit('i32.add')
  const other = builder([i32, i32], [i32])
  other.local(i32)
  other.local(i32)
  other.local(v128)
  other.get(1)
  expect([
    ...assembleModule([{ builder: sum, name: 'sum' }, { builder: other }], { shared: { mostPages: 200 } }),
  ]).toEqual([
    // \0asm, version 1
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // types: one, (i32, i32) -> i32
    ...[0x01, 0x07, 0x01, 0x60, 0x02, 0x7f, 0x7f, 0x01, 0x7f],
    // imports: env.memory, shared, 0 to 200 pages
    ...[
      0x02, 0x11, 0x01, 0x03, 0x65, 0x6e, 0x76, 0x06, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x03, 0x00, 0xc8, 0x01,
    ],
    // functions: two of type 0
    ...[0x03, 0x03, 0x02, 0x00, 0x00],
    // exports: sum, function 0
    ...[0x07, 0x07, 0x01, 0x03, 0x73, 0x75, 0x6d, 0x00, 0x00],
    // code: no locals, local.get 0, local.get 1, i32.add, end
    ...[0x0a, 0x12, 0x02, 0x07, 0x00, 0x20, 0x00, 0x20, 0x01, 0x6a, 0x0b],
    // two i32 and a v128, local.get 1, end
    ...[0x08, 0x02, 0x02, 0x7f, 0x01, 0x7b, 0x20, 0x01, 0x0b],
  ])
})

/** A vector of such numbers. */
const vector = (bytes: ArrayBuffer) => new Uint8Array(bytes)

describe('instructions', () => {
  /** Runs code on vectors at 0, 16, 32 in a memory; gives 16 bytes at 64. */
  function run(write: (code: FunctionBuilder) => void, ...operands: Uint8Array[]): ArrayBuffer {
    const code = builder()
    write(code)
    const memory = new WebAssembly.Memory({ initial: 1 })
    const bytes = new Uint8Array(memory.buffer)
    for (const [i, own] of operands.entries()) bytes.set(own, 16 * i)
    const instance = new WebAssembly.Instance(
      new WebAssembly.Module(assembleModule([{ builder: code, name: 'f' }], {})),
      {
        env: { memory },
      },
    )
    ;(instance.exports.f as () => void)()
    return memory.buffer.slice(64, 80)
  }

  const applied = (instruction: keyof typeof VECTOR, ...operands: Uint8Array[]) =>
    run(
      code => {
        code.i32Const(64)
        for (const i of operands.keys()) {
          code.i32Const(16 * i)
          code.memory('v128.load', 0)
        }
        code.emit(instruction)
        code.memory('v128.store', 0)
      },
      ...operands,
    )

  const a32 = [1.5, -2, Number.NaN, 8]
  const b32 = [0.25, 3, 1, 8]
  const a64 = [1e300, -3]
  const b64 = [2, Number.NaN]
  const all = -1

  test.each<[keyof typeof VECTOR, (a: number, b: number) => number]>([
    ['f32x4.add', (a, b) => a + b],
    ['f32x4.sub', (a, b) => a - b],
    ['f32x4.mul', (a, b) => a * b],
    ['f32x4.div', (a, b) => a / b],
    ['f32x4.pmin', (a, b) => (b < a ? b : a)],
    ['f32x4.pmax', (a, b) => (a < b ? b : a)],
    ['f64x2.add', (a, b) => a + b],
    ['f64x2.sub', (a, b) => a - b],
    ['f64x2.mul', (a, b) => a * b],
    ['f64x2.div', (a, b) => a / b],
    ['f64x2.pmin', (a, b) => (b < a ? b : a)],
    ['f64x2.pmax', (a, b) => (a < b ? b : a)],
  ])('%s', (instruction, compute) => {
    const wide = instruction.startsWith('f64')
    const [a, b] = wide ? [a64, b64] : [a32, b32]
    const kind = wide ? Float64Array : Float32Array
    const found = applied(instruction, vector(kind.from(a).buffer), vector(kind.from(b).buffer))
    expect([...new kind(found)]).toEqual([...kind.from(a.map((own, i) => compute(own, b[i]!)))])
  })

  test.each<[keyof typeof VECTOR, (a: number, b: number) => boolean]>(
    (['f32x4', 'f64x2'] as const).flatMap(type => [
      [`${type}.eq`, (a: number, b: number) => a === b],
      [`${type}.ne`, (a: number, b: number) => a !== b],
      [`${type}.lt`, (a: number, b: number) => a < b],
      [`${type}.gt`, (a: number, b: number) => a > b],
      [`${type}.le`, (a: number, b: number) => a <= b],
      [`${type}.ge`, (a: number, b: number) => a >= b],
    ]),
  )('%s', (instruction, holds) => {
    const wide = instruction.startsWith('f64')
    const [a, b] = wide ? [a64, b64] : [a32, b32]
    const kind = wide ? Float64Array : Float32Array
    const found = applied(instruction, vector(kind.from(a).buffer), vector(kind.from(b).buffer))
    const expected = a.map((own, i) => (holds(own, b[i]!) ? all : 0))
    expect([...(wide ? new BigInt64Array(found) : new Int32Array(found))].map(Number)).toEqual(expected)
  })

  test('bits, and choices by them', () => {
    const [a, b, c] = [0b1100, 0b1010, 0b0110].map(bits => new Uint8Array(16).fill(bits)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const first = (buffer: ArrayBuffer) => new Uint8Array(buffer)[5]
    expect(first(applied('v128.and', a, b))).toBe(0b1000)
    expect(first(applied('v128.or', a, b))).toBe(0b1110)
    expect(first(applied('v128.xor', a, b))).toBe(0b0110)
    expect(first(applied('v128.andnot', a, b))).toBe(0b0100)
    expect(first(applied('v128.bitselect', a, b, c))).toBe(0b1100)
  })

  test('conversions, roots, whole numbers', () => {
    const float = vector(Float32Array.of(2.25, -1.75, 1e20, 16).buffer)
    expect([...new Int32Array(applied('i32x4.trunc_sat_f32x4_s', float))]).toEqual([2, -1, 2 ** 31 - 1, 16])
    expect([...new Float64Array(applied('f64x2.promote_low_f32x4', float))]).toEqual([2.25, -1.75])
    expect(new Float32Array(applied('f32x4.sqrt', float))[0]).toBe(1.5)
    const double = vector(Float64Array.of(1 + 2 ** -30, 9).buffer)
    expect([...new Float32Array(applied('f32x4.demote_f64x2_zero', double))]).toEqual([1, 9, 0, 0])
    expect(new Float64Array(applied('f64x2.sqrt', double))[1]).toBe(3)
    const [x, y] = [vector(Int32Array.of(1, 2, -3, 4).buffer), vector(Int32Array.of(5, -6, 7, 8).buffer)]
    expect([...new Int32Array(applied('i32x4.add', x, y))]).toEqual([6, -4, 4, 12])
    expect([...new Int32Array(applied('i32x4.mul', x, y))]).toEqual([5, -12, -21, 32])
    expect([...new Int32Array(applied('i32x4.lt_s', x, y))]).toEqual([-1, 0, -1, -1])
    expect([
      ...new Uint8Array(
        applied(
          'i8x16.swizzle',
          Uint8Array.from({ length: 16 }, (_, i) => 100 + i),
          new Uint8Array(16).fill(3),
        ),
      ),
    ]).toEqual(new Array(16).fill(103))
  })

  test('shuffles, constants, lanes', () => {
    const bytes = Array.from({ length: 16 }, (_, i) => 31 - i)
    const found = run(code => {
      code.i32Const(64)
      code.v128Const(Uint8Array.from({ length: 16 }, (_, i) => i))
      code.v128Const(Uint8Array.from({ length: 16 }, (_, i) => 16 + i))
      code.shuffle(bytes)
      code.memory('v128.store', 0)
    })
    expect([...new Uint8Array(found)]).toEqual(bytes)
    const numbers = vector(Int32Array.of(10, 20, 30, 40).buffer)
    const lanes = run(code => {
      code.i32Const(64)
      code.i32Const(0)
      code.memory('v128.load', 0)
      code.lane('v128.store32_lane', 4, 3)
      code.i32Const(64)
      code.i32Const(0)
      code.memory('v128.load', 0)
      code.lane('v128.store64_lane', 8, 0)
    }, numbers)
    expect([...new Int32Array(lanes)]).toEqual([0, 40, 10, 20])
  })

  test('all of them are valid', () => {
    const shapes = [[v128], [v128, v128], [v128, v128, v128], [i32], [i32, i32], [v128, i32], [ValueType.i64]]
    for (const instruction of [...Object.keys(NUMERIC), ...Object.keys(VECTOR)] as (keyof typeof NUMERIC)[]) {
      // an extension that not every engine has
      if (instruction.includes('relaxed')) continue
      const valid = shapes.filter(shape =>
        [i32, v128].some(result => {
          const code = builder(shape, [result])
          for (const i of shape.keys()) code.get(i)
          code.emit(instruction)
          return WebAssembly.validate(assembleModule([{ builder: code }], null))
        }),
      )
      expect(valid, instruction).toHaveLength(1)
    }
    for (const name of Object.keys(MEMORY) as (keyof typeof MEMORY)[]) {
      const isStore = name.includes('store')
      const type = name.startsWith('v128') ? v128 : ValueType[name.slice(0, 3) as 'i32' | 'i64']
      const code = isStore ? builder([i32, type]) : builder([i32], [type])
      for (const i of code.signature.parameters.keys()) code.get(i)
      code.memory(name, 2 ** 32 - 1, 16)
      expect(WebAssembly.validate(assembleModule([{ builder: code }], {})), name).toBe(true)
    }
    for (const name of Object.keys(LANE_MEMORY) as (keyof typeof LANE_MEMORY)[]) {
      const code = builder([i32, v128], name.includes('load') ? [v128] : [])
      code.get(0)
      code.get(1)
      code.lane(name, 5, 1)
      expect(WebAssembly.validate(assembleModule([{ builder: code }], {})), name).toBe(true)
    }
  })
})

describe('what makes no sense is refused', () => {
  test.each<[string, (code: FunctionBuilder) => unknown]>([
    ['there is no local 2, only 2 of them', code => code.get(2)],
    ['there is no local -1', code => code.set(-1)],
    ['there is no block to end', code => code.end()],
    ['there is no block around 1 others', code => [code.block(), code.branch(1)]],
    ['1 blocks have no end', code => [code.loop(), code.finish()]],
    ['has no lane 4', code => code.lane('v128.store32_lane', 0, 4)],
    ['has no lane 2', code => code.lane('v128.load64_lane', 0, 2)],
    ['a vector has 16 bytes, not 4', code => code.v128Const(new Uint8Array(4))],
    ['no bytes of two vectors', code => code.shuffle(new Array(16).fill(32))],
    ['has no 32 bits', code => code.memory('v128.load', -1)],
  ])('%s', (message, write) => {
    expect(() => write(builder([i32, i32]))).toThrow(message)
  })
})

test('branches lead where they should', () => {
  // counts the odd numbers below the parameter
  const code = builder([i32], [i32])
  const count = code.local(i32)
  code.block()
  code.loop()
  code.get(0)
  code.emit('i32.eqz')
  code.branchIf(1)
  code.get(0)
  code.i32Const(1)
  code.emit('i32.sub')
  code.tee(0)
  code.i32Const(1)
  code.emit('i32.and')
  code.if()
  code.get(count)
  code.i32Const(1)
  code.emit('i32.add')
  code.set(count)
  code.else()
  code.end()
  code.branch(0)
  code.end()
  code.end()
  code.get(count)
  const bytes = padded(assembleModule([{ builder: code, name: 'odd' }], null), 100)
  const { odd } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as { odd: (n: number) => number }
  expect([0, 1, 2, 3, 10, 11].map(odd)).toEqual([0, 0, 1, 1, 5, 5])
})
