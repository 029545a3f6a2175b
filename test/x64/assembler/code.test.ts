// Places in the code: labels, alignment, constants; and what a disassembler cannot tell apart.
import { describe, expect, test } from 'vitest'
import { Assembler, type Condition, Label, Register } from '../../../src/backends/x64/assembler/index.js'
import { disassemble, instructions, needObjdump } from '../disassemble.js'

const { rax, rbx, rsi, r8, r12 } = Register

function lines(emit: (assembler: Assembler) => void): string[] {
  const assembler = new Assembler()
  emit(assembler)
  const { position } = assembler
  return disassemble(assembler.finish(), position).split('\n')
}

function hex(emit: (assembler: Assembler) => void): string {
  const assembler = new Assembler()
  emit(assembler)
  return Buffer.from(assembler.finish().subarray(0, assembler.position)).toString('hex')
}

describe('labels', () => {
  test('jumps lead forwards, backwards, to themselves and to the end', context => {
    needObjdump(context)
    const text = lines(a => {
      const end = new Label()
      const skip = new Label()
      const loop = a.here()
      a.jumpIf('equal', end)
      a.jump(skip)
      a.decrement(rax)
      a.bind(skip)
      a.jumpIf('notEqual', loop)
      a.jump(a.here())
      a.jump(skip)
      a.jumpIf('equal', end)
      a.bind(end)
    })
    expect(text).toEqual([
      'L1:',
      '  je L4',
      '  jmp L2',
      '  dec rax',
      'L2:',
      '  jne L1',
      'L3:',
      '  jmp L3',
      '  jmp L2',
      '  je L4',
      'L4:',
    ])
  })

  test('over distances of more than 16 bits, both ways', context => {
    needObjdump(context)
    const assembler = new Assembler()
    const [start, end] = [assembler.here(), new Label()]
    assembler.jump(end)
    for (let i = 0; i < 30_000; i++) assembler.move(rax, rbx)
    assembler.jump(start)
    assembler.bind(end)
    const list = instructions(assembler.finish(), assembler.position)
    expect(list).toHaveLength(30_002)
    expect(list[0]).toEqual({ address: 0, text: 'jmp 0x15f9a' })
    expect(list.at(-1)).toEqual({ address: 0x15f95, text: 'jmp 0x0' })
  })

  test('every condition', context => {
    needObjdump(context)
    const names: Record<Condition, string> = {
      below: 'jb',
      aboveOrEqual: 'jae',
      equal: 'je',
      notEqual: 'jne',
      belowOrEqual: 'jbe',
      above: 'ja',
      negative: 'js',
      less: 'jl',
      greaterOrEqual: 'jge',
      lessOrEqual: 'jle',
      greater: 'jg',
    }
    const text = lines(a => {
      const here = a.here()
      for (const condition of Object.keys(names)) a.jumpIf(condition as Condition, here)
    })
    expect(text).toEqual(['L1:', ...Object.values(names).map(name => `  ${name} L1`)])
  })
})

describe('alignment', () => {
  test.each([1, 2, 4, 8, 16, 32, 64])('to %i bytes from every position', boundary => {
    for (let before = 0; before <= 64; before++) {
      const assembler = new Assembler()
      for (let i = 0; i < before; i++) assembler.return()
      assembler.align(boundary)
      expect(assembler.position).toBe(Math.ceil(before / boundary) * boundary)
    }
  })

  test('by as few no-operations as there can be', context => {
    needObjdump(context)
    for (let missing = 0; missing < 64; missing++) {
      const assembler = new Assembler()
      for (let i = missing; i < 64; i++) assembler.return()
      assembler.align(64)
      const padding = instructions(assembler.finish(), 64).slice(64 - missing)
      // the two-byte one is written as an exchange of ax with itself
      for (const { text } of padding)
        expect(text).toMatch(/^(nop( D?WORD PTR \[rax(\+rax\*1)?(\+0x0)?\])?|xchg ax,ax)$/)
      expect(padding).toHaveLength(Math.ceil(missing / 9))
    }
  })
})

