/**
 * Loads and stores of some lanes of a vector. WebAssembly has none with masks, so they go by halves and single lanes: nothing
 * else is read or written.
 *
 * @module
 */
import type { FunctionBuilder, Local } from './assembler/index.js'

/** Some bytes behind an address. */
export interface Address {
  readonly base: Local
  readonly offset: number
}

/** Puts an address on the stack; returns the offset that is left for the instruction, which knows no negative ones. */
export function pushAddress(code: FunctionBuilder, { base, offset }: Address): number {
  code.get(base)
  if (offset >= 0) return offset
  code.i32Const(offset)
  code.emit('i32.add')
  return 0
}

const beyond = ({ base, offset }: Address, bytes: number): Address => ({ base, offset: offset + bytes })

/** to = the first `count` lanes (at least one, not all) of elements of 4 or 8 bytes; the others become zero. */
export function loadFirst(code: FunctionBuilder, bytes: number, to: Local, from: Address, count: number): void {
  const pairs = bytes === 8 || count > 1
  code.memory(pairs ? 'v128.load64_zero' : 'v128.load32_zero', pushAddress(code, from))
  code.set(to)
  if (bytes === 8 || count < 3) return
  const offset = pushAddress(code, beyond(from, 8))
  code.get(to)
  code.lane('v128.load32_lane', offset, 2)
  code.set(to)
}

/** Lanes `first` to `first + count - 1` of `to` = elements, the first of them at `from`; the others stay as they are. */
export function fillLanes(
  code: FunctionBuilder,
  bytes: number,
  to: Local,
  from: Address,
  first: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const offset = pushAddress(code, beyond(from, i * bytes))
    code.get(to)
    code.lane(bytes === 8 ? 'v128.load64_lane' : 'v128.load32_lane', offset, first + i)
    code.set(to)
  }
}

/** Stores lanes `first` to `first + count - 1`; the first of them goes to `to`. */
export function storeLanes(
  code: FunctionBuilder,
  bytes: number,
  to: Address,
  from: Local,
  first: number,
  count: number,
): void {
  for (let i = 0; i < count; ) {
    const lane = first + i
    const isPair = bytes === 4 && lane % 2 === 0 && i + 1 < count
    const offset = pushAddress(code, beyond(to, i * bytes))
    code.get(from)
    if (bytes === 8) code.lane('v128.store64_lane', offset, lane)
    else if (isPair) code.lane('v128.store64_lane', offset, lane / 2)
    else code.lane('v128.store32_lane', offset, lane)
    i += isPair ? 2 : 1
  }
}

/**
 * to = as many lanes of 4 or 8 bytes as a number that is known when the kernel runs, from 0 to `most`, which is all that fit
 * into 16 bytes, or into 8; the others become zero.
 */
export function loadUpTo(
  code: FunctionBuilder,
  bytes: number,
  most: number,
  to: Local,
  from: Address,
  count: Local,
): void {
  forEachCount(code, count, most, known => {
    if (known === 0) {
      code.v128Const(new Uint8Array(16))
      code.set(to)
    } else if (known * bytes === 16) {
      code.memory('v128.load', pushAddress(code, from))
      code.set(to)
    } else loadFirst(code, bytes, to, from, known)
  })
}

/** Stores as many lanes as a number that is known when the kernel runs. */
export function storeUpTo(
  code: FunctionBuilder,
  bytes: number,
  most: number,
  to: Address,
  from: Local,
  count: Local,
): void {
  forEachCount(code, count, most, known => storeLanes(code, bytes, to, from, 0, known))
}

/** Runs the body that is written for the count, one of 0 to `most`. */
function forEachCount(code: FunctionBuilder, count: Local, most: number, body: (known: number) => void): void {
  for (let known = most; known > 0; known--) {
    code.get(count)
    code.i32Const(known)
    code.emit('i32.ge_s')
    code.if()
    body(known)
    code.else()
  }
  body(0)
  for (let known = most; known > 0; known--) code.end()
}
