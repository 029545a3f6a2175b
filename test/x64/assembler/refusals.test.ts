// Operands that no instruction has are refused with a sentence, before they become other operands.
import { describe, expect, test } from 'vitest'
import { Assembler, Label, type Memory, Register } from '../../../src/backends/x64/assembler/index.js'

const { rax, rsi, rsp } = Register
const here = { base: rsi }

const address = (memory: object) => (a: Assembler) => a.loadVector(256, 'float32', 0, memory as Memory)

test.each<[string, RegExp, (assembler: Assembler) => void]>([
  ['a general register 16', /no general register has the number 16: use 0 to 15/, a => a.move(rax, 16)],
  ['a negative one', /no general register has the number -1/, a => a.push(-1)],
  ['none', /no general register has the number undefined/, a => a.pop(undefined as never)],
  ['a fraction', /no general register has the number 1.5/, a => a.load(1.5, here)],
  ['base 16', /no general register has the number 16/, address({ base: 16 })],
  ['index 16', /no general register has the number 16/, address({ base: rsi, index: 16 })],
  ['rsp as an index', /rsp cannot be an index/, address({ base: rsi, index: rsp })],
  ['scale 3', /cannot be scaled by 3: use 1, 2, 4 or 8/, address({ base: rsi, index: rax, scale: 3 })],
  ['a scale without index', /scale 4 without an index/, address({ base: rsi, scale: 4 })],
  ['a long displacement', /displacement 2147483648 is not/, address({ base: rsi, displacement: 2 ** 31 })],
  ['a long negative one', /displacement -2147483649 is not/, address({ base: rsi, displacement: -(2 ** 31) - 1 })],
  ['half a byte', /displacement 0.5 is not/, address({ base: rsi, displacement: 0.5 })],
  ['a constant of nobody', /no constant at offset 64 of 64/, address({ constant: 64 })],
  ['ymm16', /no register ymm16 under VEX.*on 512 bits/, a => a.moveVector(256, 16, 0)],
  ['ymm16 as a source', /no register ymm16/, a => a.fused('multiplyAdd', 256, 'float32', 0, 16, 1)],
  ['ymm31 as the last operand', /no register ymm31/, a => a.arithmetic('add', 256, 'float32', 0, 1, 31)],
  ['ymm16 where AVX2 chooses', /no register ymm16/, a => a.blend('float32', 0, 1, 2, 16)],
  ['ymm16 where AVX2 masks', /no register ymm16/, a => a.loadMasked('float32', 0, 16, here)],
  ['zmm32', /no register zmm32: use 0 to 31/, a => a.moveVector(512, 32, 0)],
  ['zmm32 as a source', /no register zmm32/, a => a.fused('multiplyAdd', 512, 'float32', 0, 32, 1)],
  ['zmm32 as the last operand', /no register zmm32/, a => a.arithmetic('add', 512, 'float32', 0, 1, 32)],
  ['xmm32', /no register zmm32/, a => a.loadLane('float32', 32, here)],
  ['k8', /no mask register k8: use 0 to 7/, a => a.maskFromGeneral(8, rax)],
  ['k8 for a comparison', /no mask register k8/, a => a.compareToMask('float32', 8, 0, 1, 'less')],
  ['k8 as a mask', /no mask register k8/, a => a.blendByMask('float32', 0, 1, 2, 8)],
  ['k0 as a mask', /k0 as a mask would mean no mask/, a => a.loadVector(512, 'float32', 0, here, { mask: 0 })],
  ['a mask on 256 bits', /masking is for .* 512 bits/, a => a.loadVector(256, 'float32', 0, here, { mask: 1 })],
  ['zeroing memory', /a store cannot zero/, a => a.storeVector(512, 'float32', here, 0, { mask: 1, zeroing: true })],
  ['a selection of 9 bits', /immediate 256 is not/, a => a.shuffle(256, 'float32', 0, 1, 2, 256)],
  ['also under EVEX', /immediate 256 is not/, a => a.shuffle(512, 'float32', 0, 1, 2, 256)],
  ['a negative selection', /immediate -1 is not/, a => a.permuteQuarters(0, 1, -1)],
  ['lane 2 of 256 bits', /lane 2 is not a whole number from 0 to 1/, a => a.extractLane(256, 0, 1, 2)],
  ['lane 4 of 512 bits', /lane 4 is not a whole number from 0 to 3/, a => a.extractLane(512, 0, 1, 4)],
  ['lane 4 of half of 256 bits', /storeAnyLane\(\): lane 4 is not a whole number/, a => a.storeAnyLane(here, 0, 4)],
  ['a long immediate', /immediate 2147483648 is not/, a => a.addImmediate(rax, 2 ** 31)],
  ['a long factor', /factor -2147483649 is not/, a => a.multiplyImmediate(rax, rax, -(2 ** 31) - 1)],
  ['a fraction as a number', /setImmediate\(\): 0.5 is not a whole number/, a => a.setImmediate(rax, 0.5)],
  ['a number of 54 bits', /setImmediate\(\): 9007199254740992 is not/, a => a.setImmediate(rax, 2 ** 53)],
  ['a shift by 64', /shift 64 is not a whole number from 0 to 63/, a => a.shiftLeft(rax, 64)],
  ['a shift by -1', /shift -1 is not/, a => a.shiftRight(rax, -1)],
  ['alignment to 3', /align\(\): 3 is not a power of two up to 64/, a => a.align(3)],
  ['alignment to 128', /align\(\): 128 is not/, a => a.align(128)],
  ['an empty constant', /constant\(\): 0 bytes/, a => a.constant(new Uint8Array(0))],
  ['a constant of 6 bytes', /constant\(\): 6 bytes .* a multiple of 4/, a => a.constant(new Uint8Array(6))],
])('%s', (_, message, emit) => {
  const assembler = new Assembler()
  assembler.constant(new Uint8Array(64))
  expect(() => emit(assembler)).toThrow(message)
  // nothing of a refused instruction stays behind
  expect(assembler.position).toBe(0)
})

describe('labels', () => {
  test('a jump to nowhere is noticed at the end', () => {
    const assembler = new Assembler()
    const label = new Label()
    assembler.jump(label)
    assembler.jumpIf('less', label)
    assembler.jump(new Label())
    expect(() => assembler.finish()).toThrow('finish(): number of labels that jumps lead to and that are not bound: 2')
    assembler.bind(label)
    expect(() => assembler.finish()).toThrow('not bound: 1')
  })

  test('has one place', () => {
    const assembler = new Assembler()
    const label = assembler.here()
    expect(() => assembler.bind(label)).toThrow('a label has one place')
  })

  test('is not shared by two programs', () => {
    const label = new Assembler().here()
    expect(() => new Assembler().jump(label)).toThrow('this label is part of other code')
    expect(() => new Assembler().bind(label)).toThrow('this label is part of other code')
  })
})
