// Masks and comparisons: in vector registers on 256 bits, in mask registers on 512.

import type { Masking } from '../../../../src/backends/x64/assembler/index.js'
import { type Instruction, instruction } from '../instruction.js'
import { memory, r32 } from '../intel.js'
import { GENERAL, mixed, SOME_ADDRESSES, VECTORS } from '../operands.js'

const ELEMENTS = [
  ['float32', 'ps'],
  ['float64', 'pd'],
] as const

const COMPARISONS = {
  equal: 'eq',
  less: 'lt_oq',
  lessOrEqual: 'le_oq',
  unordered: 'unord',
  notEqual: 'neq',
  notLess: 'nlt_uq',
  notLessOrEqual: 'nle_uq',
  greaterOrEqual: 'ge_oq',
  greater: 'gt_oq',
} as const

const MASKS = [1, 2, 3, 4, 5, 6, 7]

const on256: Instruction[] = ELEMENTS.flatMap(([element, suffix]) => [
  ...SOME_ADDRESSES.flatMap((place, i) => {
    const [a, mask] = mixed(VECTORS[256])[3 * i]!
    const there = memory('YMMWORD', place)
    return [
      instruction('loadMasked', [element, a, mask, place], `vmaskmov${suffix} ymm${a},ymm${mask},${there}`),
      instruction('storeMasked', [element, place, mask, a], `vmaskmov${suffix} ${there},ymm${mask},ymm${a}`),
    ]
  }),
  ...mixed(VECTORS[256]).flatMap(([a, b, c, d]) => [
    instruction(
      'loadMasked',
      [element, a, b, { base: d }],
      `vmaskmov${suffix} ymm${a},ymm${b},${memory('YMMWORD', { base: d })}`,
    ),
    instruction(
      'storeMasked',
      [element, { base: d }, b, a],
      `vmaskmov${suffix} ${memory('YMMWORD', { base: d })},ymm${b},ymm${a}`,
    ),
    instruction('blend', [element, a, b, c, d], `vblendv${suffix} ymm${a},ymm${b},ymm${c},ymm${d}`),
  ]),
  ...(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]).flatMap(comparison => {
    const name = `vcmp${COMPARISONS[comparison]}${suffix}`
    return [
      ...mixed(VECTORS[256]).map(([a, b, c]) =>
        instruction('compareVectors', [element, a, b, c, comparison], `${name} ymm${a},ymm${b},ymm${c}`),
      ),
      ...SOME_ADDRESSES.map((place, i) =>
        instruction(
          'compareVectors',
          [element, i, 15 - i, place, comparison],
          `${name} ymm${i},ymm${15 - i},${memory('YMMWORD', place)}`,
        ),
      ),
    ]
  }),
])

const on512: Instruction[] = ELEMENTS.flatMap(([element, suffix]) => [
  ...MASKS.flatMap(mask =>
    [false, true].flatMap(zeroing => {
      const masking: Masking = zeroing ? { mask, zeroing } : { mask }
      const limit = `{k${mask}}${zeroing ? '{z}' : ''}`
      return [
        ...mixed(VECTORS[512]).map(([a, b, c]) =>
          instruction(
            'arithmetic',
            ['add', 512, element, a, b, c, masking],
            `vadd${suffix} zmm${a}${limit},zmm${b},zmm${c}`,
          ),
        ),
        ...SOME_ADDRESSES.flatMap((place, i) => [
          instruction(
            'arithmetic',
            ['multiply', 512, element, i, 31 - i, place, masking],
            `vmul${suffix} zmm${i}${limit},zmm${31 - i},${memory('ZMMWORD', place)}`,
          ),
          instruction(
            'loadVector',
            [512, element, 2 * i, place, masking],
            `vmovu${suffix} zmm${2 * i}${limit},${memory('ZMMWORD', place)}`,
          ),
        ]),
      ]
    }),
  ),
  ...MASKS.flatMap(mask => [
    ...SOME_ADDRESSES.map((place, i) =>
      instruction(
        'storeVector',
        [512, element, place, 2 * i + 1, { mask }],
        `vmovu${suffix} ${memory('ZMMWORD', place)}{k${mask}},zmm${2 * i + 1}`,
      ),
    ),
    ...mixed(VECTORS[512]).map(([a, b, c]) =>
      instruction('blendByMask', [element, a, b, c, mask], `vblendm${suffix} zmm${a}{k${mask}},zmm${b},zmm${c}`),
    ),
  ]),
  ...(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]).flatMap(comparison => {
    const name = `vcmp${COMPARISONS[comparison]}${suffix}`
    return [
      ...mixed(VECTORS[512]).map(([a, b, c]) =>
        instruction('compareToMask', [element, a % 8, b, c, comparison], `${name} k${a % 8},zmm${b},zmm${c}`),
      ),
      ...SOME_ADDRESSES.map((place, i) =>
        instruction(
          'compareToMask',
          [element, i % 8, 31 - i, place, comparison],
          `${name} k${i % 8},zmm${31 - i},${memory('ZMMWORD', place)}`,
        ),
      ),
    ]
  }),
])

const masks: Instruction[] = [0, ...MASKS].flatMap(mask =>
  GENERAL.map(n => instruction('maskFromGeneral', [mask, n], `kmovw k${mask},${r32(n)}`)),
)

export const MASK_INSTRUCTIONS = {
  'masks in vector registers': on256,
  'masks in mask registers': on512,
  'mask registers from general ones': masks,
}
