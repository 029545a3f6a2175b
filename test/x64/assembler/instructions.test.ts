// Every method with every class of operands, against what GNU objdump reads in the bytes.
import { describe, expect, test } from 'vitest'
import { Assembler } from '../../../src/backends/x64/assembler/index.js'
import { needObjdump } from '../disassemble.js'
import { ELEMENT_INSTRUCTIONS } from './cases/elements.js'
import { GENERAL_INSTRUCTIONS } from './cases/general.js'
import { MASK_INSTRUCTIONS } from './cases/masks.js'
import { VECTOR_INSTRUCTIONS } from './cases/vector.js'
import { differences } from './instruction.js'

const TABLES = { ...GENERAL_INSTRUCTIONS, ...VECTOR_INSTRUCTIONS, ...MASK_INSTRUCTIONS, ...ELEMENT_INSTRUCTIONS }

describe('objdump reads the instructions that were asked for', () => {
  for (const [name, rows] of Object.entries(TABLES)) {
    test(name, context => {
      needObjdump(context)
      expect(differences(rows)).toEqual([])
    })
  }
})

// Tested in code.test.ts, for they lead to places in the code.
const PLACES = ['position', 'bind', 'here', 'align', 'constant', 'finish', 'jump', 'jumpIf']

// Private or protected: they write parts of instructions.
const PARTS = [
  ...[
    'byte',
    'word32',
    'opcode',
    'grow',
    'patch32',
    'own',
    'opcodeTowards',
    'checkMemory',
    'modrmMemory',
    'modrmRegister',
    'immediate',
  ],
  ...['start', 'onMemory', 'onRegisters', 'withImmediate', 'vector', 'vex', 'evex', 'packed', 'lane'],
]

test('the tables have every method', () => {
  const methods = new Set<string>()
  for (let type = Assembler.prototype; type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    for (const name of Object.getOwnPropertyNames(type)) methods.add(name)
  }
  const known = new Set<string>(['constructor', ...PLACES, ...PARTS])
  for (const rows of Object.values(TABLES)) for (const { method } of rows) known.add(method)
  expect([...methods].filter(name => !known.has(name))).toEqual([])
})
