// The vector instructions, and what they are called by Intel.
import type { Element, Memory, Width } from '../../../../src/backends/x64/assembler/index.js'
import { type Instruction, instruction } from '../instruction.js'
import { memory, repeated, vector } from '../intel.js'
import { ALL_ADDRESSES, mixed, SOME_ADDRESSES, VECTORS } from '../operands.js'

const WIDTHS = [256, 512] as const
const ELEMENTS = ['float32', 'float64'] as const
const BOTH = WIDTHS.flatMap(width => ELEMENTS.map(element => [width, element] as const))

const packed = (element: Element) => (element === 'float64' ? 'pd' : 'ps')
const scalar = (element: Element) => (element === 'float64' ? 'sd' : 'ss')
const one = (element: Element) => (element === 'float64' ? 'QWORD' : 'DWORD')
const all = (width: Width) => (width === 512 ? 'ZMMWORD' : 'YMMWORD')
const places = (width: Width) => SOME_ADDRESSES.map((place, i) => [place, mixed(VECTORS[width])[3 * i]!] as const)

const ARITHMETIC = {
  add: 'vadd',
  multiply: 'vmul',
  subtract: 'vsub',
  minimum: 'vmin',
  divide: 'vdiv',
  maximum: 'vmax',
  and: 'vand',
  andNot: 'vandn',
  or: 'vor',
  xor: 'vxor',
  unpackLow: 'vunpckl',
  unpackHigh: 'vunpckh',
} as const

const FUSED = {
  multiplyAdd: 'vfmadd231',
  multiplySubtract: 'vfmsub231',
  negatedMultiplyAdd: 'vfnmadd231',
  thenAdd: 'vfmadd213',
} as const

const entries = <Key extends string, Value>(table: Record<Key, Value>) => Object.entries(table) as [Key, Value][]

const moves: Instruction[] = BOTH.flatMap(([width, element]) => [
  ...mixed(VECTORS[width]).flatMap(([a, b]) => [
    instruction('moveVector', [width, a, b], `vmovaps ${vector(width, a)},${vector(width, b)}`),
    instruction(
      'squareRoot',
      [width, element, a, b],
      `vsqrt${packed(element)} ${vector(width, a)},${vector(width, b)}`,
    ),
  ]),
  ...places(width).flatMap(([place, [a]]) => {
    const [name, there] = [`vmovu${packed(element)}`, memory(all(width), place)]
    return [
      instruction('loadVector', [width, element, a, place], `${name} ${vector(width, a)},${there}`),
      instruction('storeVector', [width, element, place, a], `${name} ${there},${vector(width, a)}`),
      instruction(
        'broadcast',
        [width, element, a, place],
        `vbroadcast${scalar(element)} ${vector(width, a)},${memory(one(element), place)}`,
      ),
    ]
  }),
])

const lanes: Instruction[] = ELEMENTS.flatMap(element =>
  VECTORS[512].flatMap(a =>
    SOME_ADDRESSES.flatMap(place => {
      const [name, there] = [`vmov${scalar(element)}`, memory(one(element), place)]
      return [
        instruction('loadLane', [element, a, place], `${name} xmm${a},${there}`),
        instruction('storeLane', [element, place, a], `${name} ${there},xmm${a}`),
      ]
    }),
  ),
)

const arithmetic: Instruction[] = BOTH.flatMap(([width, element]) => {
  const v = (n: number) => vector(width, n)
  return [
    ...entries(ARITHMETIC).flatMap(([operation, prefix]) => {
      const name = `${prefix}${packed(element)}`
      return [
        ...mixed(VECTORS[width]).map(([a, b, c]) =>
          instruction('arithmetic', [operation, width, element, a, b, c], `${name} ${v(a)},${v(b)},${v(c)}`),
        ),
        ...places(width).map(([place, [a, b]]) =>
          instruction(
            'arithmetic',
            [operation, width, element, a, b, place],
            `${name} ${v(a)},${v(b)},${memory(all(width), place)}`,
          ),
        ),
      ]
    }),
    ...entries(FUSED).flatMap(([operation, prefix]) => [
      ...mixed(VECTORS[width]).map(([a, b, c]) =>
        instruction(
          'fused',
          [operation, width, element, a, b, c],
          `${prefix}${packed(element)} ${v(a)},${v(b)},${v(c)}`,
        ),
      ),
      ...places(width).map(([place, [a, b]]) =>
        instruction(
          'fused',
          [operation, width, element, a, b, place],
          `${prefix}${packed(element)} ${v(a)},${v(b)},${memory(all(width), place)}`,
        ),
      ),
    ]),
  ]
})