describe('constants', () => {
  const bytes = (length: number, first: number) => Uint8Array.from({ length }, (_, i) => (first + i) % 256)

  test('stand behind the code, each at a multiple of 64, equal ones once', () => {
    const assembler = new Assembler()
    assembler.return()
    const values = [bytes(4, 1), bytes(100, 7), bytes(64, 1), bytes(4, 1), bytes(8, 1)]
    const places = values.map(value => assembler.constant(value))
    expect(places).toEqual([0, 64, 192, 0, 256].map(constant => ({ constant })))
    const code = assembler.finish()
    expect(code).toHaveLength(64 + 320)
    places.forEach((place, i) => {
      const at = 64 + (place as { constant: number }).constant
      expect(code.subarray(at, at + values[i]!.length)).toEqual(values[i])
    })
  })

  test('a change of the array afterwards does not reach the code', () => {
    const assembler = new Assembler()
    const value = bytes(4, 1)
    assembler.constant(value)
    value.fill(0)
    expect(assembler.finish()).toEqual(Uint8Array.from({ length: 64 }, (_, i) => (i < 4 ? 1 + i : 0)))
  })

  test('take no prefix that other memory would not', () => {
    const code = hex(a => a.loadVector(256, 'float32', 0, a.constant(bytes(64, 1))))
    expect(code).toBe('c5fc100538000000')
  })

  test('are found before and behind other instructions, also with an immediate behind the distance', context => {
    needObjdump(context)
    const text = lines(a => {
      const first = a.constant(bytes(64, 1))
      a.compareVectors('float32', 1, 2, first, 'less')
      const second = a.constant(bytes(64, 2))
      a.loadVector(512, 'float32', 3, second)
      // its immediate belongs to no constant
      a.shuffle(256, 'float32', 1, 2, 3, 0x4e)
      a.compareToMask('float64', 4, 5, second, 'greaterOrEqual')
      a.loadAddress(rsi, first)
      a.loadLane('float64', 17, first)
    })
    expect(text).toEqual([
      '  vcmplt_oqps ymm1,ymm2,YMMWORD PTR [constants+0x0]',
      '  vmovups zmm3,ZMMWORD PTR [constants+0x40]',
      '  vshufps ymm1,ymm2,ymm3,0x4e',
      '  vcmpge_oqpd k4,zmm5,ZMMWORD PTR [constants+0x40]',
      '  lea rsi,[constants+0x0]',
      '  vmovsd xmm17,QWORD PTR [constants+0x0]',
    ])
  })
})

// The processor reads these alike, or is not bound to; a disassembler prints them alike.
describe('the bytes themselves', () => {
  test.each<[string, string, (assembler: Assembler) => void]>([
    ['no REX prefix without a use for it', '8b06', a => a.load32(rax, { base: rsi })],
    ['one for the base alone', '418b00', a => a.load32(rax, { base: r8 })],
    ['no displacement', '488b06', a => a.load(rax, { base: rsi, displacement: 0 })],
    ['one of a byte', '488b4680', a => a.load(rax, { base: rsi, displacement: -128 })],
    ['one of four', '488b8680000000', a => a.load(rax, { base: rsi, displacement: 128 })],
    ['the short VEX prefix', 'c5fc1006', a => a.loadVector(256, 'float32', 0, { base: rsi })],
    ['the long one for r12', 'c4c17c100424', a => a.loadVector(256, 'float32', 0, { base: r12 })],
    ['vector length 0 for one lane', 'c5fa1006', a => a.loadLane('float32', 0, { base: rsi })],
    ['also under EVEX', '62e1ff081106', a => a.storeLane('float64', { base: rsi }, 16)],
    [
      'EVEX displacement in units of a vector',
      '62f17c48104602',
      a => a.loadVector(512, 'float32', 0, { base: rsi, displacement: 128 }),
    ],
    ['of one element', '62f27d48184602', a => a.broadcast(512, 'float32', 0, { base: rsi, displacement: 8 })],
    [
      'no multiple of it',
      '62f17c48108641000000',
      a => a.loadVector(512, 'float32', 0, { base: rsi, displacement: 65 }),
    ],
    ['the short VEX prefix between registers', 'c5f458c2', a => a.arithmetic('add', 256, 'float32', 0, 1, 2)],
    ['a number of 64 bits', '48b88967452301000000', a => a.setImmediate(rax, 0x123456789)],
    ['a small immediate', '4883c07f', a => a.addImmediate(rax, 127)],
    ['nothing to add', '', a => a.addImmediate(rax, 0)],
  ])('%s', (_, expected, emit) => {
    expect(hex(emit)).toBe(expected)
  })
})

test('code grows beyond its first buffer at any instruction', () => {
  for (let before = 4080; before <= 4100; before++) {
    const assembler = new Assembler()
    for (let i = 0; i < before; i++) assembler.return()
    assembler.loadVector(512, 'float64', 5, { base: r12, index: 9, scale: 8, displacement: 0x12345 })
    const code = assembler.finish()
    expect(code.subarray(0, before)).toEqual(new Uint8Array(before).fill(0xc3))
    expect(Buffer.from(code.subarray(before, assembler.position)).toString('hex')).toBe('6291fd4810accc45230100')
  }
})
