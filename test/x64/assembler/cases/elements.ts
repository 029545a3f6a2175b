// float32 in memory computed in float64, integers, and shifts: half a vector is 128 bits under VEX and 256 under EVEX.
import { type Instruction, instruction } from '../instruction.js'
import { memory, vector } from '../intel.js'
import { ALL_ADDRESSES, mixed, SOME_ADDRESSES, VECTORS } from '../operands.js'

const WIDTHS = [256, 512] as const
const half = { 256: 128, 512: 256 } as const
const size = { 256: 'XMMWORD', 512: 'YMMWORD' } as const

const MASKS = [1, 2, 3, 4, 5, 6, 7]

const registers: Instruction[] = WIDTHS.flatMap(width =>
  mixed(VECTORS[width]).flatMap(([a, b], i) => {
    const [whole, part] = [(n: number) => vector(width, n), (n: number) => vector(half[width], n)]
    return [
      instruction('widen', [width, a, b], `vcvtps2pd ${whole(a)},${part(b)}`),
      instruction('narrow', [width, a, b], `vcvtpd2ps ${part(a)},${whole(b)}`),
      instruction('toIntegers', [width, a, b], `vcvttps2dq ${whole(a)},${whole(b)}`),
      instruction('shiftLanesLeft', [width, a, b, i % 64], `vpsllq ${whole(a)},${whole(b)},0x${(i % 64).toString(16)}`),
      instruction(
        'shiftLanesRight',
        [width, a, b, i % 64],
        `vpsrlq ${whole(a)},${whole(b)},0x${(i % 64).toString(16)}`,
      ),
    ]
  }),
)

const addresses: Instruction[] = WIDTHS.flatMap(width =>
  ALL_ADDRESSES.flatMap((place, i) => {
    const [a] = mixed(VECTORS[width])[i % 48]!
    const there = memory(size[width], place)
    // of the first 16 some versions of objdump say that VEX would have done
    const stored = width === 512 ? 16 + (a % 16) : a
    return [
      instruction('widen', [width, a, place], `vcvtps2pd ${vector(width, a)},${there}`),
      instruction('storeHalf', [width, place, stored], `vmovups ${there},${vector(half[width], stored)}`),
    ]
  }),
)

const masked: Instruction[] = [
  ...SOME_ADDRESSES.flatMap((place, i) => {
    const there = memory('YMMWORD', place)
    const [a] = mixed(VECTORS[512])[3 * i]!
    return MASKS.flatMap(mask => [
      instruction('widen', [512, a, place, { mask, zeroing: true }], `vcvtps2pd zmm${a}{k${mask}}{z},${there}`),
      instruction('widen', [512, a, place, { mask }], `vcvtps2pd zmm${a}{k${mask}},${there}`),
      instruction('storeHalf', [512, place, a, { mask }], `vmovups ${there}{k${mask}},ymm${a}`),
    ])
  }),
  ...SOME_ADDRESSES.flatMap((place, i) => {
    const there = memory('XMMWORD', place)
    const [a, mask] = mixed(VECTORS[256])[3 * i]!
    return [
      instruction('loadHalf', [a, place], `vmovups xmm${a},${there}`),
      instruction('loadHalfMasked', [a, mask, place], `vmaskmovps xmm${a},xmm${mask},${there}`),
      instruction('storeHalfMasked', [place, mask, a], `vmaskmovps ${there},xmm${mask},xmm${a}`),
    ]
  }),
]

const pieces: Instruction[] = SOME_ADDRESSES.flatMap((place, i) =>
  VECTORS[256].flatMap(a => {
    const [four, two, lane] = [memory('XMMWORD', place), memory('QWORD', place), 1 + ((a + i) % 3)]
    return [
      instruction('storePair', [place, a, 'low'], `vmovlps ${two},xmm${a}`),
      instruction('storePair', [place, a, 'high'], `vmovhps ${two},xmm${a}`),
      instruction('storeAnyLane', [place, a, 0], `vmovss ${memory('DWORD', place)},xmm${a}`),
      instruction('storeAnyLane', [place, a, lane], `vextractps ${memory('DWORD', place)},xmm${a},0x${lane}`),
      instruction('extractLane', [256, place, a, i % 2], `vextractf128 ${four},ymm${a},0x${i % 2}`),
      instruction('extractLane', [512, place, a, i % 4], `vextractf32x4 ${four},zmm${a},0x${i % 4}`),
    ]
  }),
)

const permutations: Instruction[] = mixed(VECTORS[256]).map(([a, b, c]) =>
  instruction('permute', [a, b, c], `vpermps ymm${a},ymm${b},ymm${c}`),
)

export const ELEMENT_INSTRUCTIONS = {
  'conversions and shifts': registers,
  'halves of vectors with every address': addresses,
  'halves of vectors, masked': masked,
  'pieces of vectors': pieces,
  'permutations of one vector': permutations,
}