const everyRegister: Instruction[] = WIDTHS.flatMap(width =>
  VECTORS[width].flatMap(a =>
    VECTORS[width].flatMap(b =>
      VECTORS[width].map(c =>
        instruction(
          'fused',
          ['multiplyAdd', width, 'float32', a, b, c],
          `vfmadd231ps ${vector(width, a)},${vector(width, b)},${vector(width, c)}`,
        ),
      ),
    ),
  ),
)

const permutations: Instruction[] = [
  ...BOTH.flatMap(([width, element]) => {
    const v = (n: number) => vector(width, n)
    return mixed(VECTORS[width]).flatMap(([a, b, c], i) => {
      const selection = (i * 37) % 256
      const hex = `0x${selection.toString(16)}`
      return [
        instruction(
          'shuffle',
          [width, element, a, b, c, selection],
          `vshuf${packed(element)} ${v(a)},${v(b)},${v(c)},${hex}`,
        ),
        instruction(
          'shuffleLanes',
          [width, a, b, c, selection],
          `${width === 512 ? 'vshuff32x4' : 'vperm2f128'} ${v(a)},${v(b)},${v(c)},${hex}`,
        ),
        instruction(
          'extractLane',
          [width, a, b, i % (width / 128)],
          `vextractf${width === 512 ? '32x4' : '128'} xmm${a},${v(b)},0x${i % (width / 128)}`,
        ),
      ]
    })
  }),
  ...mixed(VECTORS[256]).map(([a, b], i) =>
    instruction('permuteQuarters', [a, b, 5 * i], `vpermpd ymm${a},ymm${b},0x${(5 * i).toString(16)}`),
  ),
  ...ELEMENTS.flatMap(element =>
    mixed(VECTORS[512]).flatMap(([a, b, c]) => [
      instruction('permuteTwo', [element, a, b, c], `vpermt2${packed(element)} zmm${a},zmm${b},zmm${c}`),
      instruction('permuteIndexed', [element, a, b, c], `vpermi2${packed(element)} zmm${a},zmm${b},zmm${c}`),
    ]),
  ),
  instruction('zeroUpper', [], 'vzeroupper'),
]

/** Methods by the instruction that goes through every address: one of each way to encode, and of each unit under EVEX. */
const everyAddress: Instruction[] = ALL_ADDRESSES.flatMap((place, i) => [
  ...BOTH.flatMap(([width, element]) => {
    const [a, b] = mixed(VECTORS[width])[i % 48]!
    const v = (n: number) => vector(width, n)
    return [
      instruction(
        'loadVector',
        [width, element, a, place],
        `vmovu${packed(element)} ${v(a)},${memory(all(width), place)}`,
      ),
      instruction(
        'broadcast',
        [width, element, a, place],
        `vbroadcast${scalar(element)} ${v(a)},${memory(one(element), place)}`,
      ),
      instruction(
        'fused',
        ['multiplyAdd', width, element, a, b, place],
        `vfmadd231${packed(element)} ${v(a)},${v(b)},${memory(all(width), place)}`,
      ),
    ]
  }),
  ...ELEMENTS.flatMap(element => [
    fusedBroadcast(element, i % 32, (7 * i) % 32, place),
    instruction(
      'loadLane',
      [element, 16 + (i % 16), place],
      `vmov${scalar(element)} xmm${16 + (i % 16)},${memory(one(element), place)}`,
    ),
  ]),
])

function fusedBroadcast(element: Element, a: number, b: number, place: Memory): Instruction {
  return instruction(
    'fusedBroadcast',
    [element, a, b, place],
    `vfmadd231${packed(element)} zmm${a},zmm${b},${repeated(one(element), place)}`,
  )
}

export const VECTOR_INSTRUCTIONS = {
  'moves of vectors': moves,
  'moves of one lane': lanes,
  arithmetic,
  'three vector registers, all combinations': everyRegister,
  permutations,
  'vectors with every address': everyAddress,
}
