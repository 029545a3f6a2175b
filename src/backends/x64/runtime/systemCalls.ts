/**
 * Linux system calls in emitted code: sleeping and waking by futex, giving way, giving back memory.
 *
 * Sources: futex(2), sched_yield(2), munmap(2); numbers from arch/x86/entry/syscalls/syscall_64.tbl.
 *
 * @module
 */
import { type Address, type Assembler, type General, Register } from '../assembler/index.js'
import { SYSCALL_ARGUMENTS } from './abi.js'

const SYS_MUNMAP = 11
const SYS_FUTEX = 202
const SYS_SCHED_YIELD = 24

/** Within one process. */
const FUTEX_WAIT_PRIVATE = 128
const FUTEX_WAKE_PRIVATE = 129

export const ALL = 0x7fffffff

const [first, second, third, fourth] = SYSCALL_ARGUMENTS as [General, General, General, General]

/** Sleeps until woken, unless the 32-bit word is no longer `expected` (a register that is no argument register). */
export function futexWait(code: Assembler, word: Address, expected: General): void {
  code.loadAddress(first, word)
  code.setImmediate(second, FUTEX_WAIT_PRIVATE)
  code.move(third, expected)
  // no time limit
  code.setImmediate(fourth, 0)
  code.setImmediate(Register.rax, SYS_FUTEX)
  code.syscall()
}

/** Wakes up to `count` sleepers; if it is a register, as many as are in it (no argument register but the third). */
export function futexWake(code: Assembler, word: Address, count: { register: General } | typeof ALL): void {
  if (count === ALL) code.setImmediate(third, ALL)
  else code.move(third, count.register)
  code.loadAddress(first, word)
  code.setImmediate(second, FUTEX_WAKE_PRIVATE)
  code.setImmediate(Register.rax, SYS_FUTEX)
  code.syscall()
}

/** Lets other threads run that wait for this processor. */
export function yieldProcessor(code: Assembler): void {
  code.setImmediate(Register.rax, SYS_SCHED_YIELD)
  code.syscall()
}

/** Unmaps the pages whose address and length are in the first two argument registers. */
export function unmap(code: Assembler): void {
  code.setImmediate(Register.rax, SYS_MUNMAP)
  code.syscall()
}
