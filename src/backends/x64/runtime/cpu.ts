/**
 * What the processor can do, asked from itself by CPUID.
 *
 * Sources: Intel Software Developer's Manual, volume 2, CPUID and volume 1, 13.3 (XCR0); AMD64 Architecture Programmer's
 * Manual, volume 3, appendix E (leaves 8000_0005, 8000_0006 and 8000_001D).
 *
 * @module
 */
import { RuntimeError, ValueError } from '../../../errors.js'
import { Assembler, Register } from '../assembler/index.js'
import { ARGUMENTS } from './abi.js'
import { addressOf } from './addresses.js'
import { installCode } from './memory.js'
import { requireNative } from './native.js'

/** The instruction sets that kernels are emitted for. */
export type InstructionSet = 'avx512' | 'avx2'

export interface Processor {
  /** `'GenuineIntel'`, `'AuthenticAMD'`, ... */
  readonly vendor: string
  /** 256-bit vectors, and the system saves them. */
  readonly avx2: boolean
  /** Fused multiply-add on 256-bit vectors. */
  readonly fma: boolean
  /** AVX-512 F, DQ, BW and VL, and the system saves 512-bit vectors and masks. */
  readonly avx512: boolean
  /** RDTSCP, which tells the processor that a thread runs on. */
  readonly readsProcessorNumber: boolean
  /** Bytes of the data caches; the usual small value where the processor does not tell. L3 may be shared. */
  readonly l1d: number
  readonly l2: number
  readonly l3: number
}

/** eax, ebx, ecx, edx. */
type Registers = readonly [number, number, number, number]

/** Asks one leaf. */
export type Query = (leaf: number, subleaf?: number) => Registers

const bit = (word: number, index: number) => ((word >>> index) & 1) === 1

/** Runs CPUID for a leaf and a subleaf, into the array of four words that the third argument points to. */
function emitQuery(): Uint8Array {
  const { rax, rbx, rcx, rdx, r10 } = Register
  const code = new Assembler()
  const [leaf, subleaf, out] = ARGUMENTS as [number, number, number]
  code.push(rbx)
  code.move(r10, out)
  code.move(rax, leaf)
  code.move(rcx, subleaf)
  code.cpuid()
  for (const [i, register] of [rax, rbx, rcx, rdx].entries()) code.store32({ base: r10, displacement: 4 * i }, register)
  code.pop(rbx)
  code.return()
  return code.finish()
}

/** Extended control register 0: which registers the system saves. */
function emitSavedState(): Uint8Array {
  const { rax, rcx } = Register
  const code = new Assembler()
  code.setImmediate(rcx, 0)
  code.xgetbv()
  code.store32({ base: ARGUMENTS[0]! }, rax)
  code.return()
  return code.finish()
}

function readProcessor(): Processor {
  const native = requireNative()
  const queryCode = installCode(emitQuery())
  const query = native.procedure(queryCode.address, 3)
  const out = new Uint32Array(4)
  const ask: Query = (leaf, subleaf = 0) => {
    query(leaf, subleaf, addressOf(out))
    return Array.from(out) as unknown as Registers
  }
  const [leaves, ...name] = ask(0)
  // the vendor's name is in ebx, edx, ecx
  const vendor = new TextDecoder().decode(new Uint32Array([name[0], name[2], name[1]]))
  const features = ask(1)[2]
  const extended = leaves >= 7 ? ask(7)[1] : 0
  let saved = 0
  if (bit(features, 27)) {
    const savedCode = installCode(emitSavedState())
    native.procedure(savedCode.address, 1)(addressOf(out))
    saved = out[0]!
  }
  const ymm = (saved & 0x6) === 0x6
  const zmm = (saved & 0xe6) === 0xe6
  return {
    vendor,
    avx2: ymm && bit(features, 28) && bit(extended, 5),
    fma: ymm && bit(features, 12),
    avx512: zmm && [16, 17, 30, 31].every(index => bit(extended, index)),
    readsProcessorNumber: ask(0x80000000)[0] >= 0x80000001 && bit(ask(0x80000001)[3], 27),
    ...readCaches(ask, vendor),
  }
}

/** L1 data, L2, L3, where nothing is told. */
const USUAL_CACHES = [32 * 1024, 256 * 1024, 2 * 1024 * 1024] as const

/** AMD's older leaves, which virtual machines fill in more often than the list; by level. */
function olderSizes(ask: Query): number[] {
  const known = ask(0x80000000)[0] >= 0x80000006
  const l1 = known ? (ask(0x80000005)[2] >>> 24) * 1024 : 0
  const [, , second, third] = known ? ask(0x80000006) : [0, 0, 0, 0]
  const told = [l1, (second >>> 16) * 1024, (third >>> 18) * 512 * 1024]
  return [0, ...told.map((size, i) => size || USUAL_CACHES[i]!)]
}

/** Walks the list of caches, which Intel and AMD give in the same form on different leaves. */
export function readCaches(ask: Query, vendor: string): Pick<Processor, 'l1d' | 'l2' | 'l3'> {
  const amd = vendor === 'AuthenticAMD' || vendor === 'HygonGenuine'
  const sizes = amd ? olderSizes(ask) : [0, ...USUAL_CACHES]
  const leaf = amd ? 0x8000001d : 4
  if (ask(amd ? 0x80000000 : 0)[0] >= leaf) {
    for (let index = 0; index < 16; index++) {
      const [kind, shape, sets] = ask(leaf, index)
      const type = kind & 31
      if (type === 0) break
      const ways = (shape >>> 22) + 1
      const partitions = ((shape >>> 12) & 1023) + 1
      const line = (shape & 4095) + 1
      // 2 is a cache of instructions
      if (type !== 2) sizes[(kind >>> 5) & 7] = ways * partitions * line * (sets + 1)
    }
  }
  return { l1d: sizes[1]!, l2: sizes[2]!, l3: sizes[3]! }
}

let processor: Processor | undefined

/**
 * What this processor can do.
 *
 * @throws {RuntimeError} where machine code cannot run
 */
export function cpu(): Processor {
  processor ??= readProcessor()
  return processor
}

/** The best set that the processor has. */
function bestInstructionSet({ avx512, avx2, fma }: Processor): InstructionSet | null {
  if (!avx2 || !fma) return null
  return avx512 ? 'avx512' : 'avx2'
}

/**
 * The instruction set that kernels use: the best there is, or `null` if there is none of them. The environment variable
 * `CONVFORGE_ISA` (`avx512` or `avx2`) asks for another one.
 *
 * @throws {ValueError} if `CONVFORGE_ISA` is no instruction set
 * @throws {RuntimeError} if the processor lacks the one it asks for
 */
export function instructionSet(): InstructionSet | null {
  const best = bestInstructionSet(cpu())
  const wanted = process.env.CONVFORGE_ISA
  if (wanted === undefined || wanted === '') return best
  if (wanted !== 'avx512' && wanted !== 'avx2')
    throw new ValueError(`CONVFORGE_ISA must be avx512 or avx2 (or not set), but is '${wanted}'`)
  if (best === null || (wanted === 'avx512' && best !== 'avx512'))
    throw new RuntimeError(
      `CONVFORGE_ISA asks for ${wanted}, which this processor or system lacks (it has ${best ?? 'not even AVX2'}); unset it`,
    )
  return wanted
}
